"""Numbers of certificates: the grammar that finds every number beside a word for certificates."""

import re
from collections.abc import Iterator
from itertools import islice

from ca_incidents.scraper.reader.evidence.mentions import Mention, Sentence
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, ONES, UNSURE, WORDS, any_of, number_of
from ca_incidents.scraper.reader.text.sentences import MOST_IN_SENTENCE

NUMBER_WORD = any_of([word for word in WORDS if word != "zero"])
NUMBER = re.compile(
    r"(?<![0-9A-Za-z.,/:#'$€§=?&_+-])(?<![0-9] )(?:(?P<digits>[0-9]{1,3}(?:[,.' ][0-9]{3})+"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3})? ?(?:thousand|million)\b|[0-9]{1,7})(?![0-9A-Za-z%]|[.,/:-][0-9])"
    rf"|\b(?P<word>(?:a|{'|'.join(ONES)})[ -]hundred(?: (?:and )?(?:{NUMBER_WORD}))?|{NUMBER_WORD})\b)"
    rf"(?: ?\((?:(?P<again>[0-9][0-9,.']*)|(?:{NUMBER_WORD}))\))?",
    re.I,
)
_NO_YEAR = range(1990, 2050)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
LABEL = re.compile(
    rf"(?:{_MONTH}\.?,?|(?:sections? [0-9.]+(?:, [0-9.]+)*,? and"
    r"|sections|section|version|\bv|chapter|rfc|bug|§|step|item|number|\bno|ballot|\bid|\bSC|method|part|class"
    r"|type|level|phase|\bG|\bCA|tier|sev|finding|(?<!our )case|question|certificate|table|figure)\.?) ?#?$",
    re.I,
)
OF_DATE = re.compile(rf"(?:st|nd|rd|th)?,? ?(?:of )?{_MONTH}", re.I)
_ABOVE = r"(?:intermediate|subordinate|issuing|root|CA|sub-?CA|cross)"
_NOUN = (
    rf"(?:{_ABOVE}[ -])*\(?(?:pre-?)?\)?-?(?:cross-)?(?:cert(?:ificate|ficate|ifcate|ificat)?s?|QWACs?)"
    rf"|{_ABOVE}s?(?: CA)?s?|ICA'?s?|(?:sub-?)?CA'?s?|(?:miss?[- ]?)?issuances?|instances? of"
)
# "certificate requests", "certificate's profile": another noun than certificates.
NO_NOUN_AFTER = (
    r"(?![\w-]|'|’| (?:revocations?|problem|polic|practice|profile|authorit|request|holder|owner|chain|transparency"
    r"|template|types?\b|hierarch|serial|field|extension|list|file|record|order|subject|product|status|issuance|management"
    r"|program|store|application|pairs?\b))"
)
# Words that end what may be between a number or kind and its noun.
LINKING = "of|from|by|with|for|in|on|at|to|per|than|that|which|who|was|were|is|are|be|been|has|have|had|the"
_NO_MODIFIER = rf"{LINKING}|and|or|minutes?|hours?|weeks?|months?|years?|(?:days?|CRLs?|OCSP|domains?|customers?|subscribers?|names?)(?! cert)"
BESIDE = re.compile(
    r"[*_ \]]*(?:\( *\) ?)?(?:(?:EV|OV|DV|IV|TLS|SSL|S/MIME),? (?:and|or|&) )?"
    rf"(?:(?!(?:{_NO_MODIFIER})\b)[\w(][\w/&.'+)-]{{0,24}},? ){{0,7}}?(?:{_NOUN}){NO_NOUN_AFTER}",
    re.I,
)
_PART_OF = re.compile(
    r" ?(?:of|out of|from) (?:(?:the|our|these|those|a|total|of|all|its|which|them|[\w-]+'s) ?){0,3}"
    rf"(?:[0-9][0-9,.]* ?)?(?:[\w/-]+ ){{0,4}}?(?:\b(?:{_NOUN}){NO_NOUN_AFTER}|them|these|those|which|[0-9][0-9,]*)",
    re.I,
)
_OF_WHICH = re.compile(
    r"\bof (?:which|them|whom|(?:the |these |those |our )(?:[\w-]+ ){0,3}?(?:certificates)?),? (?:only |just )?$", re.I
)
_NOT_THIS = re.compile(r"\b(?:not|rather than|instead of) \Z", re.I)
# In "45 of the 12,034 certificates" the second number is not that of the certificates concerned.
_WHOLE = re.compile(
    rf"(?:[0-9]|\b(?:none|some|all|any|most|{NUMBER_WORD})) (?:[\w/-]+ ){{0,2}}(?:out )?of "
    r"(?:(?:the|our|these|those|a|total|of) )*$",
    re.I,
)
_BELOW_NOUN = re.compile(
    rf"\b(?:{_NOUN})\b(?: [\w/-]+){{0,6}}?(?:\)|\")?(?: is| was| are| were| has risen to|:|=| –| to| \()"
    r"(?: ?[\w,]+){0,3}[ *(~>≈]*(?:total:? )?$",
    re.I,
)
_NOUNLESS = re.compile(
    r" (?:\w+ )?(?:were|was|are|is|have|had|has|did|do|could|would|contain\w*|lack\w*|with|without|that|cases? of"
    r"|affected|impacted|instances?)\b",
    re.I,
)
_JOINED = re.compile(rf"(?:[0-9][0-9,.]*|\b(?:{NUMBER_WORD}))(?: [\w/-]+){{0,3}} ?(?:and|or|,|&|\+|plus) $", re.I)
_JOINS = re.compile(rf"(?:,| and| or| &| plus)+ (?:another )?(?:[0-9][0-9,]*|{NUMBER_WORD})\b(?! days| hours)", re.I)
_COUNTED = re.compile(
    r"cert|CA|QWAC|issuance|of (?:them|th[eo]se|which)|affected|impacted|intermed|subord|root|revoked", re.I
)
_COUNTS_CAS = re.compile(rf"\b{_ABOVE}\b|cross-|\bICA|\bCAs?\b", re.I)
_FARTHEST, _CLOSE = 120, 40
AN_ESTIMATE = "an estimate"
BESIDE_NOUN = "beside the noun"
A_WHOLE, A_SUM, A_PART = "said to be all there are", "said to be the sum", "a part of others"
_WHOLE_BEFORE = re.compile(
    r"(?<!\bunder )(?<!\bby )(?<!\bfrom )(?<!\bwith )"
    r"\b(?:all(?: of)?(?: the| these| those| our)?|the following|lists? of(?: the| all| our| [\w.-]+'s)?)\W*\Z",
    re.I,
)
_SUM_BEFORE = re.compile(r"\b(?:total(?: number)?(?: of)?|altogether|in total|in all)\W*\Z", re.I)
_NUMBER_OF = re.compile(
    r"\b(?:numbers?|count|amount|sum) of (?:[\w/-]+ ){0,4}?(?:pre-?)?cert(?:ificate)?s(?: [\w-]+){0,3}"
    r"(?:\W| (?:is|was|are|were)\W)+\Z",
    re.I,
)
_SUM_AFTER = re.compile(r"[ ,(]{1,3}(?:in total|in all|altogether)\b", re.I)
# "8 certificates (4 precertificates and 4 final ones)": the parts of what is before the bracket.
_PARTS = re.compile(r"[^()]{0,60}\(([^()]{1,200})\)")


def mentions_in(sentence: Sentence) -> Iterator[Mention]:
    """Propose every number beside a word for certificates, or whose noun is elsewhere in the sentence."""
    if not _COUNTED.search(sentence.text) and not _COUNTED.search(sentence.last):
        return
    parts_until = 0
    for match in islice(NUMBER.finditer(sentence.text), MOST_IN_SENTENCE):
        if match.start() < parts_until:
            continue
        before, after = sentence.text[: match.start()], sentence.text[match.end() :]
        number = number_in(match)
        beside = None if _PART_OF.match(after) else BESIDE.match(after)
        of_them, is_part = _OF_WHICH.search(before[-60:]) is not None, _PART_OF.match(after) is not None
        has_noun = of_them or is_part or beside or _BELOW_NOUN.search(before[-_FARTHEST:]) or _NOUNLESS.match(after)
        if (
            number is None
            or not has_noun
            or _WHOLE.search(before[-60:])
            or _NOT_THIS.search(before[-16:])
            or LABEL.search(before[-24:])
            or OF_DATE.match(after)
            # "At least one certificate" and "one of our certificates" may be one of many.
            or (number == 1 and (is_part or UNSURE.search(before[-40:])))
        ):
            continue
        end = match.end() + (beside.end() if beside else 0)
        parts_until = _end_of_parts(sentence.text, match, number)
        notes = {
            A_PART: is_part,
            BESIDE_NOUN: beside is not None and not of_them and not is_part,
            "counts CAs": beside is not None and _COUNTS_CAS.search(beside[0]) is not None,
            "one of several counts": bool(_JOINED.search(before[-60:]) or _JOINS.match(sentence.text, end)),
            "one": number == 1,
            A_WHOLE: _WHOLE_BEFORE.search(before[-_CLOSE:]) is not None,
            A_SUM: bool(
                (
                    beside
                    and (parts_until or _SUM_BEFORE.search(before[-_CLOSE:]) or _SUM_AFTER.match(sentence.text, end))
                )
                or _NUMBER_OF.search(before[-_FARTHEST:])
            ),
            AN_ESTIMATE: ESTIMATED.search(before[-40:]) is not None,
        }
        yield Mention(number, sentence, match.start(), end, frozenset(name for name, holds in notes.items() if holds))


def _end_of_parts(text: str, whole: re.Match[str], number: int) -> int:
    """Return where the bracket ends whose numbers add up to the one before it; 0 where there is none."""
    bracket = _PARTS.match(text, whole.end())
    parts = [number_in(part) or 0 for part in NUMBER.finditer(bracket[1])] if bracket else []
    return bracket.end() if bracket and len(parts) > 1 and sum(parts) == number else 0


def number_in(match: re.Match[str]) -> int | None:
    """Read digits or words; zero and a bare number that may be a year are none."""
    text = (match["again"] or match["digits"] or match["word"]).rstrip(",.'")
    number = number_of(text)
    may_be_year = number in _NO_YEAR and text.isdigit() and not match["again"]
    return None if may_be_year else number or None
