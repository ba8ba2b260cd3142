"""From the comments of one bug to the facts of its report, each with the comment that gave it.

Comments are read in order; what a later comment of the same author states wins. Nothing is converted and nothing is
guessed: what was seen and not understood comes back as a doubt.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.model import (
    ActionItem,
    Certificates,
    Citation,
    Closure,
    Doubt,
    Event,
    Form,
    Noncompliance,
    Report,
    Template,
    Texts,
)
from ca_incidents.schema.tables import policies
from ca_incidents.schema.tables.policies import Policies
from ca_incidents.scraper.reader.facts import certificates, citations, counts, kinds
from ca_incidents.scraper.reader.facts.actions import (
    announces_all_done,
    done_in_prose,
    followed,
    items_in_lists,
    items_in_tables,
    promises_in,
)
from ca_incidents.scraper.reader.facts.counts import Count, corrected_count, counts_of
from ca_incidents.scraper.reader.facts.disclosure import disclosure_source
from ca_incidents.scraper.reader.facts.related_bugs import _read_related
from ca_incidents.scraper.reader.facts.revocation import _read_revocation
from ca_incidents.scraper.reader.facts.section_numbers import REQUIREMENT, requirements_in
from ca_incidents.scraper.reader.facts.stops import stop_in_answer, stop_in_prose
from ca_incidents.scraper.reader.facts.timeline import Quoting, as_events, events_in, events_without_heading
from ca_incidents.scraper.reader.form import placeholders
from ca_incidents.scraper.reader.form.fields import TITLES
from ca_incidents.scraper.reader.form.sections import Section, sections_of
from ca_incidents.scraper.reader.form.templates import template_of
from ca_incidents.scraper.reader.gathered import Gathered, Item, Reader, _doubt_moments
from ca_incidents.scraper.reader.text import sentences
from ca_incidents.scraper.reader.text.dates import Evidence, Setting, moments, orders_in, setting_of
from ca_incidents.scraper.reader.text.lines import Line, is_shortened, lines_of, plain_characters
from ca_incidents.scraper.reader.text.sentences import without_quotations
from ca_incidents.scraper.sources.bug import WireComment

# Bugzilla takes 65,535 characters a comment; more never came from there.
LONGEST_TEXT = 98_304

# The fullest report form of a thread names its generation; a closure report alone does not.
_FULLNESS: tuple[Template, ...] = (
    "ccadb-3-full",
    "ccadb-2-audit",
    "ccadb-2",
    "questions",
    "ccadb-3-preliminary",
    "ccadb-3-closure",
    "none",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one thread: the report, or none where no text could be read, and what was not understood."""

    report: Report | None
    doubts: tuple[Doubt, ...]


def read_thread(
    comments: Sequence[WireComment], *, bug: int | None, policies: Policies, keep_quotes: bool = False
) -> Reading:
    """Read the facts of a thread's reports; comments without text are skipped, and without any there is no report.

    `bug` is the thread's own number, which is no related bug. Quotations are kept only where asked for.
    """
    readable = [comment for comment in comments if comment.text is not None]
    if not readable:
        return Reading(None, ())
    readers = _with_settings([_reader(comment) for comment in readable])
    gathered = Gathered()
    authors = {_author(r.comment) for r in readers if r.template not in {"none", "ccadb-3-closure"}}
    # Where nobody used a form, the one who opened the bug may revise what it says.
    speakers = authors or {_author(readers[0].comment)}
    seen: list[Template] = [r.template for r in readers if r.template != "ccadb-3-closure"]
    template = min([*seen, _FULLNESS[-1]], key=_FULLNESS.index)
    for position, reader in enumerate(readers):
        _read_comment(
            reader,
            gathered,
            policies,
            position=position,
            authors=authors,
            speakers=speakers,
            template=template,
            bug=bug,
        )
        if len(reader.comment.text or "") > LONGEST_TEXT or is_shortened(reader.text):
            gathered.doubt("text-too-long", "texts", None, reader.number)
    first = next((r.number for r in readers if r.template == template), readers[0].number)
    gathered.sources["template"] = first
    texts = Texts(read=len(readable), cut=any(c.cut for c in readable))
    forms = tuple(Form(source=r.number, template=r.template) for r in readers if r.template != "none")
    return Reading(_report(gathered, texts, template, forms, Quoting(keep_quotes)), tuple(gathered.doubts))


def _reader(comment: WireComment) -> Reader:
    text = plain_characters((comment.text or "")[:LONGEST_TEXT])
    if comment.cut:
        text = _without_last_token(text)
    lines = lines_of(text)
    sections = sections_of(lines)
    return Reader(
        comment=comment,
        text=text,
        lines=lines,
        sections=sections,
        template=template_of(sections, cut=comment.cut, since=comment.at),
        setting=Setting(),
    )


def _without_last_token(text: str) -> str:
    """Drop the last word of a text that was cut: half a number, date or hash would be a wrong one.

    A word that a link's address follows is whole.
    """
    last = re.split(r"\s", text[-400:])[-1]
    word, is_link, _ = last.partition("](http")
    return text[: len(text) - len(last)] + (word if is_link else "")


def _author(comment: WireComment) -> str:
    return comment.person.affiliation or comment.person.nick or ""


def _with_settings(readers: Sequence[Reader]) -> list[Reader]:
    """Settle the order of numeric dates by what the same author wrote elsewhere, where a comment itself does not."""
    proven: dict[str, Evidence] = {}
    for reader in readers:
        author = _author(reader.comment)
        proven[author] = proven.get(author, frozenset()) | orders_in(reader.text)
    return [replace(r, setting=setting_of(r.text, elsewhere=proven[_author(r.comment)])) for r in readers]


def _read_comment(
    reader: Reader,
    gathered: Gathered,
    policies: Policies,
    *,
    position: int,
    authors: set[str],
    speakers: set[str],
    template: Template,
    bug: int | None,
) -> None:
    is_form = reader.template not in {"none", "ccadb-3-closure"}
    by_author = _author(reader.comment) in authors
    if is_form or position == 0:
        _read_identifiers(reader, gathered)
        _read_policies(reader, gathered, policies)
        _read_related(reader, gathered, bug)
    if is_form:
        _read_fields(reader, gathered)
    if is_form or position == 0:
        _read_prose(reader, gathered)
        _read_timeline(reader, gathered)
    elif position and _author(reader.comment) in speakers:
        _read_update(reader, gathered)
    if is_form or by_author:
        _read_items(reader, gathered, template, is_form=is_form)
    if reader.template == "ccadb-3-closure":
        gathered.closure = reader.number
    if is_form or position == 0 or by_author:
        _read_revocation(reader, gathered)


def _read_identifiers(reader: Reader, gathered: Gathered) -> None:
    found = list(certificates.crtsh_ids(reader.text))
    column: int | None = None
    for line in reader.lines:
        if line.kind != "row":
            column = None
        elif certificates.column_of_ids(line.cells) is not None:
            column = certificates.column_of_ids(line.cells)
        elif column is not None and column < len(line.cells):
            number = certificates.lone_number(line.cells[column])
            found += [number] if number else []
    gathered.crtsh.update(dict.fromkeys(found))
    gathered.sha256.update(dict.fromkeys(certificates.fingerprints(reader.text)))
    gathered.attachments.update(dict.fromkeys(certificates.attachments(reader.comment.text or "")))


def _read_policies(reader: Reader, gathered: Gathered, policies: Policies) -> None:
    sections = reader.named("relevant-policies", "finding")
    fields = {line.number for s in sections for line in (s.line, *s.body)}
    # What a field quotes of a rule cites further rules, which are not the ones at hand.
    own = [
        _cited_by_auditor(line.text) if section.slug == "finding" else line.text
        for section in sections
        for line in section.lines()
        if not line.quoted
    ]
    quoted = [line.text for s in sections for line in s.lines()]
    others = [line for line in reader.lines if line.number not in fields]
    if sum(line.quoted for line in others) * 2 < len(others):
        others = [line for line in others if not line.quoted]
    listed, rest = "\n".join(own or quoted), "\n".join(_unwrapped(others))
    if reader.comment.cut:
        listed, rest = citations.without_broken_title(listed), citations.without_broken_title(rest)
    in_field = citations.citations_in(listed, policies, listed=True)
    for one in (*in_field, *citations.citations_in(rest, policies, field=in_field)):
        gathered.policies.append(
            Citation(document=one.document, section=one.section, version=one.version, source=reader.number)
        )


def _cited_by_auditor(text: str) -> str:
    """Drop what a finding quotes, except identifiers of requirements.

    An auditor's finding is a quotation: the rule stands beside it, the documents in it are its subject.
    """
    own = without_quotations(text)
    quoted = (one.text for one in requirements_in(text) if REQUIREMENT.match(one.text) and one.text not in own)
    return " ".join([own, *quoted])


_LONG_ENOUGH_TO_WRAP = 45


def _unwrapped(lines: Iterable[Line]) -> Iterator[str]:
    """Join the lines of a paragraph that its writer broke by hand: long ones that end within a sentence."""
    held, last = "", None
    for line in lines:
        runs_on = (
            last is not None
            and line.kind == last.kind == "text"
            and line.number == last.number + 1
            and line.quoted == last.quoted
            and len(last.text) >= _LONG_ENOUGH_TO_WRAP
            and not last.text.endswith((".", ":", ";", "!", "?"))
        )
        if held and not runs_on:
            yield held
            held = ""
        held = f"{held} {line.text}" if held else line.text
        last = line
    if held:
        yield held


def _read_fields(reader: Reader, gathered: Gathered) -> None:
    number = reader.number
    for section in reader.sections:
        value = section.value
        if section.slug == "disclosure-source":
            source = disclosure_source(value)
            if source is None and value.strip(" *_\n-"):
                gathered.doubt("disclosure-source-not-understood", "disclosure_source", value, number)
            gathered.put("disclosure_source", source, number)
        elif section.slug == "ca-owner-id":
            match = re.search(r"(?<![A-Za-z0-9])A[0-9]{6}(?![0-9])", value[:200])
            gathered.put("ca_owner_id", match[0] if match else None, number)
        elif section.slug in {"nc-start", "nc-identified", "nc-end"}:
            _read_noncompliance(section, reader, gathered)
        elif section.slug in {"stopped", "q-stopped"}:
            gathered.put("issuance_stopped", stop_in_answer(section.value), number)
        elif section.slug in {"total", "remaining"}:
            path = "certificates.total" if section.slug == "total" else "certificates.remaining_valid"
            count, unclear = counts.count_in_field(value)
            if unclear:
                gathered.doubt("count-not-understood", path, unclear, number)
            if count is not None and counts.is_estimate(value):
                gathered.doubt("estimated-count", path, value, number)
            gathered.put(path, count, number)
        elif section.slug == "affected" and _LONE_COUNT.match(value):
            gathered.put("certificates.total", counts.count_in_field(value)[0], number)
            gathered.kinds = gathered.kinds or kinds.kinds(value.split("\n", 1)[0])
        elif section.slug == "types":
            named = () if placeholders.is_nothing_said(value) else kinds.kinds(value)
            if named:
                gathered.kinds = named
                gathered.sources["certificates.kinds"] = number


_ANSWERING = ("impact", "q-summary")
# "Affected certificates: 9 OV", which other reporters make a heading above a list.
_LONE_COUNT = re.compile(r"[ *]*[0-9][0-9,]*(?: (?!https?:)[A-Za-z/,()& -]{1,50})?[ .*]*(?:\n|$)")
_TIMELINES = ("timeline", "q-timeline", "factor-timeline")
_DESCRIBING = ("", "other", "summary", "incident-description", "q-aware", *TITLES)


def _read_prose(reader: Reader, gathered: Gathered) -> None:
    """Read count, kinds and a stop of issuance in prose, where the form has no field for them or leaves it empty."""
    number = reader.number
    answers = sentences.without_addresses("\n".join(_prose(reader, _ANSWERING)))
    described = sentences.without_addresses("\n".join(_prose(reader, _DESCRIBING)))
    found: tuple[Count, ...] = ()
    for passage, answer in ((answers, True), (described, False)):
        found = found or counts_of(passage, answer=answer)
    if "certificates.total" not in gathered.single:
        if len(found) > 1:
            several = ", ".join(str(count.number) for count in found[:4])
            gathered.doubt("several-counts", "certificates.total", several, number)
        if len(found) == 1 and found[0].estimate:
            gathered.doubt("estimated-count", "certificates.total", found[0].words, number)
        gathered.put("certificates.total", found[0].number if len(found) == 1 else None, number)
    prose = "\n".join(_prose(reader))
    if not gathered.kinds:
        gathered.kinds = kinds.kinds_in_prose(sentences.without_addresses(prose), answers, found)
        if gathered.kinds:
            gathered.sources["certificates.kinds"] = number
    if "issuance_stopped" not in gathered.single:
        events = "\n".join(line.text for s in reader.named(*_TIMELINES) for line in s.lines())
        gathered.put("issuance_stopped", stop_in_prose(prose, events), number)


def _prose(reader: Reader, slugs: Collection[str] | None = None) -> Iterator[str]:
    """Give the author's own lines: no question, no table, no timeline, no quotation of a rule or an earlier comment."""
    lines = [line for section in reader.sections for line in section.lines()]
    # Where most is quoted, the quotation is what the comment has to say.
    quotes = sum(line.quoted for line in lines) * 2 >= len(lines)
    for section in reader.sections:
        if slugs is not None and section.slug not in slugs:
            continue
        if section.slug in TITLES:
            yield section.line.text
        if section.slug not in (*_TIMELINES, "relevant-policies"):
            yield from _unwrapped(
                line for line in section.lines() if line.kind != "row" and (quotes or not line.quoted)
            )


def _read_update(reader: Reader, gathered: Gathered) -> None:
    """Take a corrected count, and a stop of issuance, from a later comment in which the reporter writes prose."""
    said = "\n".join(line.text for line in reader.lines if not line.quoted and line.kind != "row")
    gathered.put("certificates.total", corrected_count(sentences.without_addresses(said)), reader.number)
    if stop_in_prose(said):
        gathered.put("issuance_stopped", True, reader.number)


def _read_noncompliance(section: Section, reader: Reader, gathered: Gathered) -> None:
    name = section.slug.removeprefix("nc-")
    first = next((line.text for line in section.lines() if line.text.strip(" *_-")), "")
    # "N/A (revocation completed: …)" names no end.
    found = [] if placeholders.is_nothing_said(first.partition("(")[0]) else moments(first, reader.setting)
    sure = next((m for m in found if m.at and m.precision != "ambiguous"), None)
    gathered.put(f"noncompliance.{name}", sure.at if sure else None, reader.number)
    _doubt_moments(found[:1], gathered, f"noncompliance.{name}", reader.number)
    if not found and first and not placeholders.is_nothing_said(first):
        gathered.doubt("date-not-understood", f"noncompliance.{name}", first, reader.number)


def _read_timeline(reader: Reader, gathered: Gathered) -> None:
    found, doubts = events_in(reader.sections, reader.setting, cut=reader.comment.cut)
    if not found and reader.template == "none":
        found = events_without_heading(reader.sections, reader.setting)
    if found and len(found) >= len(gathered.timeline):
        # A later report tells the timeline anew; both together would count its events twice.
        gathered.timeline.clear()
    for one in found:
        event = next(iter(as_events([one], reader.number, Quoting(True))))
        gathered.timeline.setdefault((one.at, one.text[:60]), event)
    for doubt in doubts:
        gathered.doubt(doubt.kind, doubt.where, doubt.text, reader.number)


def _read_items(reader: Reader, gathered: Gathered, template: Template, *, is_form: bool) -> None:
    sections = reader.named("action-items", "q-steps")
    inside = frozenset(line.number for section in sections for line in section.body)
    stated = list(items_in_tables(reader.lines, reader.setting, reader.number, inside=inside))
    if not stated:
        stated = list(items_in_lists(sections, reader.setting, reader.number))
    if not stated and template == "questions":
        steps = "\n".join(section.value for section in sections) if is_form else reader.text
        stated = list(promises_in(steps, reader.number))
    done_before = frozenset() if stated or is_form else done_in_prose(reader.text, gathered.items)
    gathered.items = followed(gathered.items, stated)
    if not is_form:
        all_done = announces_all_done(reader.text)
        gathered.items = tuple(
            _done(item, reader.number) if (all_done and item.status != "canceled") or n in done_before else item
            for n, item in enumerate(gathered.items)
        )


def _done(item: Item, source: int) -> Item:
    if item.status == "complete":
        return item
    return Item(
        text=item.text, kind=item.kind, due=item.due, status="complete", completed=item.completed, source=source
    )


def _report(gathered: Gathered, texts: Texts, template: Template, forms: tuple[Form, ...], quote: Quoting) -> Report:
    single = gathered.single
    noncompliance = {name: single.get(f"noncompliance.{name}") for name in ("start", "identified", "end")}
    counted = Certificates(
        total=single.get("certificates.total"),  # type: ignore[arg-type]
        remaining_valid=single.get("certificates.remaining_valid"),  # type: ignore[arg-type]
        kinds=gathered.kinds,
        crtsh_ids=tuple(gathered.crtsh),
        sha256=tuple(gathered.sha256),
        attachments=tuple(gathered.attachments),
    )
    return Report(
        texts=texts,
        template=template,
        forms=forms,
        disclosure_source=single.get("disclosure_source"),  # type: ignore[arg-type]
        ca_owner_id=single.get("ca_owner_id"),  # type: ignore[arg-type]
        noncompliance=Noncompliance(**noncompliance) if any(noncompliance.values()) else None,  # type: ignore[arg-type]
        issuance_stopped=single.get("issuance_stopped"),  # type: ignore[arg-type]
        revoked=single.get("revoked"),  # type: ignore[arg-type]
        certificates=counted if counted != Certificates() else None,
        policies=tuple(citations.merged(gathered.policies)),
        timeline=tuple(
            Event(at=e.at, precision=e.precision, kind=e.kind, quote=quote(e.quote or ""), source=e.source)
            for e in gathered.timeline.values()
        ),
        action_items=tuple(
            ActionItem(
                kind=i.kind, due=i.due, status=i.status, completed=i.completed, quote=quote(i.text), source=i.source
            )
            for i in gathered.items
        ),
        related=tuple(gathered.related[n] for n in sorted(gathered.related)),
        closure=Closure(source=gathered.closure) if gathered.closure is not None else None,
        sources=dict(sorted(gathered.sources.items())),
    )


ThreadReader = Callable[[int, Sequence[WireComment]], tuple[Report | None, tuple[Doubt, ...]]]


def thread_reader(*, keep_quotes: bool = False) -> ThreadReader:
    """Give the reader of threads that a sync uses, with the policy documents of this distribution."""
    known = policies.standard()

    def read(bug: int, comments: Sequence[WireComment]) -> tuple[Report | None, tuple[Doubt, ...]]:
        reading = read_thread(comments, bug=bug, policies=known, keep_quotes=keep_quotes)
        return reading.report, reading.doubts

    return read
