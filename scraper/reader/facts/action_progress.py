"""What a clause says of an action item: done, moved, dropped or under way, and on which day."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from ca_incidents.schema.model import ActionStatus
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.action_status import days_in, done_on, due_in, moved_to, status_in_line
from ca_incidents.scraper.reader.facts.fact import Item
from ca_incidents.scraper.reader.facts.word_stems import stem
from ca_incidents.scraper.reader.text.dates import Moment
from ca_incidents.scraper.reader.text.numbers import WORDS, any_of, number_of
from ca_incidents.scraper.reader.text.sentences import without_quotations

LONGEST_DAY = len("2024-03-25")

_ADVERBS = r"(?:(?:now|also|already|meanwhile|since|then|all|both|just|thus|finally|\w+ly) ){0,3}"
_IRREGULAR = (
    r"(?:done|made|told|built|held|given|written|rewritten|put|set|sent|taught|brought|bought|run|drawn|taken|kept|met"
    r"|read|shown|found|begun|over|through|gone|sold|split|won|paid|hired|switched|rolled)"
)
# Whoever starts, moves, asks for, orders or tests a thing has not done it, unless that is what the item asks for.
_NO_DEEDS = frozenset(
    stem(word)
    for word in (
        "expected planned scheduled required needed delayed postponed deferred rescheduled started begun"
        " continued progressed advanced discussed asked requested reported mentioned described agreed decided noticed"
        " posted affected issued based related concerned supposed interested involved located limited prepared"
        " attached listed named called tested reviewed approved ordered designed drafted assigned blocked chosen"
        " considered foreseen announced promised committed aimed opened informed contacted remained worked looked"
        " hoped wanted tried failed found revised evaluated proposed selected closed missed ignored bypassed muted"
        " broken overlooked skipped forgotten lost stopped interrupted refused rejected caused misread misunderstood"
        " copied noted seen saw created expired"
    ).split()
)
# Verbs that say enough without a day.
_ACHIEVED = frozenset(
    stem(word)
    for word in (
        "installed implemented added deployed introduced automated replaced upgraded migrated trained created built"
        " configured enforced disabled enabled removed restricted integrated established purchased bought changed"
        " updated revised performed conducted released published completed finished concluded done held given written"
        " rewritten sent taught rolled hired switched signed delivered corrected fixed moved extended closed"
    ).split()
)
_FINISHED = frozenset(
    stem(word)
    for word in (
        "completed finished concluded done implemented deployed introduced installed published released rolled"
        " delivered held conducted rewritten"
    ).split()
)
# What is repeated is done when it begins.
_BEGINS = frozenset(stem(word) for word in ("started", "begun", "began"))
_RECURRING = frozenset(
    stem(word)
    for word in "daily weekly monthly quarterly yearly annual regular hour night week weekend month quarter".split()
)
# A document is done when it is approved.
_DOCUMENTS = frozenset(
    map(
        stem,
        "procedure policy checklist list manual handbook guideline instruction contract form cps plan rule".split(),
    )
)
_FINITE = re.compile(
    rf"\b(?:has|have|had|was|were|is|are|been|got|gets?) {_ADVERBS}(?:been {_ADVERBS})?"
    rf"(?P<passive>\w{{2,}}ed|{_IRREGULAR})\b(?! (?:to|for) be\b)"
    rf"|\bwe {_ADVERBS}(?P<we>\w{{2,}}ed|held|sent|gave|wrote|rewrote|built|made|put|set|taught|brought|bought|ran)\b"
    r"|\b(?P<event>took (?:place|over|effect|part)|(?:went|came) (?:live|online|into \w+)|sat through"
    r"|handed (?:in|over)|(?:took|saw|ran|served|made|sent) (?:its|their|the) first"
    r"|(?:finish|end|conclud|complet)(?:ed|es))\b",
    re.I,
)
# "The law firm presented its list on 3 May": a verb in the past after its subject.
_ACTIVE = re.compile(
    r"(?<!\ba)(?<!\ban)(?<!\bthe)(?<!\bof)(?<!\bby)(?<!\bbe)(?<!\bto)(?<!\bour)(?<!\ball)(?<!\bwith)(?<!\band)"
    r"(?<!\bbeing)(?<![.,:;])(?<!\d\d) (?P<deed>\w{2,}ed|sent|gave|given|held|wrote|written|built|made|came|began)\b"
    r"(?= (?:on|at|in|before|after|behind|from|out|up|over|through|its"
    r"|his|her|their|the|us|our|all|and|as|with|to|into|yesterday|today|this|last)\b|[.,;]|$)",
    re.I,
)
_STATE = re.compile(
    r"\b(?:live|active|operational|effective|complete|completed|done|finished|online|worked off|up and running|at work"
    r"|in (?:place|production|operation|force|use|effect|service|(?:the )?(?:real|live|productive) system))\b"
    r"|✅|✔|✓|☑|\b(?:is|are) (?:now )?in(?=\W*$|[.,;])",
    re.I,
)
_SINCE = re.compile(
    r"\b(?:since|from|as of|as from|effective|with effect (?:from|of)|for the first time(?: on)?)\W{1,3}"
    r"(?:the |last )?(?:\w+day,? )?(?:the )?$",
    re.I,
)
_NEWS_OF_NOTHING = re.compile(r"^\W*(?:no|nothing|there)\b", re.I)
_NOT_YET = re.compile(
    r"\b(?:not|never|nobody|once|when|until|unless|if|whether|will|would|shall|should|can|cannot|could|(?-i:may)|might|must"
    r"|to be|being|nor|far|how|what|why|partly|partially|almost|nearly|half"
    r"|(?:plan|hope|want|need|intend|expect|aim|like|go|going)(?:s|ing|ed)?(?: \w+){0,6}? to"
    r"|expect\w*|as soon as|some of|most of|(?<!is )(?<!are )(?<!been )part of)\b"
    r"|(?:^\W{0,3}|, |\b(?:wait\w*|days?|weeks?|months?) )before\b",
    re.I,
)
_DROPPED = re.compile(
    r"\b(?:cancel\w*|withdrawn?|abandon\w*|drop(?:ped|ping)?|g(?:i|a)ven? up|scrapped|obsolete|superfluous|unnecessary"
    r"|moot|redundant|superseded"
    r"|off the table|no longer (?:needed|necessary|pursued?|plan(?:ned)?|intend|want|required|relevant|apply|applies)"
    r"|not (?:be )?(?:pursued?|needed any ?more|necessary any ?more)"
    r"|decided (?:against|not to)|changed (?:our|its) minds?"
    r"|taken off (?:the|our) list|removed from (?:the|our) (?:list|plan))\b"
    r"|\bwill (?:not|no longer) (?!be\b|keep|meet|make it|hold|manage|reach|have|complete|finish)\w+"
    r"(?=.*\b(?:any ?more|instead|after all|own|because|since|as)\b)",
    re.I,
)
_DELAYED = re.compile(
    r"\bdelay(?:s|ed)?\b|\bpostpon\w+|\bdeferred\b|\boverdue\b|\breschedul\w+|\bslip(?:s|ped)?\b"
    r"|\bmoved?\b(?= [^.;]*\bto\b)"
    r"|\bpush(?:ed)? (?:back|out)|\bputs? (?:\w+ ){0,3}?(?:off|back)\b"
    r"|\bbehind (?:schedule|plan)|\blate\b|\blater than\b|\bslower\b"
    r"|\b(?:more|additional|further|extra|longer|another) (?:\w+ ){0,2}?(?:time|days?|weeks?|months?|until|till)\b"
    r"|\blonger\b|\bneeds? (?:[^.;]{0,30}? )?(?:until|till)\b|\btime (?:until|till)\b|\bextension\b"
    r"|\b(?:new|revised|updated) (?:\w+ )?(?:date|deadline|target)\b|\bpatience\b|\binstead of\b"
    r"|\bnot (?:be )?(?:\w+ )?(?:ready|done|finished|completed?|meet|met|make it)\b.*\b(?:by|until|in time|new)\b"
    r"|\b(?:cannot|could not|will not|did not) (?:keep|meet|hold|make|manage|reach)\b",
    re.I,
)
_UNDER_WAY = re.compile(
    r"\bnot (?:yet|(?:been )?(?:complete|done|finished|ready))|\b(?:no|not|nobody|nothing)\b[^.;]*\byet\b"
    r"|\bin (?:progress|work|testing|preparation|development)\b|\bon-?going|\bon (?:a|the|our) test\b"
    r"|\bpending\b|\bopen\b|\bunder ?way\b|\bon (?:track|schedule|course)\b|\bcontinu\w+|\bstill\b|\bremains?\b"
    r"|\bbeing \w+ed\b|\bworking on\b|\bstarted\b|\bbegun\b|\bbegan\b|\bso far\b|\bhas reached\b|\bas (?:per|by) plan\b"
    r"|\b(?:is|are) (?:expected|planned|scheduled)\b|\bincomplete\b|\bnothing new\b|\bprogress",
    re.I,
)
_TO_COME = re.compile(r"\b(?:will|shall|(?:goes|go|going) live|begins?|starts?|follows?|comes?)\b", re.I)
_CONDITION = re.compile(r"\W*(?:if|once|when|whether|unless|as soon as|until|should)\b", re.I)
_NOT_DONE: tuple[tuple[ActionStatus, re.Pattern[str]], ...] = (
    ("canceled", _DROPPED),
    ("delayed", _DELAYED),
    ("ongoing", _UNDER_WAY),
)
# "as planned", "in the foreseen date": what was intended, beside what was done.
_AS_INTENDED = re.compile(
    r",? ?\b(?:exactly |just )?as (?:(?:was|had been|we) )?"
    r"(?:planned|scheduled|promised|announced|foreseen|expected|intended)\b"
    r"|\b(?:foreseen|planned|promised|scheduled|agreed)(?= (?:date|day|time)\b)|\b(?:ahead of|on) schedule(?=.*\bon\b)"
    r"|\b(?:one|two|three|\d+) (?:day|week)s? late\b(?=\W*(?:$|\())",
    re.I,
)
_SHORT_FORMS = (
    (re.compile(r"\b(ca)n't\b", re.I), r"\1n not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'re\b"), " are"),
    (
        re.compile(r"'s (?=(?:now |also |already )?(?:complete|done|finished|live|delayed|late|not|been|over)\b)"),
        " is ",
    ),
)
_N = rf"(?:[0-9]{{1,4}}|{any_of(WORDS)})"
_SHARE = re.compile(rf"\b(?P<part>{_N}) (?:out )?of (?:the |our |all )?(?P<all>{_N})\b", re.I)
_EXCEPTED = re.compile(r"\b(?:except|apart from|aside from|other than)\b", re.I)
_RANGE = re.compile(r"\W*(?:and|to|until|till)?\W*", re.I)
_PERCENT = re.compile(r"\b[0-9]{1,2} ?(?:%|percent|per cent)(?= (?:done|complete|finished|ready|of))", re.I)
_DUE_BEFORE = re.compile(
    r"\b(?:due|deadline|target|planned|until|before|(?:date|plan|it|which|this|that) was)\W*(?:date |for |on )?$", re.I
)


def progress_of(text: str, document: Document, own: Set[str], stated: str | None = None) -> Item | None:
    """Read how a clause says that an item stands, None if it does not say it; `own` are the stems of the item's words.

    What the item is about is no news of it: "Cancel the contract" is not canceled because a clause says "cancel". A
    deed before the day on which the item was `stated` counts only if its verb is the item's.
    """
    if _CONDITION.match(text) or text.rstrip().endswith("?"):
        return None
    set_off = status_in_line(text)
    said = _AS_INTENDED.sub("", without_quotations(in_full(text)))
    days = [one for one in days_in(said, document) if one.is_certain and one.at]
    past = [one for one in days if not _is_later(one, document) and one.precision in {"day", "minute"}]
    if set_off == "complete":
        return _item(document, "complete", done=_last_done(past, said))
    told = done_on(said, document)
    if told and any(one.at == told and not _NOT_YET.search(said[: one.start]) for one in past):
        return _item(document, "complete", done=told)
    deed = None if moved_to(said, document) else _deed_in(said, own, past)
    if set_off is None and deed is not None and (day := _day_of_deed(said, past, deed.end, own)):
        is_older = stated is not None and day[:LONGEST_DAY] < stated[:LONGEST_DAY]
        return _item(document, "complete", done=day) if deed.is_own or not is_older else None
    status = set_off or _unfinished(said, own, document)
    due = _due(said, days, document)
    if status == "canceled":
        # What is cancelled and has another day is moved.
        return _item(document, "delayed" if due else "canceled", due=due)
    if status in {"delayed", "ongoing"} and (status == "delayed" or deed is None):
        return _item(document, status, due=due)
    if deed is not None and not due and status is None:
        return _item(document, "complete")
    if due and due_in(said, document):
        return _item(document, "ongoing", due=due)
    return _item(document, "ongoing") if due and _TO_COME.search(said) else None


def in_full(text: str) -> str:
    """Write out the short forms of verbs: "we'll" is "we will"."""
    if "'" in text:
        for pattern, full in _SHORT_FORMS:
            text = pattern.sub(full, text)
    return text


def later_day(text: str, document: Document) -> str | None:
    """Return the only day of a text that is later than its comment."""
    days = [one for one in days_in(text, document) if one.is_certain and _is_later(one, document)]
    return days[0].at if len({one.at for one in days}) == 1 else None


def past_days(text: str, document: Document) -> Iterator[str]:
    """Yield the days of a text up to its comment, apart from due dates."""
    for one in days_in(text, document):
        is_past = one.is_certain and one.at and one.precision in {"day", "minute"} and not _is_later(one, document)
        if is_past and not _DUE_BEFORE.search(text[: one.start]):
            yield (one.at or "")[:LONGEST_DAY]


def _item(document: Document, status: ActionStatus, *, due: str | None = None, done: str | None = None) -> Item:
    completed = done[:LONGEST_DAY] if done else None
    return Item(text="", status=status, due=due, completed=completed, source=document.number)


def _is_later(moment: Moment, document: Document) -> bool:
    return is_later(moment.at or "", document)


def is_later(at: str, document: Document) -> bool:
    """Return whether a day or month is later than the comment."""
    written = document.comment.at
    return written is not None and at[:LONGEST_DAY] > written[: min(len(at), LONGEST_DAY)]


def _unfinished(said: str, own: Set[str], document: Document) -> ActionStatus | None:
    if _only_a_part(said):
        return "ongoing"
    for status, pattern in _NOT_DONE:
        if _says(pattern, said, own):
            return status
    return "delayed" if moved_to(said, document) else None


def _says(pattern: re.Pattern[str], said: str, own: Set[str]) -> bool:
    """Return whether words of a pattern are there that are not the item's own."""
    return any(stem(re.split(r"\W", match[0])[0]) not in own for match in pattern.finditer(said))


def _only_a_part(said: str) -> bool:
    return (
        _EXCEPTED.search(said) is not None
        or _PERCENT.search(said) is not None
        or any(number_of(match["part"]) < number_of(match["all"]) for match in _SHARE.finditer(said))
    )


@dataclass(frozen=True, slots=True)
class _Deed:
    """Where the words end that say that something was done, and whether their verb is the item's own."""

    end: int
    is_own: bool = False


def _deed_in(said: str, own: Set[str], past: Sequence[Moment]) -> _Deed | None:
    """Find the words that say that something was done; a bare verb in the past needs a day."""
    if _only_a_part(said) or _NEWS_OF_NOTHING.search(said):
        return None
    for match in _FINITE.finditer(said):
        verb = match["passive"] or match["we"]
        is_said = verb is None or (_is_deed(verb, own) and (past or _is_achieved(match, verb, own)))
        if is_said and not _NOT_YET.search(said[: match.start()]):
            return _Deed(match.end(), is_own=verb is not None and _is_own(verb, own))
    for match in _STATE.finditer(said):
        if not _NOT_YET.search(said[: match.start()]):
            return _Deed(match.end())
    for match in _ACTIVE.finditer(said) if past else ():
        if _is_deed(match["deed"], own) and not _NOT_YET.search(said[: match.start()]):
            return _Deed(match.end(), is_own=_is_own(match["deed"], own))
    for one in past:
        since = _SINCE.search(said[: one.start]) or _set_off_deed(said[: one.start], own)
        if since and not _NOT_YET.search(said[: since.start()]) and not _says(_UNDER_WAY, said[: since.start()], own):
            return _Deed(since.start())
    return None


def _is_own(verb: str, own: Set[str]) -> bool:
    """Return whether a verb is the item's: every thread tells of certificates that were revoked before."""
    return stem(verb.lower()) in own - {stem("revoked")}


def _set_off_deed(before: str, own: Set[str]) -> re.Match[str] | None:
    """Find the verb of "Handbook: published on 3 May", which stands beside its day."""
    match = _BESIDE_DAY.search(before)
    return match if match and _is_deed(match["deed"], own) else None


_BESIDE_DAY = re.compile(
    rf"(?:^|[:–,(-]) *(?P<deed>\w{{2,}}ed|{_IRREGULAR}) ?(?:on |at |in )?(?:the )?\W{{0,3}}$", re.I
)


def _is_achieved(match: re.Match[str], verb: str, own: Set[str]) -> bool:
    """Return whether a verb says without a day that something is done.

    In the present it tells a habit, and in the past tense alone an older event: that needs the item's own verb.
    """
    said = stem(verb.lower())
    if _PRESENT.match(match[0]):
        return False
    if re.match(r"ha(?:s|ve) ", match[0], re.I) and " been " in f" {match[0]} ":
        return True
    return said in own or said in (_FINISHED if _PAST.match(match[0]) else _ACHIEVED)


_PRESENT = re.compile(r"(?:is|are) (?!.*been)", re.I)
_PAST = re.compile(r"(?:was|were|had|we(?! have)) ", re.I)


def _is_deed(verb: str, own: Set[str]) -> bool:
    said = stem(verb.lower())
    is_valid = said == stem("approved") and not _DOCUMENTS.isdisjoint(own)
    return said not in _NO_DEEDS or said in own or is_valid or (said in _BEGINS and not _RECURRING.isdisjoint(own))


def _day_of_deed(said: str, past: Sequence[Moment], done_at: int, own: Set[str]) -> str | None:
    """Return the day of the item's own verb, "was bought on 3 May and installed on 4 May".

    Without one, the first day after the words for the deed, or its end if it took days; else the last before them.
    """
    days = [one for one in past if not _DUE_BEFORE.search(said[: one.start])]
    after = [one for one in days if one.start >= done_at]
    for before, one in reversed([*pairwise(after)]):
        verbs = re.findall(r"\b\w{2,}ed\b", said[before.end : one.start])
        if any(_is_own(verb, own) for verb in verbs):
            return one.at
    if len(after) > 1 and _RANGE.fullmatch(said, after[0].end, after[1].start):
        return after[1].at
    return after[0].at if after else days[-1].at if days else None


def _last_done(past: Sequence[Moment], said: str) -> str | None:
    days = [one for one in past if not _DUE_BEFORE.search(said[: one.start])]
    return days[-1].at if days else None


def _due(said: str, days: Sequence[Moment], document: Document) -> str | None:
    told = moved_to(said, document), _latest(days, document), due_in(said, document)
    return next((day for day in told if day), None)


def _latest(days: Sequence[Moment], document: Document) -> str | None:
    later = {one.at: None for one in days if _is_later(one, document)}
    return next(iter(later)) if len(later) == 1 else None
