"""The page of one incident, and the tombstone of a withdrawn one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ca_incidents.schema.derive.clocks import Clock, Reservation
from ca_incidents.schema.derive.links import links_in
from ca_incidents.schema.derive.parties import ReporterKind, family, kind_of
from ca_incidents.schema.model import Comment, Incident, Tombstone
from ca_incidents.schema.record.effective import curated_paths, estimated_counts
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.schema.tables.policies import PolicyVersion
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Frame, Rule
from ca_incidents.site_plugins.pages import cached_body, html
from ca_incidents.site_plugins.pages.html import Happening
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import WITHDRAWN, WRITERS, reporters, writers
from ca_incidents.site_plugins.statistics.csv_tables import could_end_either_way
from ca_incidents.site_plugins.views.ca import KINDS

FLAT_THREAD = 12
# Why nobody is called late, as the end of a sentence.
RESERVATIONS: Mapping[Reservation, str] = {
    "recommended": "the rule only recommended it then",
    "exempt": "the rule has an exemption ({}), and the record does not say whether it applies",
    "closure": "a program cannot tell whether anything was asked after the closure report",
    "whiteboard": "it is not known since when the whiteboard has had its tag",
    "hierarchy": "the report does not say which kind of certificates the CA certificates issue",
}
# What the naming bug calls the named one, worded for each of the two pages.
RELATIONS = {
    "depends-on": ("this bug depends on it", "it depends on this bug"),
    "blocks": ("this bug blocks it", "it blocks this bug"),
    "see-also": ("see also", "see also"),
    "duplicate": ("a duplicate of this bug", "this bug is its duplicate"),
    "duplicate-of": ("this bug is its duplicate", "a duplicate of this bug"),
    "named-in-title": ("named in this title", "its title names this bug"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One month of a timeline: everything in order, and the number of comments by kind of writer."""

    month: str
    happenings: tuple[Happening, ...]
    events: int
    tally: tuple[tuple[ReporterKind, int], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """What a page shows of another incident."""

    number: int
    title: str
    short: str
    opened: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another bug that names this one or is named by it; `entry` where it is recorded."""

    number: int
    entry: Named | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that an incident's page shows; `rules` are those that it cites, and by how many incidents
    each is cited, 0 where it is not the same text for all."""

    entry: Entry
    before: Named | None
    after: Named | None
    neighbours: tuple[Neighbour, ...]
    alike: tuple[Neighbour, ...]
    rules: tuple[tuple[Rule, int], ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page of every record, withdrawn ones included."""
    for entry in catalogue.entries.values():
        yield _page(catalogue, entry)
    for tombstone in catalogue.tombstones.values():
        yield _withdrawn(tombstone)


def _page(catalogue: Catalogue, entry: Entry) -> Page:
    url = f"incidents/{entry.number}/"
    tags = ", ".join(tag.title for tag in entry.tags) or "no category"
    return Page(
        url=url,
        kind="incident",
        # Bugs may have the same title.
        title=f"{entry.record.title} (bug {entry.number})",
        description=entry.lead,
        updated=entry.updated,
        sections=_sections(entry),
        body=cached_body.TemplateBody(
            "incident.html",
            url,
            lambda: _shown(catalogue, entry),
            lambda shown: _values(catalogue.frame, shown),
            version=lambda: catalogue.version,
        ),
        search=SearchEntry(
            title=entry.record.title,
            text=f"Bug {entry.number}. {tags}. {entry.status.capitalize()}",
            labels=(*((entry.owner.name,) if entry.owner else ()), str(entry.record.year)),
        ),
    )


def _sections(entry: Entry) -> tuple[Section, ...]:
    report = entry.record.report
    found = [Section("facts", "Facts")]
    if _strip(entry):
        found.append(Section("deadlines", "Deadlines"))
    if report and report.certificates:
        found.append(Section("impact", "Impact"))
    if report and report.policies:
        found.append(Section("rules", "Rules cited"))
    if report and report.action_items:
        found.append(Section("actions", "Action items"))
    found += [Section("timeline", "Timeline"), Section("related", "Related incidents"), Section("record", "The record")]
    return tuple(found)


def _strip(entry: Entry) -> list[Clock]:
    return [clock for clock in entry.derived.clocks if clock.rule.clock != "action-item"]


def _unjudged(entry: Entry) -> list[tuple[str, list[str]]]:
    """Return the clocks that cannot be judged by the reason why."""
    found: dict[str, list[str]] = {}
    for clock in _strip(entry):
        if clock.state == "unknown":
            found.setdefault(_reason(entry, clock), []).append(clock.rule.title)
    return list(found.items())


def _seen_met_only(entry: Entry, clock: Clock) -> bool:
    """Return whether a clock was met, but would not have been seen to be late in what was read of the thread."""
    return clock.state == "met" and not could_end_either_way(entry, clock)


def _early_form(frame: Frame, record: Incident) -> PolicyVersion | None:
    """Return the first version of the guidelines that has the report's form, if the report is older than that."""
    found = re.match(r"ccadb-(\d+)", (record.report and record.report.template) or "")
    guidelines = frame.policies.document("ccadb-incident")
    if not found or not record.report or not guidelines:
        return None
    posted = {comment.number: comment.at for comment in record.bugzilla.comments}
    forms = [form.source for form in record.report.forms if form.template == record.report.template]
    days = [(posted.get(number) or "9999")[:10] for number in forms if number is not None]
    first = next((v for v in guidelines.versions if v.version.startswith(f"{found[1]}.")), None)
    return first if first and days and max(days) < first.effective else None


def _reason(entry: Entry, clock: Clock) -> str:
    if clock.rule.clock == "answer":
        return "a program cannot tell which comments ask something"
    started, due, happened = (span_of(text or "") for text in (clock.started, clock.due, clock.happened))
    if due and happened and not (happened.surely_after(due) or happened.surely_not_after(due)):
        days = f"{html.day(clock.due or '')} and done on {html.day(clock.happened or '')}"
        return f"it was due on {days}, and the hour is not known"
    if clock.reservation and started and (happened or entry.is_open):
        return RESERVATIONS[clock.reservation].format(", ".join(e.title for e in clock.rule.exemptions))
    if entry.unread:
        return entry.unread
    if clock.rule.clock in {"disclosure", "finding-disclosure"} and any(links_in(entry.record)):
        return "the CA may have spoken before on another bug that the record names"
    if clock.happened is None and not entry.is_open:
        return "none that is surely the CA's was recognised before the bug was closed"
    return "it is not known of everybody who wrote whether they spoke for the CA"


def _shown(catalogue: Catalogue, entry: Entry) -> Shown:
    before, after = catalogue.order_of_ca.get(entry.number, (None, None))
    return Shown(
        entry=entry,
        before=_named(before),
        after=_named(after),
        neighbours=tuple(_neighbours(catalogue, entry)),
        alike=tuple(_alike(catalogue, entry)),
        rules=tuple(
            # Every CA has its own CP and CPS, so that incidents that cite them do not add up.
            (rule, len(catalogue.by_rule[rule]) if catalogue.policies.is_one_text(rule.document) else 0)
            for rule in _cited(catalogue, entry.record)
        ),
    )


def _values(frame: Frame, shown: Shown) -> Mapping[str, object]:
    """Return the template's context, computed from `shown` alone: an entry's digest covers the frame too."""
    entry, record = shown.entry, shown.entry.record
    happenings = timeline(frame, record)
    grouped = stretches(happenings)
    owner_kind = entry.owner.kind if entry.owner else "ca"
    return {
        "entry": entry,
        "owner_kind": KINDS[owner_kind],
        "writers": writers(owner_kind),
        "estimated": estimated_counts(record),
        "list_only": record.bugzilla.read_from == "list",
        "by_person": curated_paths(record),
        "filed_by": reporters(owner_kind)[entry.derived.reporter_kind],
        "clocks": _strip(entry),
        "judged": [clock for clock in _strip(entry) if clock.state != "unknown" and not _seen_met_only(entry, clock)],
        "at_once": [clock.rule.title for clock in _strip(entry) if _seen_met_only(entry, clock)],
        "early_form": _early_form(frame, record),
        "unjudged": _unjudged(entry),
        "late_items": {c.inputs[0].path for c in entry.derived.clocks if c.state in {"late", "overdue"} and c.inputs},
        "named": [o for s in record.also_named if (o := frame.registry.owners.get(s))],
        "rules": [
            (rule, frame.policies.title(rule.document), _version(frame, rule, entry), count)
            for rule, count in shown.rules
        ],
        "thread": [] if grouped else happenings,
        "stretches": grouped,
        "tally": _tally(happenings),
        "before": shown.before,
        "after": shown.after,
        "neighbours": shown.neighbours,
        "alike": [(other, [_in_words(frame, reason) for reason in other.reasons]) for other in shown.alike],
        "as_of": frame.as_of,
        "raw": f"{record.year}/{record.id}.yaml",
        "forge": frame.forge,
        "citation": citation.plain(entry, frame, version=cached_body.VERSION),
        "bug_citation": citation.bug_plain(entry),
        "bibtex": citation.bibtex(entry, frame, version=cached_body.VERSION),
        "csl": [citation.csl(entry, frame, version=cached_body.VERSION), citation.bug_csl(entry)],
        "ld": citation.json_ld(entry, frame, version=cached_body.VERSION),
    }


def _version(frame: Frame, rule: Rule, entry: Entry) -> PolicyVersion | None:
    """Return the version of a cited document that was in force on every day on which the bug may have been opened."""
    document = frame.policies.document(rule.document)
    days = entry.record.bugzilla.opened_between or (entry.opened,)
    if document is None or any(len(day) < len("2020-01-31") for day in days):
        return None
    found = {document.version_on(day) for day in days}
    return found.pop() if len(found) == 1 else None


def _named(entry: Entry | None) -> Named | None:
    return Named(entry.number, entry.record.title, entry.short, entry.opened) if entry else None


def _cited(catalogue: Catalogue, record: Incident) -> list[Rule]:
    rules = catalogue.rules_of(record)
    in_sections = {rule.document for rule in rules if rule.section}
    return [rule for rule in rules if rule.section or rule.document not in in_sections]


def timeline(frame: Frame, record: Incident) -> list[Happening]:
    """Return the report's events and the comments on Bugzilla by day, undated ones last."""
    own = family(record, frame.registry)
    found = [Happening(event.at, event=event) for event in (record.report.timeline if record.report else ())]
    for (on, _, affiliation), spoken in groupby(record.bugzilla.comments, key=_turn):
        found.append(Happening(on, comments=tuple(spoken), writer=kind_of(affiliation, on, own, frame.registry)))
    return sorted(found, key=lambda h: h.at[:10] if re.match(r"\d{4}", h.at) else "9999")


def _turn(comment: Comment) -> tuple[str, str | None, str | None]:
    return (comment.at or "")[:10], comment.nick, comment.affiliation


def stretches(happenings: list[Happening]) -> list[Stretch]:
    """Group a long timeline by month; return nothing for a short one."""
    if len(happenings) <= FLAT_THREAD:
        return []
    grouped = [(month, tuple(found)) for month, found in groupby(happenings, key=_month)]
    return [
        Stretch(month, found, sum(h.event is not None for h in found), tuple(_tally(found))) for month, found in grouped
    ]


def _tally(happenings: Iterable[Happening]) -> list[tuple[ReporterKind, int]]:
    """Count comments by the kind of their writers, kinds without a comment left out."""
    counted = Counter(h.writer for h in happenings for _ in h.comments)
    return [(kind, counted[kind]) for kind in WRITERS if counted[kind]]


def _month(happening: Happening) -> str:
    found = re.match(r"\d{4}(-\d{2})?", happening.at)
    return found[0] if found else ""


def _neighbours(catalogue: Catalogue, entry: Entry) -> list[Neighbour]:
    names, named_by = catalogue.links
    reasons: dict[int, list[str]] = {}
    for link in names.get(entry.number, ()):
        reasons.setdefault(link.target, []).append(RELATIONS.get(link.relation, ("named in this report", ""))[0])
    for link in named_by.get(entry.number, ()):
        reasons.setdefault(link.source, []).append(RELATIONS.get(link.relation, ("", "its report names this bug"))[1])
    return [
        Neighbour(n, _named(catalogue.entries.get(n)), tuple(dict.fromkeys(why))) for n, why in sorted(reasons.items())
    ]


def _alike(catalogue: Catalogue, entry: Entry) -> list[Neighbour]:
    return [Neighbour(n, _named(catalogue.entries[n]), reasons) for n, reasons in catalogue.alike[entry.number]]


def _in_words(frame: Frame, reason: str) -> str:
    """Say what two incidents share in a reader's words, with titles and names for slugs."""
    shared, _, rest = reason.partition(": ")
    values = rest.split(", ")
    match shared:
        case "same rule" | "same document":
            return f"both cite {', '.join(_rule_in_words(frame, value) for value in values)}"
        case "same tags":
            return f"both tagged {', '.join(frame.tags[slug].title if slug in frame.tags else slug for slug in values)}"
        case "same CA":
            owners = frame.registry.owners
            return f"same CA: {', '.join(owners[slug].name if slug in owners else slug for slug in values)}"
        case "words in the title":
            return f"in both titles: {rest}"
    return reason


def _rule_in_words(frame: Frame, rule: str) -> str:
    """Name a rule of a reason: `tls-br 4.9.1`, `cp-cps of digicert 4.9.10`."""
    document, _, section = re.sub(r" of \S+", "", rule).partition(" ")
    found = frame.policies.document(document)
    title = "the CA's CP/CPS" if found and found.own else frame.policies.title(document)
    return f"{title} {section}" if section else title


def _withdrawn(tombstone: Tombstone) -> Page:
    url, why = f"incidents/{tombstone.id}/", WITHDRAWN[tombstone.withdrawn.reason]
    return Page(
        url=url,
        kind="withdrawn",
        title=f"Incident {tombstone.id} (withdrawn)",
        description="This record was withdrawn.",
        updated=tombstone.withdrawn.on[:10],
        sections=(Section("withdrawn", "Withdrawn"),),
        body=cached_body.body("withdrawn.html", url, lambda: {"tombstone": tombstone, "why": why}),
    )
