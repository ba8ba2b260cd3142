"""No claim about anybody depends on what was not read: not on a text, not on a writer, not on a hidden comment.

A claim is that something is late, overdue or missing, or by whom a bug was filed. Each record is held against threads
that it may be a part of: unread and shortened comments are given texts, unknown writers organisations, and comments are
put where nobody can have seen them. Whatever was claimed must still be claimed of every such thread.

Covers: schema/derive/spoken_elsewhere.py.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ca_incidents.schema import dataset
from ca_incidents.schema.derive.parties import family, kind_of
from ca_incidents.schema.derive.status import Derived, derive, derive_among
from ca_incidents.schema.model import (
    ActionItem,
    Bugzilla,
    Certificates,
    Change,
    Citation,
    Closure,
    Comment,
    Form,
    Incident,
    Noncompliance,
    RelatedBug,
    Report,
    Reporter,
    Texts,
)
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.record.reading import reading_of
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.schema.tables.registry import Registry

ROOT = Path(__file__).parent.parent / "incidents"
AS_OF = "2025-09-01T00:00:00Z"
RULES = deadlines.standard()
REGISTRY = registry.read(b"""
schema_version: 1
as_of: "2026-01-01"
cas:
  - {slug: a-ca, name: A CA, kind: ca, domains: [a-ca.example]}
  - {slug: b-ca, name: B CA, kind: ca, domains: [b-ca.example, both.example]}
programs:
  - {slug: both, name: Both, kind: root-program, domains: [both.example]}
  - {slug: mozilla, name: Mozilla, kind: root-program, domains: [mozilla.example]}
domain_roles:
  - {domain: moved.example, program: mozilla, until: "2025-05-31"}
  - {domain: moved.example, ca: a-ca, from: "2025-07-01"}
exceptions: []
""")
WRITERS = ("a-ca.example", "b-ca.example", "both.example", "mozilla.example", "moved.example", "nobody.example", None)
# As often as they decide something: the CA, and nobody knows who.
OFTEN = (*["a-ca.example"] * 6, *[None] * 4, *WRITERS)
replace = msgspec.structs.replace
TEXTS = (
    "nothing",
    "full",
    "preliminary",
    "closure",
    "aware",
    "told",
    "done",
    "promise",
    "revoked",
    "kinds",
    "cites",
    "related",
)
KINDS = (("dv",), ("smime",), ("code-signing",), ("ca",), ("smime", "ca"))
DOCUMENTS = ("tls-br", "smime-br", "cs-br", "mozilla")
TAGS = ((), (), (), ("audit-finding",), ("ca-misissuance",), ("smime-misissuance",), ("leaf-revocation-delay",))


def claims(found: Derived) -> set[tuple[str, str]]:
    """List what hurts; late and overdue are one: what is overdue today is late once it is done."""
    clocks = [c for c in found.clocks if c.state in {"late", "overdue"}]
    stated = {(c.rule.slug, c.inputs[0].path if c.rule.clock == "action-item" else "late") for c in clocks}
    stated |= {(flag.name, flag.rule.slug) for flag in found.flags}
    if found.status == "unreported":
        stated.add(("status", "unreported"))
    if found.reporter_kind != "unknown":
        stated.add(("filed by", found.reporter_kind))
    return stated


def claims_of(
    record: Incident, incidents: dict[int, Incident], known: Registry, as_of: str = AS_OF
) -> set[tuple[str, str]]:
    return claims(derive_among(record, incidents, as_of=as_of, registry=known, deadlines=RULES))


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def some_day(dice: Random) -> str:
    return f"2025-{dice.randint(3, 8):02}-{dice.randint(1, 28):02}"


def between(dice: Random, one: str | None, other: str | None) -> str | None:
    if one is None or other is None or len(one) < 17 or len(other) < 17:
        return None
    first, last = datetime.fromisoformat(one), datetime.fromisoformat(other)
    return stamp(first + (last - first) * dice.random())


# Threads that a record may be a part of


def imagined(record: Incident, known: Registry, writers: tuple[str | None, ...], as_of: str, dice: Random) -> Incident:
    """Return a thread that was read to its end and that shows what the record shows."""
    unread = {c.number for c in record.bugzilla.comments} - read_to_the_end(record)
    record, hidden = with_hidden_comments(record, writers, dice)
    record = with_writers(record, known, writers, dice)
    report = record.report or Report()
    for number in sorted(unread | hidden):
        report = with_text(report, number, dice)
    record = with_later_comments(record, writers, as_of, dice)
    numbers = tuple(c.number for c in record.bugzilla.comments)
    return replace(record, report=replace(report, texts=Texts(read=len(numbers), complete=numbers)))


def read_to_the_end(record: Incident) -> set[int]:
    numbers = {c.number for c in record.bugzilla.comments}
    texts = (record.report.texts if record.report else None) or Texts(read=0)
    if texts.complete or texts.shortened:
        return numbers & set(texts.complete)
    return numbers if texts.read >= len(numbers) and not texts.cut else set()


def with_hidden_comments(record: Incident, writers: tuple[str | None, ...], dice: Random) -> tuple[Incident, set[int]]:
    """Put comments into gaps of the numbering, some of them, by anybody."""
    comments, hidden = list(record.bugzilla.comments), set()
    at: str | None = record.bugzilla.opened
    found: list[Comment] = []
    expected = 0
    for comment in comments:
        for number in range(expected, comment.number):
            if dice.random() < 0.7:
                at = between(dice, at, comment.at)
                found.append(Comment(number=number, at=at, affiliation=dice.choice(writers)))
                hidden.add(number)
        found.append(comment)
        expected, at = comment.number + 1, comment.at or at
    return with_comments(record, found), hidden


def with_writers(record: Incident, known: Registry, writers: tuple[str | None, ...], dice: Random) -> Incident:
    """Give unknown writers an organisation; whoever filed the bug wrote its description."""
    own = family(record, known)

    def unknown(affiliation: str | None, at: str | None) -> bool:
        return kind_of(affiliation, at, own, known) == "unknown"

    bug = record.bugzilla
    comments = list(bug.comments)
    first = comments[0] if comments and comments[0].number == 0 else None
    filed = bug.reporter.affiliation if bug.reporter else None
    if unknown(filed, bug.opened):
        told = first and not unknown(first.affiliation, first.at)
        filed = first.affiliation if first and told else dice.choice(writers)
    if first:
        comments[0] = replace(first, affiliation=filed)
    for i, comment in enumerate(comments):
        if comment.number and unknown(comment.affiliation, comment.at):
            comments[i] = replace(comment, affiliation=dice.choice(writers))
    bug = replace(bug, comments=tuple(comments), reporter=Reporter(affiliation=filed) if filed else bug.reporter)
    return replace(record, bugzilla=bug)


def with_text(report: Report, number: int, dice: Random) -> Report:
    """Let a comment say something that the record does not know."""
    day, sources = some_day(dice), dict(report.sources)
    match dice.choice(TEXTS):
        case "full":
            return replace(report, forms=(*report.forms, Form(source=number, template="ccadb-3-full")))
        case "preliminary":
            return replace(report, forms=(*report.forms, Form(source=number, template="ccadb-3-preliminary")))
        case "closure":
            return replace(report, closure=Closure(source=number))
        case "aware":
            dates = replace(report.noncompliance or Noncompliance(), identified=day)
            return replace(report, noncompliance=dates, sources={**sources, "noncompliance.identified": number})
        case "told":
            return replace(report, aware=day, sources={**sources, "aware": number})
        case "done":
            items = [replace(i, status="complete", completed=None, source=number) for i in report.action_items]
            return replace(report, action_items=tuple(items))
        case "promise":
            return replace(report, action_items=(ActionItem(due=day, status="ongoing", source=number),))
        case "revoked":
            return replace(report, revoked=day, sources={**sources, "revoked": number})
        case "kinds":
            sources["certificates.kinds"] = number
            return replace(report, certificates=Certificates(kinds=dice.choice(KINDS)), sources=sources)
        case "cites":
            cited = Citation(document=dice.choice(DOCUMENTS), source=number)
            return replace(report, policies=(*report.policies, cited))
        case "related":
            return replace(report, related=(*report.related, RelatedBug(bug=9, source=number)))
    return report


def with_later_comments(record: Incident, writers: tuple[str | None, ...], as_of: str, dice: Random) -> Incident:
    """Add comments after the moment up to which the thread was read."""
    bug = record.bugzilla
    if bug.read_from and not bug.read_until:
        return record
    at = datetime.fromisoformat(bug.read_until or as_of)
    comments = list(bug.comments)
    number = comments[-1].number if comments else -1
    for later in range(dice.randint(0, 2)):
        at += timedelta(seconds=dice.randint(1, 10**7))
        comments.append(Comment(number=number + 1 + later, at=stamp(at), affiliation=dice.choice(writers)))
    return with_comments(record, comments)


def with_comments(record: Incident, comments: list[Comment]) -> Incident:
    return replace(record, bugzilla=replace(record.bugzilla, comments=tuple(comments)))


# Records


def made(dice: Random) -> Incident:
    """Make a record of a thread of which more or less was read."""
    at = datetime(2025, dice.choice([3, 5, 7, 8]), dice.randint(1, 28), 12, tzinfo=UTC)
    opened = stamp(at)
    comments = [Comment(number=0, at=opened, affiliation=dice.choice(OFTEN))]
    for _ in range(dice.choice([0, 1, 2, 3, 4])):
        at += timedelta(days=dice.choice([1, 3, 10, 30]) * dice.random())
        number = comments[-1].number + dice.choice([1] * 12 + [2])
        if at < datetime.fromisoformat(AS_OF):
            told = stamp(at) if dice.random() < 0.95 else None
            comments.append(Comment(number=number, at=told, affiliation=dice.choice(OFTEN)))
    numbers = [c.number for c in comments]
    closed = dice.random() < 0.3
    # Until July 2025 a closure report did not end the updates.
    read_until = dice.choice([None, None, None, AS_OF, "2025-08-15T00:00:00Z", "2025-06-20T00:00:00Z"])
    bug: dict[str, Any] = {"status": "RESOLVED", "resolution": "FIXED"} if closed else {"status": "ASSIGNED"}
    return Incident(
        id=1,
        title="A CA: something",
        ca=dice.choice(["a-ca", "a-ca", "a-ca", "b-ca", None]),
        tags=dice.choice(TAGS),
        bugzilla=Bugzilla(
            **bug,
            read_from="page" if read_until or dice.random() < 0.1 else None,
            read_until=read_until,
            opened=opened,
            next_update=dice.choice([None, None, some_day(dice)]),
            reporter=Reporter(nick="someone", affiliation=comments[0].affiliation),
            comments=tuple(comments),
            history=dice.choice([(), (Change(at=opened, field="whiteboard", added="[a-tag]"),)]),
        ),
        report=report_on(numbers, opened, dice),
    )


def report_on(numbers: list[int], opened: str, dice: Random) -> Report | None:
    read = numbers if dice.random() < 0.8 else [n for n in numbers if dice.random() < 0.5]
    shortened = {n for n in read if dice.random() < 0.1}
    if not read:
        return None
    report = Report(
        texts=Texts(
            read=len(read),
            cut=bool(shortened),
            complete=tuple(n for n in read if n not in shortened),
            shortened=tuple(sorted(shortened)),
        )
    )
    if dice.random() < 0.6:
        aware = stamp(datetime.fromisoformat(opened) - timedelta(days=dice.choice([0, 0, 1, 4])))
        dates, sources = Noncompliance(identified=aware), {"noncompliance.identified": dice.choice(read)}
        report = replace(report, noncompliance=dates, sources=sources)
    for number in read:
        report = with_text(report, number, dice)
    if dice.random() < 0.8:
        report = replace(report, related=())
    if dice.random() < 0.5:
        kinds = replace(report, certificates=Certificates(kinds=(dice.choice(["smime", "ca", "ca"]),)), revoked=AS_OF)
        cited = (*report.policies, Citation(document=dice.choice(DOCUMENTS), source=dice.choice(read)))
        named = dict.fromkeys(("certificates.kinds", "revoked"), dice.choice(read))
        report = replace(kinds, policies=cited, sources={**report.sources, **named})
    return report


def weakened(record: Incident, known: Registry, writers: tuple[str | None, ...], dice: Random, **more: Any) -> set[Any]:
    """Return what is claimed of a record and not of a thread that it may be a part of."""
    as_of = more.pop("as_of", AS_OF)
    incidents = more.pop("incidents", {})
    before = claims_of(record, incidents, known, as_of)
    if not before:
        return set()
    threads = [imagined(record, known, writers, as_of, dice) for _ in range(6)]
    return before - set.intersection(*(claims_of(thread, incidents, known, as_of) for thread in threads))


@settings(max_examples=500, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_claim_about_a_made_thread_depends_on_what_was_not_read(dice: Random) -> None:
    assert weakened(made(dice), REGISTRY, OFTEN, dice) == set()


def test_threads_that_are_late_are_called_late_where_they_were_read_to_the_end() -> None:
    dice, found = Random(1), Counter[str]()
    for _ in range(8_000):
        record = made(dice)
        late = {name for name, _ in claims_of(record, {}, REGISTRY) if name not in {"filed by"}}
        assert not late or reading_of(record).whole
        found.update(late)
        assert weakened(record, REGISTRY, OFTEN, dice) == set()
    for name in (
        "late_disclosure",
        "late_full_report",
        "overdue_update",
        "overdue_action",
        "status",
        "update-delayed-revocation-7d",
        "revocation-ca-7d",
        "revocation-smime-5d",
        "revocation-smime-ca-7d",
        "revocation-code-signing-ca-7d",
    ):
        assert found[name] >= 3, (name, found)
    # Nobody is called late where short-lived certificates, or a request to delay, may have exempted the CA.
    assert not found.keys() & {"revocation-5d", "revocation-code-signing-5d"}


@cache
def real() -> dataset.Dataset:
    return dataset.read(ROOT)


def domains() -> tuple[str | None, ...]:
    return (*real().registry.roles, "nobody.example", None)


def test_no_claim_about_a_real_record_depends_on_what_was_not_read() -> None:
    data, dice = real(), Random(2)
    incidents = dict(data.incidents)
    for number, record in data.incidents.items():
        more = {"incidents": incidents, "as_of": data.snapshot.as_of}
        assert weakened(effective(record), data.registry, domains(), dice, **more) == set(), number


def test_no_claim_about_a_real_thread_depends_on_its_unknown_writers_once_it_is_read() -> None:
    """Take every real thread as read, so that there is much to claim."""
    data, dice, found = real(), Random(3), 0
    incidents = dict(data.incidents)
    for number, record in data.incidents.items():
        shown = effective(record)
        numbers = tuple(c.number for c in shown.bugzilla.comments)
        read = replace(shown.report or Report(), texts=Texts(read=len(numbers), complete=numbers))
        shown = replace(shown, report=read)
        more = {"incidents": incidents, "as_of": data.snapshot.as_of}
        found += len([c for c in claims_of(shown, incidents, data.registry, data.snapshot.as_of) if c[0] != "filed by"])
        assert weakened(shown, data.registry, domains(), dice, **more) == set(), number
    assert found >= 20


def test_a_disclosure_on_another_bug_of_the_ca_counts() -> None:
    """1985466 names 1976256, which was opened on the day on which the CA became aware."""
    data = real()
    shown, as_of = effective(data.incidents[1985466]), data.snapshot.as_of
    assert shown.report and shown.report.texts
    whole = replace(shown.report.texts, complete=tuple(c.number for c in shown.bugzilla.comments), shortened=())
    shown = replace(shown, report=replace(shown.report, texts=whole))
    alone = derive(shown, as_of=as_of, registry=data.registry, deadlines=RULES, elsewhere=())
    assert ("late_disclosure", "disclosure-72h") in claims(alone)
    named = claims_of(shown, dict(data.incidents), data.registry, as_of)
    assert ("late_disclosure", "disclosure-72h") not in named


def test_bugs_of_others_on_which_the_ca_never_spoke_hold_no_disclosure() -> None:
    def named(by: str | None, **more: Any) -> dict[int, Incident]:
        bug = Bugzilla(
            status="NEW",
            opened="2025-06-01T00:00:00Z",
            reporter=Reporter(affiliation=by) if by else None,
            comments=(Comment(number=0, at="2025-06-01T00:00:00Z", affiliation=by),),
            **more,
        )
        return {2: Incident(id=2, title="B CA: something", ca="b-ca", bugzilla=bug)}

    late = Incident(
        id=1,
        title="A CA: something",
        ca="a-ca",
        bugzilla=Bugzilla(
            status="NEW",
            opened="2025-06-20T00:00:00Z",
            reporter=Reporter(affiliation="a-ca.example"),
            comments=(Comment(number=0, at="2025-06-20T00:00:00Z", affiliation="a-ca.example"),),
        ),
        report=Report(
            texts=Texts(read=1, complete=(0,)),
            noncompliance=Noncompliance(identified="2025-06-01T00:00:00Z"),
            related=(RelatedBug(bug=2, source=0),),
            sources={"noncompliance.identified": 0},
        ),
    )
    claim = ("late_disclosure", "disclosure-72h")
    assert claim in claims_of(late, named("b-ca.example"), REGISTRY)
    assert claim not in claims_of(late, named("a-ca.example"), REGISTRY)
    assert claim not in claims_of(late, named(None), REGISTRY)
    assert claim not in claims_of(late, {}, REGISTRY)
    # What was said there after it was last read is not known.
    assert claim not in claims_of(late, named("b-ca.example", read_until="2025-06-01T12:00:00Z"), REGISTRY)
