"""Numbers of certificates: the grammar that finds every number beside a word for certificates."""

import re
from collections.abc import Iterator
from itertools import islice

from ca_incidents.scraper.reader.evidence.mentions import ANSWERS, Mention, Sentence, holding
from ca_incidents.scraper.reader.evidence.wholes import Counts
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, ONES, UNSURE, WORDS, any_of, number_of
from ca_incidents.scraper.reader.text.sentences import MOST_IN_SENTENCE

_NUMBER_WORD = any_of([word for word in WORDS if word != "zero"])
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.,/:#'$€§=?&_+-])(?<![0-9] )(?:(?P<digits>(?!0[0-9])(?:[0-9]{1,3}(?:[,.' ][0-9]{3})+"
    r"|[0-9]{1,3}(?:\.[0-9]{1,3})? ?(?:thousand|million)\b|[0-9]{1,7}))(?![0-9A-Za-z%]|[.,/:-][0-9])"
    rf"|\b(?P<word>(?:a|{'|'.join(ONES)})[ -]hundred(?: (?:and )?(?:{_NUMBER_WORD}))?|{_NUMBER_WORD})\b)"
    rf"(?: ?\((?:(?P<again>[0-9][0-9,.']*)|(?:{_NUMBER_WORD}))\))?",
    re.I,
)
_NO_YEAR = range(1990, 2050)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
_LABEL = re.compile(
    rf"(?:{_MONTH}\.?,?|(?:sections?(?: [0-9., ]+and)?|version|\bv|chapter|rfc|bug|§|step|item|number|\bno|ballot|\bid"
    r"|method|part|class|type|level|phase|\bG|\bCA|question|certificate|table|figure)\.?) ?#?\Z",
    re.I,
)
_OF_DATE = re.compile(rf"(?:st|nd|rd|th)?,? ?(?:of )?{_MONTH}", re.I)
_ABOVE = r"(?:intermediate|subordinate|issuing|root|CA|sub-?CA|cross)"
_NOUN = (
    rf"(?:{_ABOVE}[ -])*\(?(?:pre-?)?\)?-?(?:cross-)?(?:cert(?:ificate|ficate)?s?|QWACs?)"
    rf"|{_ABOVE}s?(?: CA)?s?|(?:sub-?|I)?CA'?s?|(?:miss?[- ]?)?issuances?|instances? of"
)
# "certificate requests", "certificate's profile": another noun than certificates.
NO_NOUN_AFTER = (
    r"(?![\w-]|'|’| (?:revocations?|problem|polic|practice|profile|authorit|request|holder|owner|chain|transparency"
    r"|template|types?\b|hierarch|field|extension|list|file|record|order|subject|product|status|issuance"
    r"|management|program|store|pairs?\b))"
)
# Words that end what may be between a number or kind and its noun.
LINKING = "of|from|by|with|for|in|on|at|to|per|than|that|which|who|was|were|is|are|be|been|has|have|had|the"
_NO_MODIFIER = (
    rf"{LINKING}|and|or|minutes?|hours?|weeks?|months?|years?|(?:days?|CRLs?|OCSP|domains?|customers?|names?)(?! cert)"
)
BESIDE = re.compile(
    r"(?: of (?:our|its|their own))?[*_ \]]*(?:(?:EV|OV|DV|IV|TLS|SSL|S/MIME),? (?:and|or|&) )?"
    rf"(?:(?!(?:{_NO_MODIFIER})\b)[\w(][\w/&.'+)-]{{0,24}},? ){{0,7}}?(?:{_NOUN}){NO_NOUN_AFTER}",
    re.I,
)
_PART_OF = re.compile(
    r" ?(?:of|out of|from) (?!(?:our|its|their own) )(?:[\w/'-]+ ){0,6}?"
    rf"(?:\b(?:{_NOUN}){NO_NOUN_AFTER}|them|these|those|which|[0-9][0-9,]*)",
    re.I,
)
# "For 13 roots the CCADB has", "CRLs of two issuing CAs": the place of what is wrong, not what is wrong.
PLACE = re.compile(
    r"\b(?:for|of|from|by|under|below|beneath|within|in|at|on)(?: (?:the|our|its|all|these|those))* \Z", re.I
)
_OF_ALL = re.compile(r"\W*(?:out )?of (?:\w+ ){0,3}[0-9][0-9,]* [^.;]{0,80}, \Z", re.I)
# In "45 of the 12,034 certificates" the second number is not that of the certificates concerned.
_NOT_MEANT = re.compile(
    rf"(?:[0-9]|\b(?:none|some|any|most|{_NUMBER_WORD})) (?:[\w/-]+ ){{0,2}}(?:out )?of"
    r" (?:(?:the|our|a|total|of) )*\Z"
    r"|\b(?:not|rather than|instead of|its|their|whose|(?:tried|attempt\w*|failed) to issue|[wc]ould have issued) \Z"
    r"|\b(?:(?:would|could|might) be|plan\w* to \w+) \Z"
    r"|\b(?:limit|maximum|quota|threshold)\b[^.;,]{0,20}\Z"
    # Those looked at: "a scan of 60,000 certificates", "Of the 1,200 certificates that we issued, 9 have it".
    r"|\b(?:scan|review|check|sample|search|examination|analysis|test)(?:s|n?ed|n?ing)?"
    r" (?:a total of|of|on|over|through|in) (?:(?:all|the|our) )*\Z|\A\W*(?:out )?of (?:(?:all|the|our|th[eo]se) )*\Z"
    r"|\A\W*(?:in |by )?(?:this )?bug #?[0-9]{6,7} (?:\w+ ){0,3}?(?:report|describ|nam|cover|list)\w+\b.*\Z",
    re.I,
)
_BELOW_NOUN = re.compile(
    rf"\b(?:{_NOUN})\b(?: [\w/-]+){{0,6}}?(?: is| was| are| were|:|=| \()(?: ?[\w,]+){{0,3}}[ *(~>≈]*(?:total:? )?\Z",
    re.I,
)
_NOUNLESS = re.compile(
    r" (?:(?:also|still|now|then|of them|\w+ly) )?(?:were|was|are|is|ha(?:ve|s|d)|d(?:o|id)|contain\w*|lack\w*|with"
    r"|without|that|for which|where|whose|as mis-?issued|affected|impacted)\b",
    re.I,
)
_JOINED = re.compile(rf"(?:[0-9][0-9,.]*|\b(?:{_NUMBER_WORD}))(?: [\w/-]+){{0,3}} ?(?:and|or|,|&|\+) \Z", re.I)
_JOINS = re.compile(rf"(?:,| and| or| &)+ (?:[0-9][0-9,]*|{_NUMBER_WORD})\b(?! days| hours)", re.I)
_COUNTED = re.compile(r"cert|CA|QWAC|issuance|of (?:them|th[eo]se|which)|affected|impacted|subord|root|revoked", re.I)
_COUNTS_CAS = re.compile(rf"\b{_ABOVE}\b|cross-|\bI?CAs?\b", re.I)
_CERTIFICATE = re.compile(r"cert(?!if(?:ied|ication))", re.I)
# "5 additional certificates" are a part, whatever the others are.
_REST = re.compile(r"[ *_]*(?:additional|further|other|more|remaining)\b", re.I)
_FARTHEST = 120
_WHOLE_BEFORE = re.compile(
    r"(?<!\bunder )(?<!\bby )(?<!\bfrom )(?<!\bwith )"
    r"\b(?:all(?: of)?(?: the| these| those)?|the following|lists? of(?: the| all| our| [\w.-]+'s)?)\W*\Z",
    re.I,
)
CONCERNED = r"(?:affected|impacted|concerned|involved|mis-?issued)"
_CERTIFICATES = r"(?:pre-?)?(?:certificates?|certs)|QWACs?|CAs|cases|instances|them"
# "The number of affected certificates has now grown to", "In total": what before a number says that it is the sum.
SUM_BEFORE = re.compile(
    r"\b(?:total|sum|number|count|tally|figure|amount|set)s?"
    rf"(?: (?:of|for) (?:[\w/&-]+ ){{0,5}}?(?:{_CERTIFICATES}))?(?: (?!of\b)[\w-]+){{0,8}}?"
    r"(?: ?[:=(]\W*| (?:is|was|are|were|to|at|of|becomes|now|therefore|comprises|totals|reaches) )"
    r"(?:(?:now|only|exactly|about|around|approximately|roughly) |[~≈]|from \S+ to )?\Z"
    rf"|\b(?:altogether|in total|in all)\W*\Z|\b{CONCERNED} (?:{_CERTIFICATES}): ?\Z",
    re.I,
)
SUM_AFTER = re.compile(
    r"[ ,(]{1,3}(?:in total|in all|altogether|as (?:the|a|our) (?:(?:final|new|correct) )?(?:total|sum|number|count))\b"
    r"| (?:are|is|were|was) (?:covered by|the subject of|(?:with)?in (?:the )?scope of|reported in) this\b",
    re.I,
)
# "A total of 40,000 certificates were checked", "all certificates issued": those that there are, not those concerned.
POPULATION = (
    r"\b(?:populations?|inventor\w+|(?:check|review|examin|sampl|scann|inspect|process|search|analy[sz])ed|looked at|"
    r"(?<!mis)(?<!-)issued(?! (?:wrong|incorrect|by mistake|in error)|[^.,;]{0,80} (?:with|without|missing)\b))\b"
)
_OF_POPULATION = re.compile(rf"[^.,;(]{{0,40}}?{POPULATION}", re.I)
# What may follow a number whose noun is not repeated.
NOUN_KNOWN = re.compile(
    r"[ ,]*(?:$|[,.;:!?()–—]|- |(?:and|or|now|in|in all|altogether|not|as|because|since|that|which)\b)", re.I
)
_RATE = re.compile(r" (?:a|per|each|every|an) [a-z]+\b", re.I)
_FURTHER = re.compile(r"\b(?:further|additional|another|other) \Z", re.I)
_LATE = re.compile(
    r"(?![^.;]{0,60}\b(?:was|were|been) revoked [io]n time\b)[^.;]{0,60}(?<!\bnot )(?<!n't )(?<!\bnever )"
    r"\b(?:(?:not|n't)(?: \w+)? (?:revoked(?! (?:too )?late)|within)|un-?revoked|revoked (?:too )?late"
    r"|(?:after|beyond|past|missed|exceed\w*) (?:the|their|its) (?:\S+ )?(?:deadline|time|limit|period))",
    re.I,
)
# "8 certificates (4 precertificates and 4 final ones)": the parts of what is before the bracket.
_PARTS = re.compile(r"[^():.]{0,60}(?:\(([^()]{1,200})\)|: ([^.]{1,200}))")


def numbers_in(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the numbers of a sentence, each with its place; no zero, year, day, or number of a section or the like."""
    for match in islice(_NUMBER.finditer(text), MOST_IN_SENTENCE):
        digits = (match["again"] or match["digits"] or match["word"]).rstrip(",.'")
        number = number_of(digits)
        may_be_year = number in _NO_YEAR and digits.isdigit() and not match["again"]
        is_label = _LABEL.search(text[: match.start()][-24:]) or _OF_DATE.match(text, match.end())
        if number and not may_be_year and not is_label:
            yield number, match


def mentions_in(sentence: Sentence) -> Iterator[Mention]:
    """Propose every number beside a word for certificates, or whose noun is elsewhere in the sentence."""
    text = sentence.text
    if not _COUNTED.search(f"{sentence.last} {text}"):
        return
    for number, match in numbers_in(text):
        before, after = text[: match.start()][-_FARTHEST:], text[match.end() :]
        is_part = bool(_PART_OF.match(after) or (_OF_ALL.match(text, 0, match.start()) and _NOUNLESS.match(after)))
        beside = None if is_part else BESIDE.match(after)
        end = match.end() + (beside.end() if beside else 0)
        named = beside[0] if beside else ""
        of_certificates = _CERTIFICATE.search(named) is not None
        of_cas = not of_certificates and _COUNTS_CAS.search(named) is not None
        is_sum = (summed := SUM_BEFORE.search(before)) or SUM_AFTER.match(text, end) or _has_parts(after, number)
        may_lack_noun = is_sum or (sentence.slug in ANSWERS and not before.strip(" *_-"))
        has_noun = is_part or beside or (may_lack_noun and NOUN_KNOWN.match(after))
        # "One of our certificates" may be one of many.
        may_be_more = UNSURE.search(before) or (number == 1 and (is_part or after.startswith(" of ")))
        is_of_all = summed and (_OF_POPULATION.search(summed[0]) or _OF_POPULATION.match(text, end))
        is_other = is_of_all or _NOT_MEANT.search(before) or _RATE.match(text, end) or (of_cas and PLACE.search(before))
        if may_be_more or is_other or not (has_noun or _BELOW_NOUN.search(before) or _NOUNLESS.match(after)):
            continue
        notes = {
            Counts.A_PART: is_part,
            Counts.BESIDE_NOUN: beside is not None,
            Counts.CERTIFICATES: of_certificates,
            "counts CAs": of_cas,
            "one of several counts": bool(_JOINED.search(before) or _JOINS.match(text, end)),
            Counts.A_REST: bool(_REST.match(named) and not before.endswith("the "))
            or _FURTHER.search(before) is not None,
            Counts.LATE: _LATE.match(text, end) is not None,
            Counts.A_WHOLE: _WHOLE_BEFORE.search(before) is not None,
            Counts.A_SUM: bool(is_sum),
            Counts.AN_ESTIMATE: ESTIMATED.search(before) is not None,
        }
        yield Mention(number, sentence, match.start(), end, holding(notes))


def _has_parts(after: str, number: int) -> bool:
    """Return whether a bracket after a number holds numbers that add up to it."""
    bracket = _PARTS.match(after)
    parts = [part for part, _ in numbers_in(bracket[1] or bracket[2])] if bracket else []
    return len(parts) > 1 and sum(parts) == number
