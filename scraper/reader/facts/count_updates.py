"""Totals in later comments: "the correct number is 205", "8 more were found, 31 in all", "3,412, and not 3,400".

A number counts where its clause says that it is the whole, where it is set against the known total, or where the number
of certificates that the comment adds leads from the known total to it. What is still open, revoked, looked at or
guessed, and numbers of something else, say nothing; two totals settle nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.certificate_numbers import (
    BESIDE,
    LABEL,
    NUMBER,
    NUMBER_WORD,
    OF_DATE,
    number_in,
)
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, UNSURE
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, MOST_IN_SENTENCE, sentences_of

_SUM = (
    r"(?:(?:(?:correct|right|actual|true|real|final|exact|new|total|whole|overall|full|complete|definitive|revised) )*"
    r"(?:total|sum|number|count|tally|figure|amount)s?)"
)
_CERTIFICATES = r"(?:pre-?)?(?:certificates?|certs)|QWACs?|CAs|cases|instances|them|mis-?issuances?"
_OF_CERTIFICATES = rf"(?: (?:(?:of|for) )?(?:[\w/&-]+ ){{0,5}}?(?:{_CERTIFICATES}))?"
_CONCERNED = r"(?:affected|impacted|concerned|involved|problematic|(?:mis-?|wrongly )issued)"
_IS = (
    r"(?:(?:is|was|are|were|be|becomes?|became|remains|stands?|stood|stays|comes?|came|amounts?|amounted|adds?|added"
    r"|rises?|rose|risen|grows?|grew|grown|increase[sd]?|went|goes|gone|climb(?:s|ed)|fell|fallen|falls|drop(?:s|ped)"
    r"|decrease[sd]?|reads?|corrected|revised|updated|changed|changes|reduced|raised|at|to|up|down|now|therefore|thus"
    r"|so|has|have|been|should|by|must|in fact|actually|then|currently|only|exactly|finally|it) )"
)
_FROM_OLD = rf"(?:from (?:[0-9][0-9,.]*|{NUMBER_WORD}) )?"
# What before a number says that it is the whole.
_LEADS = re.compile(
    rf"\b{_SUM}{_OF_CERTIFICATES}(?: (?:(?:that|which|with)\b[^,.;]{{0,60}}?|{_CONCERNED}))?"
    rf"(?: {_IS}{{1,6}}| ?[:=] *| of ){_FROM_OLD}(?:to )?(?:a total of )?\Z"
    r"|\b(?:totals|total?ling|total?led|altogether,?|in total,?|in all,?|all told,?|all in all,?|overall,?)"
    r"(?: (?:now|only|exactly|therefore|there (?:are|were)|we (?:have|had|found|identified|count)|it (?:is|was)))* \Z"
    r"|\b(?:mak(?:es?|ing)|bring(?:s|ing)?|brought|rais(?:es?|ing))"
    rf" (?:(?:us|it|them|the|our|{_SUM}){_OF_CERTIFICATES} )*?{_FROM_OLD}(?:up |back )?(?:to |at )?\Z"
    r"|\bwe(?: are| have|'re|'ve)? (?:now )?(?:at|count|counted|arrived? at|c[ao]me to|end(?:ed)? up (?:with|at))"
    r" (?:now )?\Z"
    r"|\b(?:re-?count(?:ing)?|(?:corrected|final|updated|complete|full|new|extended|revised) (?:list|count|export))\b"
    r"(?: \w+){0,2} (?:gives?|gave|shows?|showed|has|contains?|yields?|yielded|names?|comprises|of)(?: now)? \Z"
    rf"|\b(?:{_CONCERNED}(?: (?:{_CERTIFICATES}))?|(?:{_CERTIFICATES}) {_CONCERNED}): \Z",
    re.I,
)
# What behind a number and its noun says so.
_FOLLOWS = re.compile(
    r",? (?:now )?(?:in (?:all|total|sum)|altogether|overall|all told|(?:all )?together|total(?! \w))\b"
    r"|[,;]? (?:and )?(?:that |this )?(?:is|are|was|'s) (?:now )?(?:the |our )?(?:right|correct|final|definitive|total)"
    r" ?(?:one\b|total|number|count|figure|[,.;]|\Z)",
    re.I,
)
_FINAL_BELOW = re.compile(
    r"\W*(?:and )?(?:that|this|which)(?:'s| is| was)? (?:now )?(?:the|our) (?:\w+ )?(?:total|number|count|figure)\b",
    re.I,
)
_IT_IS, _THAT = re.compile(r"\bit(?: is|'s| was)(?: in fact| actually| really| now)? \Z", re.I), re.compile(r" that\b")
_IS_CONCERNED = re.compile(rf" (?:is|are|was|were|(?:have|had) been) (?:actually |really |in fact )?{_CONCERNED}", re.I)
_SETTLED = re.compile(
    r"\b(?:in the end|finally|exact(?:ly)?|precise(?:ly)?|confirm(?:s|ed)?|complete(?:d|ly)?|finished|concluded|ended"
    r"|correct\w*|including (?:these|those|them)|with (?:these|those|them)|therefore|instead|now)\b",
    re.I,
)
_CLAUSE_END = re.compile(
    r"[:;()](?=\s|$)|\s[–—-]+\s"
    r"|,? (?:but|because|although|though|while|whereas|since|which|who|of (?:which|them|these|those))\b"
    r"|, (?:and (?!not\b)|so (?!that\b)|as |all |they |we |it |there )",
    re.I,
)
_LABEL_END = re.compile(rf"\b(?:{_SUM}{_OF_CERTIFICATES}|{_CONCERNED}|{_CERTIFICATES})\Z", re.I)
# What may follow a number whose noun is not repeated.
_NOUNLESS = re.compile(
    r"[ ,]*(?:$|[,.;:!?()–—-]|(?:and|or|now|in|altogether|overall|all|total|together|instead|rather|not|as|after|with"
    r"|of (?:them|th[eo]se)|because|since|for|were|was|are|is|have|had|has|that|which|to(?= [0-9])|late|up|at"
    rf"|{_CONCERNED})\b)",
    re.I,
)
# What makes a number that of a part, of a search, of a guess or of something else.
_LOOKED_AT = r"(?:checked|reviewed|examined|sampled|scanned|looked at|analy[sz]ed|inspected|processed|searched)"
_ANOTHER = re.compile(
    r"\b(?:remain(?:s|ing|ed)?|left|still|outstanding|pending|not yet|unrevoked|revok\w+|valid|replaced|expired|active"
    r"|populations?|if|whether|would|could|might|maybe|perhaps|possibly|expect\w*|probabl\w+|likely|unaffected"
    r"|not (?:affected|impacted|concerned)|previously|originally|another CA|other CAs?|each|per"
    r"|(?<!mis)(?<!-)issued(?! (?:wrong|incorrect|by mistake|in error|with)))\b|\bbug [0-9]|%"
    rf"|\b(?:we|have|has|had|were|was|been) {_LOOKED_AT}\b",
    re.I,
)
_INCLUDED = re.compile(r"\bincluding [^,.;]*?(?=,| is | are | we |\Z)", re.I)
_MORE = re.compile(r"(?: of (?:them|these))? (?:more|further|additional|other|new)\b", re.I)
_MORE_BEFORE = re.compile(r"\b(?:another|additional|further|adds?|added) \Z", re.I)
_NOT_BEFORE = re.compile(r"\b(?:not|rather than|instead of(?: the)?|from|formerly|previously|before:?) \Z", re.I)
_OF_TIME = re.compile(r" (?:more )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b", re.I)
_NAMES_SUM = re.compile(rf"\b{_SUM}\b", re.I)
_FROM = re.compile(r"\bfrom \S+ to \Z")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its clause, its sentence, and the two sentences up to it; `of_others` after one of other things."""

    value: int
    before: str
    after: str
    sentence: str
    context: str
    of_others: bool

    @property
    def is_added(self) -> bool:
        """True for "8 more" and "another eight"."""
        return not self.of_others and bool(_MORE.match(self.after) or _MORE_BEFORE.search(self.before))


def updated_count(document: Document, known: int | None) -> int | None:
    """Return the total that a later comment states, where it states one."""
    numbers = [*_numbers_in(document.own_lines)]
    added = {one.value for one in numbers if one.is_added}
    totals = {
        one.value
        for one in numbers
        if not one.is_added
        if _is_whole(one) or (known is not None and (one.value - known in added or _replaces(one, known, numbers)))
    }
    if len(totals) > 1:
        totals.discard(known or 0)
    return totals.pop() if len(totals) == 1 else None


def _numbers_in(text: str) -> Iterator[_Number]:
    """Yield the numbers beside a word for certificates, or beside no noun; a question states nothing."""
    last, of_others = "", False
    for sentence in sentences_of(text):
        context, last = f"{last} {sentence}"[-2 * LONGEST_SENTENCE :], sentence
        for clause in () if sentence.rstrip().endswith("?") else _clauses(sentence[:LONGEST_SENTENCE]):
            for match in islice(NUMBER.finditer(clause), MOST_IN_SENTENCE):
                value, before, after = number_in(match), clause[: match.start()], clause[match.end() :]
                if value is None or LABEL.search(before[-24:]) or OF_DATE.match(after) or _OF_TIME.match(after):
                    continue
                more, is_beside = _MORE.match(after), BESIDE.match(after) is not None
                is_nounless = _NOUNLESS.match(after[more.end() :] if more else after) is not None
                of_others = not is_beside and (of_others or not is_nounless)
                is_guess = ESTIMATED.search(before[-40:]) or (UNSURE.search(before[-40:]) and not _FROM.search(before))
                if (is_beside or is_nounless) and not is_guess:
                    yield _Number(value, before, after, sentence, context, of_others)


def _clauses(sentence: str) -> Iterator[str]:
    """Split a sentence into clauses; the label before a colon stays with what it labels."""
    start = 0
    for match in _CLAUSE_END.finditer(sentence):
        if match[0] != ":" or not _LABEL_END.search(sentence[start : match.start()]):
            yield sentence[start : match.start()]
            start = match.start()
    yield sentence[start:]


def _is_whole(number: _Number) -> bool:
    """Return whether the clause says that the number is the whole of the certificates concerned."""
    beside = BESIDE.match(number.after)
    after = number.after[beside.end() :] if beside else number.after
    if _ANOTHER.search(_INCLUDED.sub("", f"{number.before} {number.after}")) or _NOT_BEFORE.search(number.before):
        return False
    if number.of_others and not _NAMES_SUM.search(number.before):
        return False
    if _LEADS.search(number.before) or (_IT_IS.search(number.before) and _THAT.match(after)):
        return True
    is_final = _FINAL_BELOW.match(number.sentence.partition(number.after)[2] if number.after else "")
    is_settled = beside and _IS_CONCERNED.match(after) and _SETTLED.search(number.context)
    return bool(_FOLLOWS.match(after) or is_final or is_settled)


def _replaces(number: _Number, known: int, numbers: list[_Number]) -> bool:
    """Return whether a number is set against the known total: "205 and not 212", "from 88 to 93"."""
    return number.value != known and any(
        other.value == known and other.sentence == number.sentence and _NOT_BEFORE.search(other.before)
        for other in numbers
    )
