"""The page of one incident, and the tombstone of a withdrawn one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ca_incidents.schema.derive import answers, links
from ca_incidents.schema.derive.clocks import Clock, Reservation
from ca_incidents.schema.derive.lead import document_name, rule_name
from ca_incidents.schema.derive.phrases import DISCLOSURES, DISCOVERIES, RESOLUTIONS, capitalised, listed
from ca_incidents.schema.derive.recurrences import Recurrence
from ca_incidents.schema.derive.steps import steps_of
from ca_incidents.schema.derive.title_facts import limit_in_title
from ca_incidents.schema.model import Incident, Tombstone
from ca_incidents.schema.record.effective import curated_paths, estimated_counts
from ca_incidents.schema.record.time_spans import span_of
from ca_incidents.schema.tables.policies import PolicyVersion
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins import citation
from ca_incidents.site_plugins.catalogue import Catalogue, Entry, Frame, Rule
from ca_incidents.site_plugins.files import pictures
from ca_incidents.site_plugins.pages import cached_body, html, thread
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.pages.wording import WITHDRAWN, reporters, writers
from ca_incidents.site_plugins.statistics.csv_tables import could_end_either_way
from ca_incidents.site_plugins.views.ca import KINDS

# Why nobody is called late, as the end of a sentence.
RESERVATIONS: Mapping[Reservation, str] = {
    "recommended": "the rule only recommended it then",
    "exempt": "the rule has an exemption ({}), and the record does not say whether it applies",
    "closure": "a program cannot tell whether anything was asked after the closure report",
    "whiteboard": "it is not known since when the whiteboard has had its tag",
    "hierarchy": "the report does not say which kind of certificates the CA certificates issue",
}
_SOURCES = {
    "rest": "the server's answer",
    "page": "a saved page",
    "xml": "a saved XML page",
    "text": "the plain text of a page",
    "list": "a list of bugs",
}
# What a named bug is to the naming one, worded for the naming page and for the page of the named one.
NAMED: Mapping[links.Kind, tuple[str, str]] = {
    "depends-on": ("this bug depends on it", "it depends on this bug"),
    "blocks": ("this bug blocks it", "it blocks this bug"),
    "see-also": ("see also", "see also"),
    "duplicate": ("a duplicate of this bug", "this bug is its duplicate"),
    "duplicate-of": ("this bug is its duplicate", "a duplicate of this bug"),
    "delayed-revocation-of": (
        "the incident whose late revocation this bug is about",
        "about the late revocation of this incident's certificates",
    ),
    "handling-of": ("the incident whose handling this bug is about", "about how this incident was handled"),
    "learned-from": ("led to the discovery of this incident", "discovered because of this incident"),
    "same-topic": ("same CA, same topic; mentioned in this bug", "same CA, same topic; mentions this bug"),
    "same-topic-elsewhere": (
        "another CA, same topic; mentioned in this bug",
        "another CA, same topic; mentions this bug",
    ),
    "cited": ("mentioned in this bug", "mentions this bug"),
}


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
    recurrences: tuple[tuple[Recurrence, Named], ...]
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
    topics = [terms("topic")[topic.topic].title for topic in entry.record.topics]
    return Page(
        url=url,
        kind="incident",
        # Bugs may have the same title.
        title=f"{entry.record.title} (bug {entry.number})",
        description=entry.lead,
        updated=entry.updated,
        picture=pictures.of_ca(entry.owner.slug) if entry.owner else None,
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
            text=f"Bug {entry.number}. {'. '.join((*topics, tags))}. {entry.status.capitalize()}",
            labels=(*((entry.owner.name,) if entry.owner else ()), str(entry.record.year)),
        ),
    )


def sureness(frame: Frame, entry: Entry) -> str:
    """Say how many comments there are, how many were read, up to when and from what, and whether people checked it."""
    bug, reading = entry.record.bugzilla, entry.derived.reading
    source = _SOURCES.get(bug.read_from or "", "the snapshot")
    until = bug.read_until or (frame.as_of if bug.read_from is None else None)
    reach = f"which reaches to {html.day(until)}" if until else "whose date is not known"
    return f"{capitalised(str(reading))}; the bug was taken from {source}, {reach}. {_checked(entry.record)}"


def _checked(record: Incident) -> str:
    """Say who read the values and who reviewed them."""
    reviewed = record.curated.reviewed if record.curated else None
    marked = []
    if record.report:
        marked.append("values marked with a comment were read by a program")
    if curated_paths(record):
        marked.append("values marked \u201cadded by hand\u201d were given by people")
    checked = "nobody has checked the complete record against the bug"
    if reviewed:
        checked = f"the record was reviewed by {html.visible(reviewed.by)} on {html.day(reviewed.on)}"
    return f"{capitalised('; '.join((*marked, checked)))}."


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
    if steps_of(entry.record):
        found.append(Section("dates", "Key dates"))
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
        speaks = entry.derived.reporter_kind != "unknown"
        return entry.unread if speaks else f"{entry.unread} and it is not known for whom the bug was filed"
    if clock.rule.clock in {"disclosure", "finding-disclosure"} and any(links.links_in(entry.record)):
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
        recurrences=tuple(_recurrences(catalogue, entry)),
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
    happenings = thread.timeline(record, frame.registry)
    grouped = thread.stretches(happenings)
    said = thread.labels(record)
    owner_kind = entry.owner.kind if entry.owner else "ca"
    party = "auditor" if owner_kind == "auditor" else "CA"
    return {
        "entry": entry,
        "owner_kind": KINDS[owner_kind],
        "writers": writers(owner_kind),
        "estimated": estimated_counts(record),
        "lead": html.visible(entry.lead),
        "summary": answers.summary_of(record),
        "meaning": answers.meaning_of(record),
        "unsaid": answers.is_unsaid(record),
        "gathers_others": answers.gathers_others(record),
        "rejected": None if answers.is_confirmed(record) else RESOLUTIONS[record.bugzilla.resolution or ""],
        "size": answers.size_of(record),
        "found": _found(record, party),
        "named_in_title": listed([document_name(document) for document in answers.rules_in_title(record)]),
        "limit": limit_in_title(record.title),
        "list_only": record.bugzilla.read_from == "list",
        "by_person": curated_paths(record),
        "filed_by": reporters(owner_kind)[entry.derived.reporter_kind],
        "clocks": _strip(entry),
        "judged": [clock for clock in _strip(entry) if clock.state != "unknown" and not _seen_met_only(entry, clock)],
        "at_once": [clock for clock in _strip(entry) if _seen_met_only(entry, clock)],
        "early_form": _early_form(frame, record),
        "unjudged": _unjudged(entry),
        "late_items": {c.inputs[0].path for c in entry.derived.clocks if c.state in {"late", "overdue"} and c.inputs},
        "named": [o for s in record.also_named if (o := frame.registry.owners.get(s))],
        "rules": [
            (rule, frame.policies.title(rule.document), _version(frame, rule, entry), count)
            for rule, count in shown.rules
        ],
        "rule_name": lambda rule: rule_name(rule.document, [rule.section] if rule.section else []),
        "steps": steps_of(record),
        "sure": sureness(frame, entry),
        "party": party,
        "last_comment": record.bugzilla.comments[-1].at if record.bugzilla.comments else None,
        "thread": [] if grouped else happenings,
        "stretches": grouped,
        "tally": thread.tally(happenings),
        "changes": thread.changes(happenings),
        "item": lambda happening, inside_month: thread.item(record.id, said, happening, inside_month),
        "before": shown.before,
        "after": shown.after,
        "neighbours": shown.neighbours,
        "recurrences": shown.recurrences,
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


def _found(record: Incident, party: str) -> Mapping[str, object]:
    """Say who found the incident by the text, by the field of the report's form and by the tags; None where silent."""
    found = answers.found_of(record)
    told = {
        "discovery": DISCOVERIES[found.discovery] if found.discovery else None,
        "disclosure_source": DISCLOSURES[found.disclosure_source] if found.disclosure_source else None,
        "tags": DISCLOSURES[found.in_tags] if found.in_tags else None,
    }
    words = {source: text and capitalised(text.format(party=party)) for source, text in told.items()}
    # Words that name the CA say already on which side of it the finder stands.
    names_side = told["discovery"] is None or "{party}" in told["discovery"]
    side = None if names_side else terms("discovery")[found.discovery or ""].group
    return words | {"side": side, "reported": found.reported, "agrees": found.agrees}


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


def _neighbours(catalogue: Catalogue, entry: Entry) -> list[Neighbour]:
    names, named_by = catalogue.links
    kinds: dict[int, list[tuple[links.Kind, int]]] = {}
    for link in names.get(entry.number, ()):
        kinds.setdefault(link.target, []).append((link.kind, 0))
    for link in named_by.get(entry.number, ()):
        kinds.setdefault(link.source, []).append((link.kind, 1))
    return [
        Neighbour(number, _named(catalogue.entries.get(number)), tuple(_reasons(found)))
        for number, found in sorted(kinds.items())
    ]


def _reasons(found: list[tuple[links.Kind, int]]) -> Iterator[str]:
    """Word each kind of link once; a mere mention is left out beside anything that says more."""
    telling = [one for one in found if one[0] != "cited"] or found
    yield from dict.fromkeys(NAMED[kind][way] for kind, way in telling)


def _recurrences(catalogue: Catalogue, entry: Entry) -> Iterator[tuple[Recurrence, Named]]:
    for one in catalogue.recurrences.get(entry.number, ()):
        other = _named(catalogue.entries[one.later if one.earlier == entry.number else one.earlier])
        if other is not None:
            yield one, other


def _alike(catalogue: Catalogue, entry: Entry) -> list[Neighbour]:
    return [Neighbour(n, _named(catalogue.entries[n]), reasons) for n, reasons in catalogue.alike[entry.number]]


def _in_words(frame: Frame, reason: str) -> str:
    """Say what two incidents share in a reader's words, with titles and names for slugs."""
    shared, _, rest = reason.partition(": ")
    values = rest.split(", ")
    match shared:
        case "same rule" | "same document":
            return f"both cite {', '.join(_rule_in_words(frame, value) for value in values)}"
        case "same topics":
            known = terms("topic")
            return f"both about {', '.join(known[slug].title if slug in known else slug for slug in values)}"
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
