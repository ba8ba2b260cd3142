"""The dataset as tables: one description for CSV, SQLite and the data package, so that they cannot disagree."""

import csv
import io
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_plugins.catalogue import Catalogue, Entry

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: columns as (name, SQL type, meaning), rows in their order."""

    name: str
    meaning: str
    columns: tuple[tuple[str, str, str], ...]
    rows: Sequence[tuple[Value, ...]]


def tables(catalogue: Catalogue) -> tuple[Table, ...]:
    """Give every table of the dataset; values are effective ones, people's over the program's."""
    entries = list(catalogue.entries.values())
    return (
        Table("incidents", "One row an incident.", INCIDENTS, [_incident(e, catalogue) for e in entries]),
        Table("tags", "One row a tag of an incident.", TAGS, [(e.number, t) for e in entries for t in e.record.tags]),
        Table("rules", "One row a rule that an incident's report cites.", RULES, list(_rules(entries))),
        Table("events", "One row an event of a report's timeline.", EVENTS, list(_events(entries))),
        Table("action_items", "One row an action item.", ACTIONS, list(_actions(entries))),
        Table("comments", "One row a public comment on the bug; never its text.", COMMENTS, list(_comments(entries))),
    )


_BUG = ("incident", "INTEGER", "Number of the bug.")
_SOURCE = ("source", "INTEGER", "Number of the comment that gave the value.")
TAGS = (_BUG, ("tag", "TEXT", "Slug of the tag."))
RULES = (
    _BUG,
    ("document", "TEXT", "Slug of the policy document."),
    ("section", "TEXT", "Number of the section."),
    ("version", "TEXT", "Version of the document."),
    _SOURCE,
)
EVENTS = (
    _BUG,
    ("at", "TEXT", "When, as the report says it."),
    ("precision", "TEXT", "How exactly the time is known."),
    ("kind", "TEXT", "What kind of event."),
    _SOURCE,
)
ACTIONS = (
    _BUG,
    ("kind", "TEXT", "prevent, mitigate or detect."),
    ("due", "TEXT", "Day by which it was promised."),
    ("status", "TEXT", "Newest known status."),
    ("completed", "TEXT", "Day on which it was done."),
    _SOURCE,
)
COMMENTS = (
    _BUG,
    ("number", "INTEGER", "Number of the comment."),
    ("at", "TEXT", "When it was posted."),
    ("nick", "TEXT", "Public nick."),
    ("affiliation", "TEXT", "Domain of the organisation, where known."),
)
INCIDENTS = (
    ("id", "INTEGER", "Number of the bug."),
    ("year", "INTEGER", "Year in which the bug was opened."),
    ("opened", "TEXT", "When the bug was opened."),
    ("title", "TEXT", "Summary of the bug."),
    ("ca", "TEXT", "Slug of the CA or auditor."),
    ("also_named", "TEXT", "Slugs of others that the title names, parted by blanks."),
    ("tags", "TEXT", "Slugs of the tags, parted by blanks."),
    ("status", "TEXT", "How far the remediation is."),
    ("flags", "TEXT", "What is or was late, parted by blanks."),
    ("resolution", "TEXT", "Bugzilla's resolution."),
    ("resolved", "TEXT", "When the bug was resolved."),
    ("days_open", "REAL", "Days from opening to resolving, or to the snapshot."),
    ("next_update", "TEXT", "Day of the next update, from the whiteboard."),
    ("close_on", "TEXT", "Day of the last call, from the whiteboard."),
    ("disclosure_source", "TEXT", "Who found it, as the report says."),
    ("noncompliance_start", "TEXT", "When the rule was first broken."),
    ("noncompliance_identified", "TEXT", "When the CA noticed."),
    ("noncompliance_end", "TEXT", "When it ended."),
    ("issuance_stopped", "INTEGER", "1 yes, 0 no."),
    ("revoked", "TEXT", "When the last certificate was revoked."),
    ("certificates_total", "INTEGER", "Number of certificates."),
    ("certificates_remaining_valid", "INTEGER", "Number of certificates still valid."),
    ("reporter_kind", "TEXT", "What kind of organisation filed the bug."),
    ("comments", "INTEGER", "Number of public comments."),
    ("root_causes", "TEXT", "Slugs of the root causes that people chose, parted by blanks."),
    ("url", "TEXT", "Address of the incident's page."),
)


def _incident(entry: Entry, catalogue: Catalogue) -> tuple[Value, ...]:
    record, bug, report = entry.record, entry.record.bugzilla, entry.record.report
    dates = report.noncompliance if report else None
    certificates = report.certificates if report else None
    days = entry.derived.days_open
    stopped = report.issuance_stopped if report else None
    return (
        record.id,
        record.year,
        bug.opened,
        record.title,
        record.ca,
        " ".join(record.also_named) or None,
        " ".join(record.tags) or None,
        entry.status,
        " ".join(dict.fromkeys(flag.name for flag in entry.derived.flags)) or None,
        bug.resolution,
        bug.resolved,
        None if days is None else round(days, 2),
        bug.next_update,
        bug.close_on,
        report.disclosure_source if report else None,
        dates.start if dates else None,
        dates.identified if dates else None,
        dates.end if dates else None,
        None if stopped is None else int(stopped),
        report.revoked if report else None,
        certificates.total if certificates else None,
        certificates.remaining_valid if certificates else None,
        entry.derived.reporter_kind,
        len(bug.comments),
        " ".join(record.curated.root_causes or ()) or None if record.curated else None,
        f"{catalogue.site_url}incidents/{record.id}/",
    )


def _rules(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        for cited in entry.record.report.policies if entry.record.report else ():
            yield entry.number, cited.document, cited.section, cited.version, cited.source


def _events(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        for event in entry.record.report.timeline if entry.record.report else ():
            yield entry.number, event.at, event.precision, event.kind, event.source


def _actions(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        for item in entry.record.report.action_items if entry.record.report else ():
            yield entry.number, item.kind, item.due, item.status, item.completed, item.source


def _comments(entries: Sequence[Entry]) -> Iterator[tuple[Value, ...]]:
    for entry in entries:
        for comment in entry.record.bugzilla.comments:
            yield entry.number, comment.number, comment.at, comment.nick, comment.affiliation


def as_csv(table: Table) -> bytes:
    """Write a table as RFC 4180 has it; a text that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([name for name, _, _ in table.columns])
    rows.writerows([_harmless(value) for value in row] for row in table.rows)
    return out.getvalue().encode()


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def as_sqlite(found: Sequence[Table]) -> bytes:
    """Write all tables as one SQLite database, which Datasette takes as it is."""
    with sqlite3.connect(":memory:") as database:
        for table in found:
            columns = ", ".join(f'"{name}" {kind}' for name, kind, _ in table.columns)
            database.execute(f'CREATE TABLE "{table.name}" ({columns})')
            marks = ", ".join("?" * len(table.columns))
            database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', table.rows)  # noqa: S608
            if table.columns[0] == _BUG:
                database.execute(f'CREATE INDEX "{table.name}_incident" ON "{table.name}" ("incident")')
        database.execute('CREATE UNIQUE INDEX "incidents_id" ON "incidents" ("id")')
        database.commit()
        return database.serialize()


def package(found: Sequence[Table], *, as_of: str, site_url: str) -> dict[str, object]:
    """Describe the CSV files as a data package (specs.frictionlessdata.io, Data Package 1.0)."""
    kinds = {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}
    return {
        "name": "ca-incidents",
        "title": "CA incidents",
        "homepage": site_url,
        "version": as_of[:10],
        "created": as_of,
        "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
        "resources": [
            {
                "name": table.name.replace("_", "-"),
                "path": f"{table.name}.csv",
                "description": table.meaning,
                "format": "csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": n, "type": kinds[kind], "description": text} for n, kind, text in table.columns]
                },
            }
            for table in found
        ],
    }
