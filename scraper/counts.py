"""How many certificates a passage says are concerned: sentence shapes, ranked by how plainly they speak of them.

A count is a number beside the word certificates. Estimates, remainders, samples and what stands in brackets are none
(domain guide, section 3, the traps). Of several counts the plainest rank wins, and two of that rank settle nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = {
    "zero": 0,
    "single": 1,
    **{word: n for n, word in enumerate([*_ONES, *_TEENS], start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    **{f"{ten}-{one}": 10 * t + o for t, ten in enumerate(_TENS, start=2) for o, one in enumerate(_ONES, start=1)},
}
_COUNTED = "|".join(sorted(set(WORDS) - {"zero"}, key=lambda word: (-len(word), word)))
UNSURE = re.compile(
    r"(?:~|≈|approx\w*\.?|about|around|roughly|nearly|almost|over|more than|at least|up to|some|as many as"
    r"|fewer than|less than|tens of|hundreds of)[ ]*$",
    re.I,
)
_DIGITS = r"[0-9]{1,3}(?:[,.' ][0-9]{3})+|[0-9]{1,7}"
_N = rf"(?<![0-9A-Za-z.,/:#'$€-])(?<![0-9] )(?P<n>(?:{_DIGITS})(?![0-9]|[.,/:-][0-9])|\b(?:{_COUNTED})\b)"
_N += rf"(?: ?\((?P<p>{_DIGITS})\))?"
CERTS = (
    r"(?:pre-?|cross-)?(?:certificates?|certs?|certficates?|certifcates?|certificats|ICAs)\b"
    r"(?!-|'| (?:revocations?|problem|polic|practice|profile|authorit|request|holder|owner|chain|transparency|template"
    r"|types?\b|hierarch|serial|field|extension|list|file|record|order|subject|product|status|issuance|management"
    r"|application|pairs?\b))"
)
_NO_MODIFIER = (
    r"of|were|was|are|is|be|been|has|have|had|that|which|who|in|on|at|from|by|to|with|for|the|an?|and|per|than|days?"
    r"|hours?|minutes?|weeks?|months?|years?|times?|CAs|domains?|customers?|subscribers|names?|different CAs|issued"
)
_MODIFIERS = rf"(?P<m>(?:(?!(?:{_NO_MODIFIER})\b)[A-Za-z][\w/&.'+-]{{0,24}} ){{0,6}}?)"
_PHRASE = re.compile(rf"{_N} {_MODIFIERS}(?:{CERTS})", re.I)
_N_TOO = _N.replace("?P<n>", "?P<n2>").replace("?P<p>", "?P<p2>")
_REVERSED = re.compile(
    rf"\b(?:number|count) of (?:[\w/-]+ ){{0,4}}?{CERTS}(?: [\w/-]+){{0,6}}?(?:\)|\")?"
    rf"(?: (?:is|was|are|were)(?: (?:now|therefore|thus|then|only|exactly))?| ?[:=–-])[ *]{{1,3}}{_N}(?! ?%)"
    rf"|\b(?:affected|impacted|mis-?issued|problematic|total) {CERTS}(?: in total)? ?[:=–][ *]{{1,3}}{_N_TOO}",
    re.I,
)
_NOUNLESS = re.compile(rf"{_N} (?:(?:were|are|was|is|that were) )?(?:affected|impacted)\b", re.I)
_BRACKETED_TOTAL = re.compile(rf"{CERTS} \(total:? {_N}", re.I)
_PART_OF = re.compile(
    rf"{_N} of (?:the|these|our) (?:[\w/-]+ ){{0,3}}?{CERTS} "
    rf"(?:affected|impacted|concerned|(?:were|was|have|has|could|are) (?:not|n't))",
    re.I,
)
_REST = re.compile(
    r"\b(?:additional|another|further|other|more|first|second|third|remaining|last|latter|next|new|replacement"
    r"|re-?issued|revoked|expired|sampled?|unaffected|reviewed|checked|unrelated|random\w*|test)\b",
    re.I,
)
_CA_WORDS = re.compile(r"\b(?:intermediate|subordinate|issuing|root|CA|sub-?CA|cross)\b|cross-|\bICAs\b", re.I)
_LOOKED = re.compile(
    r"\b(?:review|sampl|check|examin|scan|analy[sz]|inspect|lint|look|process|revok|replac|re-?issu|renew|retain|valid"
    r"|verif|includ|named?\b|mention|report(?:ed|ing|s)?\b(?! of| for)|only the|of which|of these|of them"
    r"|out of|except|besides"
    r"|another|additional|further|other|remaining|last|first|next|each|every|per|than|the (?:first|last|other))"
    r"\w*(?: (?:\w+ ){0,2}(?:of )?)?$",
    re.I,
)
_NOT_REVOKED = re.compile(r"\b(?:not|failed to|fail to|could not|n't|unable to) revok\w+(?: \w+){0,2} $", re.I)
_DONE_WITH = re.compile(
    r"^[ ,]*(?:of (?:the|our|this|a) (?:sample|total|quarter)|(?:(?:have|has|had) (?:already |now |all |also )*been"
    r"|were|was"
    r"|are|is|(?:will|to|must|should|can|could) be)(?: \w+ly| all| also| already| now| then| both)*"
    r" (?:revoked|replaced|re-?issued|renewed"
    r"|expired|looked|checked|reviewed|examined|sampled|tested|unaffected|not (?:affected"
    r"|impacted|issued)|scanned|still)"
    r"|[^.;]{0,80}\(?\band other)",
    re.I,
)
_TOTAL_BEFORE = re.compile(
    r"\b(?:in total,?|altogether,?|total(?: number| count)?(?:,| of| is| was|:|(?: is)? now)*"
    r"|(?:number|count) of \w+(?: \w+)? (?:is|was))[ :]{0,2}$",
    re.I,
)
_TOTAL_AFTER = re.compile(r"^,? (?:in total|altogether|overall)\b", re.I)
_CONCERNED = re.compile(
    r"\b(?:affected|impacted|mis-?issued|problematic|non-?compliant|faulty|invalid|incorrect)\b", re.I
)
_CONCERNED_AFTER = re.compile(
    r"^[ ,]*(?:(?:that|which) )?(?:(?:were|was|are|is|have been|has been|had been)(?: \w+ly)?(?: all| also)? "
    r"(?:identified|found|discovered|detected|concerned|involved|affected|impacted|mis-?issued|non-?compliant)"
    r"|affected|impacted|mis-?issued)\b",
    re.I,
)
_CONCERNS_BEFORE = re.compile(
    r"\b(?:affect(?:s|ed|ing)?|impact(?:s|ed|ing)?|covers?|involve[sd]?|concerns?|limited to"
    r"|mis-?issu(?:ed|ing|ance of)"
    r"|identified|discovered|detected|found|uncovered|aware of)(?: (?:only|just|exactly|these|all|our|the|an?"
    r"|in total|following))*[ :]{1,2}$",
    re.I,
)
_ISSUE = re.compile(
    r"\bissu|violat|problem|contain|\bhad\b|did not|failed|fail to|wrong|incorrect|invalid|without|returning|not comply"
    r"|identif|discover|detect|found|revoke|late\b|expos|compromis|mismatch|error|errone|report of",
    re.I,
)
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])|\n|;\s")
LONGEST_SENTENCE = 800
TOTAL, CONCERNED, ISSUE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Count:
    """A count in a passage: the number, the words that describe the certificates, the rank of its sentence shape."""

    number: int
    words: str
    rank: int


def counts_of(text: str, *, answer: bool = False) -> tuple[Count, ...]:
    """Find the counts of the plainest rank in a passage, each number once, in reading order.

    `answer` tells that the passage answers how many certificates are concerned, so that a count may stand alone.
    """
    every = [count for sentence in SENTENCE.split(text) for count in _in_sentence(sentence[:LONGEST_SENTENCE], answer)]
    plain = [count for count in every if not _CA_WORDS.search(count.words)] or every
    best = min((count.rank for count in plain), default=0)
    if best == ISSUE and _MORE.search(text):
        return ()
    ranked = [count for count in plain if count.rank == best]
    alike = len({count.number for count in ranked}) == 1 and len({count.words.lower() for count in ranked}) > 1
    if alike and all(_CA_WORDS.search(count.words) for count in ranked):
        # Two subordinate and two cross certificates are four: what differs in kind is not one count.
        return ()
    return tuple({count.number: count for count in reversed(ranked)}.values())[::-1]


_MORE = re.compile(rf"\b(?:third|fourth|additional|another|further) (?:[\w/-]+ ){{0,3}}{CERTS}", re.I)
_CORRECTION = re.compile(
    r"affected|impacted|concerned|involved|mis-?issu|correct|revised|updated|late\b|delayed|non-?compliant", re.I
)


def corrected_count(text: str) -> int | None:
    """Read a total that a later comment states; only a plain total counts, and two of them settle nothing."""
    found = {
        count.number
        for sentence in SENTENCE.split(text)
        if _CORRECTION.search(sentence[:LONGEST_SENTENCE])
        for count in _in_sentence(sentence[:LONGEST_SENTENCE], answer=False)
        if count.rank == TOTAL
    }
    return found.pop() if len(found) == 1 else None


def _in_sentence(sentence: str, answer: bool) -> Iterator[Count]:
    if not re.search(r"cert|ICA|affected|impacted", sentence, re.I):
        return
    for match in _REVERSED.finditer(sentence):
        number = _number(match["n"] or match["n2"], match["p"] or match["p2"])
        if number is not None and not _REST.search(match[0]):
            yield Count(number, match[0], TOTAL)
    for match in _BRACKETED_TOTAL.finditer(sentence):
        yield from _counted(match, TOTAL)
    for match in _PHRASE.finditer(sentence):
        rank = _rank(sentence, match, answer)
        if rank is not None:
            yield from _counted(match, rank)
    for match in _PART_OF.finditer(sentence):
        if not UNSURE.search(sentence[: match.start()]):
            yield from _counted(match, ISSUE)
    if answer:
        for match in _NOUNLESS.finditer(sentence):
            if not UNSURE.search(sentence[: match.start()]):
                yield from _counted(match, CONCERNED)


def _counted(match: re.Match[str], rank: int) -> Iterator[Count]:
    number = _number(match["n"], match["p"])
    if number is not None:
        yield Count(number, match[0], rank)


def _rank(sentence: str, match: re.Match[str], answer: bool) -> int | None:
    before, after = sentence[: match.start()], sentence[match.end() :]
    alone = match["n"].lower() == "single"
    looked = not alone and _LOOKED.search(before[-60:]) and not _NOT_REVOKED.search(before[-60:])
    if UNSURE.search(before) or looked or _REST.search(match["m"]) or _DONE_WITH.match(after):
        return None
    if before.rfind("(") > before.rfind(")"):
        return None
    if _TOTAL_BEFORE.search(before[-40:]) or _TOTAL_AFTER.match(after):
        return TOTAL
    stands_first = answer and not re.search(r"\w", before)
    if (
        stands_first
        or _CONCERNED.search(match["m"])
        or _CONCERNED_AFTER.match(after)
        or _CONCERNS_BEFORE.search(before[-60:])
    ):
        return CONCERNED
    one = match["n"].lower() in {"1", "one"} and not match["p"]
    return ISSUE if not one and (_ISSUE.search(before) or _ISSUE.search(after)) else None


def _number(written: str, repeated: str | None) -> int | None:
    """Read digits or words; a bare number that may be a year is none."""
    text = repeated or written
    if not text[0].isdigit():
        return WORDS[text.lower()]
    number = int(re.sub("[,.' ]", "", text))
    return None if 1990 <= number <= 2049 and text.isdigit() and repeated is None else number
