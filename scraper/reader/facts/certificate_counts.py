"""How many certificates a passage says are concerned: sentence shapes, ranked by how plainly they speak of them.

A count is a number beside the word certificates. Remainders, samples, limits ("up to"), suspicions and what stands in
brackets are none (domain guide, section 3, the traps). Of several counts the plainest rank wins, and two of that rank
settle nothing. An estimate counts as its number, but never against an exact count; "one certificate" only where no
other number counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import msgspec

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt
from ca_incidents.scraper.reader.form.fields import TITLES
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, ONES, UNSURE, WORDS, any_of, number_of
from ca_incidents.scraper.reader.text.sentences import (
    LONGEST_SENTENCE,
    MOST_IN_SENTENCE,
    sentences_of,
    without_quotations,
)

_COUNTED = any_of([word for word in WORDS if word != "zero"])
_DIGITS = r"[0-9]{1,3}(?:[,.' ][0-9]{3})+|[0-9]{1,3}(?:\.[0-9]{1,3})? ?(?:thousand|million)\b|[0-9]{1,7}"
_HUNDREDS = rf"(?:a|{'|'.join(ONES)})[ -]hundred(?: (?:and )?(?:{_COUNTED}))?"
_N = (
    rf"(?<![0-9A-Za-z.,/:#'$€-])(?<![0-9] )(?P<n>(?:{_DIGITS})(?![0-9]|[.,/:-][0-9])"
    rf"|\b(?:{_HUNDREDS}|{_COUNTED})\b)(?: ?\((?:(?P<p>{_DIGITS})|(?:{_COUNTED}))\))?"
)
CERTS = (
    r"(?:\(?pre-?\)?-?|cross-)?(?:certificates?|certs?|certficates?|certifcates?|certificats|ICA'?s"
    r"|QWACs?(?! cert))\b(?!-|'| (?:revocations?|problem|polic|practice|profile|authorit|request|holder|owner|chain"
    r"|transparency|template|types?\b|hierarch|serial|field|extension|list|file|record|order|subject|product|status"
    r"|issuance|management|program|store|application|pairs?\b))"
)
_NO_MODIFIER = (
    r"of|were|was|are|is|be|been|has|have|had|that|which|who|in|on|at|from|by|to|with|for|the|an?|and|per|than|days?"
    r"|hours?|minutes?|weeks?|months?|years?|times?(?!-)|CAs|domains|customers?|subscribers|names?|different CAs"
    r"|(?<!miss )(?<!mis )(?<!ly )issued"
)
_MODIFIERS = (
    r"(?P<m>(?:(?:EV|OV|DV|IV|TLS|SSL|S/MIME),? (?:and|or|&) )?(?:non-\w+, ){0,2}"
    rf"(?:(?!(?:{_NO_MODIFIER})\b)[A-Za-z][\w/&.'+-]{{0,24}} ){{0,6}}?)"
)
_PHRASE = re.compile(rf"{_N} {_MODIFIERS}(?:{CERTS})", re.I)
_N_TOO = _N.replace("?P<n>", "?P<n2>").replace("?P<p>", "?P<p2>")
_N_THREE = _N.replace("?P<n>", "?P<n3>").replace("?P<p>", "?P<p3>")
_REVERSED = re.compile(
    rf"\b(?:number|count) of (?:[\w/-]+ ){{0,4}}?{CERTS}(?: [\w/-]+){{0,6}}?(?:\)"
    rf"|\")?(?: (?:is|was|are|were)(?: (?:now|therefore|thus|then|only|exactly))?| ?[:=–-]"
    rf"|(?: has)? (?:risen|rose|increased|grown)(?: from [0-9][0-9,.]*)? to)[ *]{{1,3}}{_N}(?! ?%)"
    rf"|\b(?:affected|impacted|miss?[- ]?issued|problematic|total) {CERTS}(?: in total)? ?[:=–][ *]{{1,3}}{_N_TOO}"
    rf"|{CERTS} (?:concerned|affected|impacted) ?[:=–][ *]{{1,3}}{_N_THREE}",
    re.I,
)
_OF_NUMBER = re.compile(rf"\bhad {_N} of the [0-9]", re.I)
# "45 out of 12,034 certificates were issued": what follows says that something was wrong with the 45.
_OUT_OF = re.compile(
    rf"{_N} (?:{CERTS} )?(?:out )?of (?:(?:the|our|these|a|total|of"
    rf"|all) ){{0,3}}[0-9][0-9,.]* (?:[\w/-]+ ){{0,3}}?{CERTS} "
    r"(?:affected|impacted|(?:were|was|are|is|have|has|had|could) (?:\w+ly )?(?:not|been issued|issued"
    r"|miss?[- ]?issued|found|affected|impacted|missing|non-?compliant)|lack\w*|contain\w*|did not|with(?:out)? )",
    re.I,
)
# What was revoked late is the whole of a late revocation.
_REVOKED_N_LATE = re.compile(
    rf"\brevoked {_N} (?:[\w/-]+ ){{0,3}}?{CERTS} (?:(?:too )?late\b|after the (?:deadline|term)|outside"
    r"|[\w.]+ (?:hours?|days?|minutes?) (?:late|after|later)\b)",
    re.I,
)
_REVOKED_LATE = re.compile(
    rf"{_N} (?:of (?:them|these|those|which) |(?:out )?of (?:(?:the|our"
    rf"|these) )?[0-9][0-9,.]* (?:[\w/-]+ ){{0,3}}?{CERTS} |(?:[\w/-]+ ){{0,3}}?{CERTS} )?(?:were|was|could|had|have"
    rf"|has)"
    r" (?:(?:not|n't) (?:been |be )?revoked (?:with)?in (?:time|the|a|[0-9]|this|that)"
    r"|(?:not|n't) (?:been |be )?revoked (?:before|by|on) (?:the|that|this|time)"
    r"|(?:been )?revoked (?:too )?(?:late\b|after the|outside"
    r"|[\w.]+ (?:hours?|days?|minutes?) (?:late|after|later)\b))",
    re.I,
)
# "1,105 were revoked before the end of the term and 307 after it"
_REST_LATE = re.compile(
    rf"\brevoked (?:before|within|in time|on time|by)\b[^.;]{{0,80}}?(?:,|\band|\bbut) {_N} "
    r"(?:(?:were|was) )?(?:(?:only|revoked) )?"
    r"(?:after (?:it|that|them|the|this)|later?\b|too late)",
    re.I,
)
# "5,118 certificates were issued, of which 3 would have been refused"
_OF_WHICH = re.compile(
    rf"\bof (?:which|these|them|those),? {_N} (?:(?:should|would) (?:not )?have"
    r"|(?:were|are|was) (?:not (?!revoked|yet|affected)|miss?[- ]?issued|affected|impacted|wrong|incorrect"
    r"|issued (?:with|in|against|contrary|despite)|non-?compliant)"
    r"|violat\w+|lack\w*|did not|do not|contain\w* (?:an? )?(?:wrong|invalid|incorrect))",
    re.I,
)
# "we report five certificates"
_WE_REPORT = re.compile(
    rf"\bwe (?:(?:therefore|hereby|now|herewith|thus) )?(?:report|disclose)(?: on| about)? {_PHRASE.pattern}", re.I
)
# In "38 OV and 12 EV certificates" neither number is that of the certificates.
_SO_MANY_OF_A_SORT = (
    rf"(?:[0-9][0-9,.]*|\b(?:{_COUNTED})) "
    r"(?:(?:EV|OV|DV|IV|TLS|SSL|S/MIME|SSL/TLS|QWAC|leaf|root|intermediate|subordinate) ){1,2}"
)
_OTHER_PART = re.compile(
    rf"(?:{_SO_MANY_OF_A_SORT}(?:certificates? )?|(?:[0-9][0-9,.]*|\b(?:{_COUNTED})) (?:pre-?)?certificates? )"
    r"(?:and|or|plus|&) $",
    re.I,
)
_AND_OTHERS = re.compile(
    rf" (?:and|or|plus|&) (?:{_SO_MANY_OF_A_SORT}|(?:[0-9][0-9,.]*|\b(?:{_COUNTED})) (?:final |leaf )?(?=pre|cert))"
    rf"{CERTS}",
    re.I,
)
# "did not revoke 31 of the 500 affected certificates"
_NOT_REVOKED_OF = re.compile(rf"\b(?:not|n't|failed to|unable to|failure to) revoke {_N} (?:out )?of\b", re.I)
# "found 17 with a wrong name"
_FOUND = re.compile(
    rf"\b(?:found|identified|discovered|detected) (?:that )?{_N} (?:of them )?"
    r"(?:with(?:out)?|that|which|having|to be|lacking|containing) (?!time|respect|regard)",
    re.I,
)
# "Of the 300 certificates reviewed, 17 contain a wrong name"
_OF_ALL = re.compile(
    rf"\bof (?:(?:the|our|these|a|total|of) ){{0,3}}(?:[0-9][0-9,.]* )?(?:[\w/-]+ ){{0,3}}?{CERTS}[^.;,\n]{{0,60}},? "
    rf"{_N} (?:contain\w*|lack\w*|did not|do not|had|have (?:no|an?)\b"
    r"|(?:were|are) (?:not|miss?[- ]?issued|found|issued|non-?compliant|affected))",
    re.I,
)
_HEADED = re.compile(rf"^\W*(?:number of )?{CERTS} ?: {_N}", re.I)
# "were told that one certificate has a wrong name"
_TOLD_THAT = re.compile(
    rf"\b(?:reports?|reported|aware|notified|informed|alerted|told|advised)\b(?: [\w ]{{1,40}})? that {_PHRASE.pattern}"
    r" (?:includ|contain|had\b|has\b|have\b|lack|did not|does not|do not|was not|were not|is not|are not)",
    re.I,
)
_NOUNLESS = re.compile(rf"{_N} (?:(?:were|are|was|is|that were) )?(?:found to be )?(?:affected|impacted)\b", re.I)
_BRACKETED_TOTAL = re.compile(rf"{CERTS} \((?:total:? |(?P<e>[~≈>] ?|about |over |approximately )){_N}", re.I)
_PART_OF = re.compile(
    rf"{_N} of (?:the|these|our|[\w-]+'s) (?:[\w/-]+ ){{0,3}}?{CERTS}\]?(?:\( *\))? {{1,3}}(?:affected|impacted"
    rf"|concerned|(?:to be|were|was) miss?[- ]?issued|(?:were|was|have|has|could|are) (?:not|n't|missing)|lack\w*"
    rf"|(?:need(?:s|ed)|ought) to (?:be|have)\b|(?:has|have|had|contain\w*) an? )",
    re.I,
)
# "one TLS mis-issuance"
_MISISSUANCES = re.compile(
    rf"{_N} (?:(?:EV|OV|DV|IV|TLS|SSL|S/MIME|certificate) ){{0,2}}(?:cases? of )?miss?[- ]?issuances?\b", re.I
)
_OF_THEM = re.compile(
    rf"{_N} of (?:them|these|those|which) (?:were|was|are|is|had been|have been) (?:miss?[- ]?issued|affected|impacted"
    r"|(?:non-?|not )compliant|issued (?:with|without|in violation|against|contrary|despite|incorrectly))\b",
    re.I,
)
_REST = re.compile(
    r"\b(?:additional|another|further|other|more|first|second|third|remaining|last|latter|next|new|replacement"
    r"|re-?issued|revoked|expired|sampled?|unaffected|reviewed|checked|unrelated|random\w*|test|potential\w*"
    r"|possibl[ey]|suspect\w*|alleged\w*|supposed\w*)\b",
    re.I,
)
_LATE_ONES = re.compile(r"\b(?:not revoked|revoked (?:too )?late|revoked after)\b", re.I)
_STILL_VALID = re.compile(r"\bnon-(?:revoked|expired)\b", re.I)
_CA_WORDS = re.compile(r"\b(?:intermediate|subordinate|issuing|root|CA|sub-?CA|cross)\b|cross-|\bICAs\b", re.I)
_LOOKED = re.compile(
    r"\b(?:review|sampl|check|examin|scan|analy[sz]|inspect|lint|look|process|revok|replac|re-?issu|renew|retain"
    r"|valid(?!ity)|verif|includ|named?\b|mention|report(?:ed|ing|s)?\b(?! of| for| that| about)|only the|of which"
    r"|of these|of them|out of|except|besides|another|additional|further|other|remaining|last|first|next|each|every"
    r"|per(?!iod)|than|the (?:first|last|other))\w*(?: (?:\w+ ){0,2}(?:of )?)?$",
    re.I,
)
_REVOKED_LIST = re.compile(r"\brevoked the following $", re.I)
# "a report from another CA reporting nine certificates with a wrong name": told to the CA, not by it.
_TOLD = re.compile(r"(?<!\bI )(?<!\bI have )\breport(?:ing|ed) $")
_WITH = re.compile(
    r"(?: issued by [\w.'& -]{1,40}?)? (?:with|that (?:contain|have|had|lack)|containing|having|lacking|whose)\b", re.I
)
_NOT_DONE = re.compile(
    r"\b(?:(?:not|failed to|fail to|could not|n't|unable to) revok\w+(?: \w+){0,2}"
    r"|(?:not|n't|never)(?: \w+)? (?:check|validat|verif)\w+(?: for| in| of)?) $",
    re.I,
)
_DONE_WITH = re.compile(
    r"^[ ,]*(?:\([^()]{0,120}\) ?)?(?:of (?:the|our|this|a) (?:sample|total|quarter)"
    r"|(?:reviewed|checked|examined|sampled|analy[sz]ed|inspected|scanned|tested|linted)\b"
    r"|(?:(?:have|has|had) (?:already |now |all |also )*been|were|was|are|is"
    r"|(?:(?:was|were) to|will|to|must|should|can|could) be)(?: \w+ly| all| also| already| now| then"
    r"| both)* (?:revoked|replaced|re-?issued|renewed|expired|looked|checked|reviewed|examined|sampled|tested"
    r"|unaffected|not (?:affected|impacted|issued)|scanned|still)|(?:may|might) (?:have|be)\b"
    r"|[^.;]{0,80}\(?\band other|[^.;,]{0,80}\b(?:are|were|is|was) (?:not (?:affected|impacted|concerned)|unaffected)"
    r"|(?:(?:have|has|had) (?:since )?been|were|was) issued (?:beneath|below|under|by) (?:it|them|this|these|those)\b)",
    re.I,
)
_TOTAL_BEFORE = re.compile(
    r"\b(?:in total,?|in all,?|altogether,?|total(?: number| count)?(?:,| of| is| was|:|(?: is)? now)*"
    r"|(?:number|count) of \w+(?: \w+)? (?:is|was))[ :]{0,2}$",
    re.I,
)
_TOTAL_AFTER = re.compile(r"^,? (?:in total|altogether|overall)\b", re.I)
# In a report of a late revocation, what was not revoked is the whole of it.
_LATE = re.compile(
    r"^[ ,]*(?:that |which )?(?:(?:was|were|could|has|have) (?:not|n't)|remained un) ?(?:be "
    r"|been )?revoked\b(?! (?:by|until|before)\b)",
    re.I,
)
_CONCERNED = re.compile(
    r"\b(?:affected|impacted|miss?[- ]?issued|problematic|non-?compliant|faulty|invalid|incorrect)\b", re.I
)
_CONCERNED_AFTER = re.compile(
    r"^[ ,]*(?:(?:that|which) )?(?:(?:were|was|are|is|have been|has been|had been)(?: \w+ly)?(?: all"
    r"| also)? (?:identified|found|discovered|detected|concerned|involved|affected|impacted|miss?[- ]?issued"
    r"|non-?compliant)|affected|impacted|miss?[- ]?issued)\b",
    re.I,
)
_CONCERNS_BEFORE = re.compile(
    r"\b(?:affect(?:s|ed|ing)?|impact(?:s|ed|ing)?|covers?|involve[sd]?|concerns?|limited to"
    r"|miss?[- ]?issu(?:ed|ing|ance of)|identification of|notic(?:ed|ing)|(?:reported|notified|informed) (?:of|about)"
    r"|report about|(?:affected|impacted) population (?:is|was|of)|identified|discovered|detected|found|uncovered"
    r"|aware of)(?: (?:only|just|exactly|these|those|all|our|the|an?|in total|following))*"
    r"(?: [\w ]{1,30} and)?[ :]{1,2}$",
    re.I,
)
_ISSUE = re.compile(
    r"\bissu|violat|(?:was|were|is|are) not\b|not (?:listed|included|disclosed|logged|in)\b|missing|\bexceed"
    r"|\bbear(?:s|ing)?\b|\bcarr(?:y|ied)\b|\bomit|\bleft (?:empty|out)|\breused?\b|insufficient|improper|malformed"
    r"|revocation|\black|problem|contain|\bhad\b|did not|failed|fail to|wrong|incorrect|invalid|without|returning"
    r"|misspell|\btypo|\bswapp|duplicat|not comply|identif|discover|detect|found|revoke|late\b|expos|compromis"
    r"|mismatch|error|errone|report of",
    re.I,
)
_NEAR = 40
_NOTHING_ISSUED = re.compile(
    rf"\bno (?:\w+ ){{0,2}}{CERTS} (?:were|was|are|have been|has been) (?:miss?[- ]?issued|affected|impacted"
    rf"|concerned)\b"
    r"|\bnone of (?:them|these|those|which) (?:is|are|was|were) (?:miss?[- ]?issued|affected|impacted)\b"
    r"|\bno impact on (?:the |any |our )?(?:[\w,/-]+ ){0,4}?certificates\b"
    r"|\b(?:does|did|do) not (?:affect|impact|concern) (?:the )?(?:issuance of )?certificates\b",
    re.I,
)
_NORMATIVE = re.compile(r"\b(?:MUST|SHALL|SHOULD)\b")
_OTHER_INCIDENT = re.compile(
    r"\b(?:that|the other|the (?:previous|earlier|original)) (?:bug|incident)(?: \w+)? (?:is|was|were|had|concern\w*"
    r"|cover\w*|affect\w*|report\w*)\b|\bbug #?[0-9]{5,8} (?:list|report|concern|nam)\w*"
    r"|\b(?:a|another) CA (?:had|has) (?:miss?[- ]?)?issued\b"
    r"|\b(?:bug|incident) #?[0-9]{6,8} (?:is|was|has|had|concern\w*|cover\w*|affect\w*)\b"
    r"|\bin (?:our |the |an )?(?:(?:earlier|previous|other|original|same) )?(?:bug|incident)?[ #]{0,2}"
    r"(?:[0-9]{6,8}|https?://bugzil\S{1,80})\W[^.;]{0,60}?\b(?:reported|disclosed|described|announced)\b",
    re.I,
)
_HOW_MANY = re.compile(
    r"\b(?:not|n't|yet to) (?:yet )?(?:know|known|clear|determine|certain|sure)\w* (?:exactly )?how many\b"
    r"|\bhow many\b[^.?;]{0,60}\b(?:is|are) (?:not (?:yet )?|un)known\b",
    re.I,
)
# A bare count only says that so many were issued or found.
TOTAL, CONCERNED, ISSUE, BARE, ONE = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Count:
    """A count in a passage: the number, the words around it, the rank of its sentence's shape, if it is an estimate."""

    number: int
    words: str
    rank: int
    estimate: bool = False


def read(document: Document, context: Context) -> Found:
    """Read how many certificates are concerned, and how many of them are still valid.

    In a form the fields count first; prose counts only where nothing is known; a later comment of the reporter may
    correct the number.
    """
    if not context.is_report:
        return Found(total=corrected_count(document.own_lines))
    found = _in_fields(document) if context.is_form else Found()
    return found if found.total is not None or context.known.total is not None else _with_prose(found, document)


def _in_fields(document: Document) -> Found:
    total, remaining, doubts = None, None, list[Doubt]()
    for section in document.named("total", "remaining", "affected"):
        if section.slug == "affected" and not is_lone_count(section.value):
            continue
        count, unclear = count_in_field(section.value)
        if section.slug == "remaining":
            remaining, path = remaining if count is None else count, "certificates.remaining_valid"
        else:
            total, path = total if count is None else count, "certificates.total"
        if unclear:
            doubts.append(doubt("count-not-understood", path, unclear, document))
        if count is not None and is_estimate(section.value):
            doubts.append(doubt("estimated-count", path, section.value, document))
    return Found(total=total, remaining_valid=remaining, doubts=tuple(doubts))


def _with_prose(found: Found, document: Document) -> Found:
    counts, doubts = counts_in_prose(document), list(found.doubts)
    if len(counts) > 1:
        several = ", ".join(str(count.number) for count in counts[:4])
        doubts.append(doubt("several-counts", "certificates.total", several, document))
    if len(counts) == 1 and counts[0].estimate:
        doubts.append(doubt("estimated-count", "certificates.total", counts[0].words, document))
    return msgspec.structs.replace(found, total=counts[0].number if len(counts) == 1 else None, doubts=tuple(doubts))


# The sections whose text answers what was affected, and those that describe the incident.
ANSWERING = ("impact", "q-summary")
_DESCRIBING = ("", "other", "summary", "incident-description", "q-aware", *TITLES)


@lru_cache(maxsize=1)
def counts_in_prose(document: Document) -> tuple[Count, ...]:
    """Return the counts that a comment states in prose; cached, since the kinds of certificates need them next."""
    return counts_of(document.said(ANSWERING), answer=True) or counts_of(document.said(_DESCRIBING))


def concerns_nothing(text: str) -> bool:
    """Tell whether a text says that no certificate was mis-issued or affected."""
    return bool(_NOTHING_ISSUED.search(text))


def counts_of(text: str, *, answer: bool = False) -> tuple[Count, ...]:
    """Find the counts of the plainest rank in a passage, each number once, in reading order.

    `answer` tells that the passage answers how many certificates are concerned, so that a count may stand alone.
    """
    if answer and concerns_nothing(text):
        return ()
    every = [
        count
        for sentence in sentences_of(without_quotations(text))
        for count in _in_sentence(sentence[:LONGEST_SENTENCE], answer)
    ]
    if any(count.rank == BARE for count in every) and _HOW_MANY.search(text):
        every = [count for count in every if count.rank != BARE]
    every = [count for count in every if count.number] or every
    leaves = [count for count in every if not _CA_WORDS.search(count.words)]
    # A CA issues leaf certificates: their bare number does not outweigh CAs of which something is said.
    above = min((count.rank for count in every if _CA_WORDS.search(count.words)), default=BARE)
    plain = leaves if leaves and (above >= BARE or min(count.rank for count in leaves) < BARE) else every
    plain = [count for count in plain if not count.estimate] or [one for one in plain if one.rank <= BARE]
    best = min((count.rank for count in plain), default=0)
    if (best >= ISSUE and _MORE.search(text)) or (best >= BARE and concerns_nothing(text)):
        return ()
    ranked = [count for count in plain if count.rank == best]
    worded = {count.words.lower() for count in ranked}
    apart = [words for words in worded if not any(words != other and words in other for other in worded)]
    alike = len({count.number for count in ranked}) == 1 and len(apart) > 1
    if alike and all(_CA_WORDS.search(count.words) for count in ranked):
        # Two subordinate and two cross certificates are four: what differs in kind is not one count.
        return ()
    return tuple({count.number: count for count in reversed(ranked)}.values())[::-1]


_MORE = re.compile(rf"\b(?:third|fourth|additional|another(?! CA\b)|further) (?:[\w/-]+ ){{0,3}}{CERTS}", re.I)
_CORRECTION = re.compile(
    r"affected|impacted|concerned|involved|miss?[- ]?issu|correct|revised|updated|late\b|delayed|non-?compliant", re.I
)


def corrected_count(text: str) -> int | None:
    """Read a total that a later comment states; only a plain total counts, and two of them settle nothing."""
    found = {
        count.number
        for sentence in sentences_of(text)
        if _CORRECTION.search(sentence[:LONGEST_SENTENCE])
        for count in _in_sentence(sentence[:LONGEST_SENTENCE], answer=False)
        if count.rank == TOTAL and not count.estimate
    }
    return found.pop() if len(found) == 1 else None


def _in_sentence(sentence: str, answer: bool) -> Iterator[Count]:
    if not re.search(r"cert|ICA|QWAC|issuance|affected|impacted|of them|revoked", sentence, re.I):
        return
    if _NORMATIVE.search(sentence) or _OTHER_INCIDENT.search(sentence):
        return
    for match in _REVERSED.finditer(sentence):
        number = _number(match["n"] or match["n2"] or match["n3"], match["p"] or match["p2"] or match["p3"])
        if number is not None and not _REST.search(_LATE_ONES.sub("", match[0])):
            yield Count(number, match[0], TOTAL)
    for match in _BRACKETED_TOTAL.finditer(sentence):
        yield from _counted(sentence, match, CONCERNED if match["e"] else TOTAL)
    issues = [match.span() for match in _ISSUE.finditer(sentence)]
    for match in islice(_PHRASE.finditer(sentence), MOST_IN_SENTENCE):
        rank = _rank(sentence, match, answer, issues)
        if rank is not None:
            yield from _counted(sentence, match, rank)
    yield from _in_parts(sentence)
    if answer:
        for match in (*_HEADED.finditer(sentence), *_NOUNLESS.finditer(sentence)):
            yield from _counted(sentence, match, CONCERNED)


_PARTS = (
    (_NOT_REVOKED_OF, TOTAL),
    (_REVOKED_LATE, TOTAL),
    (_REVOKED_N_LATE, TOTAL),
    (_REST_LATE, TOTAL),
    (_OF_WHICH, CONCERNED),
    (_WE_REPORT, CONCERNED),
    (_PART_OF, ISSUE),
    (_OUT_OF, CONCERNED),
    (_OF_THEM, CONCERNED),
    (_MISISSUANCES, ISSUE),
    (_OF_NUMBER, ISSUE),
    (_FOUND, ISSUE),
    (_TOLD_THAT, ISSUE),
    (_OF_ALL, CONCERNED),
)


def _in_parts(sentence: str) -> Iterator[Count]:
    """Find the counts of those certificates of a number with which something is wrong, in every shape once."""
    for pattern, rank in _PARTS:
        for match in islice(pattern.finditer(sentence), MOST_IN_SENTENCE):
            before = sentence[: match.start()]
            if rank == TOTAL and not _OUT_OF_THEM.search(before[-_NEAR:]):
                yield from _counted(sentence, match, rank)
            elif rank != TOTAL and (pattern is _OF_ALL or not _LOOKED.search(before[-60:])):
                yield from _counted(sentence, match, ONE if _is_one(match) else rank)


def _counted(sentence: str, match: re.Match[str], rank: int) -> Iterator[Count]:
    before = sentence[: match.start("n")][-_NEAR:]
    number = _number(match["n"], match["p"])
    if number is not None and not UNSURE.search(before):
        yield Count(number, match[0], rank, estimate=bool(ESTIMATED.search(before)))


def _is_one(match: re.Match[str]) -> bool:
    return match["n"].lower() in {"1", "one"} and not match["p"]


def _rank(sentence: str, match: re.Match[str], answer: bool, issues: Sequence[tuple[int, int]]) -> int | None:
    before, after = sentence[: match.start()], sentence[match.end() :]
    before = before[:-_NEAR] + ESTIMATED.sub("", before[-_NEAR:])
    alone = match["n"].lower() == "single"
    if _OTHER_PART.search(before[-60:]) or _AND_OTHERS.match(after):
        return None
    if _LATE.match(after) and not _OUT_OF_THEM.search(before[-_NEAR:]):
        return TOTAL
    told = _TOLD.search(before[-60:]) and _WITH.match(after)
    looked = (
        not alone
        and not told
        and not _REVOKED_LIST.search(before[-60:])
        and _LOOKED.search(before[-60:])
        and not _NOT_DONE.search(before[-60:])
    )
    words = _STILL_VALID.sub("", match["m"]) if _CONCERNED.search(match["m"]) else match["m"]
    if looked or _REST.search(words) or _DONE_WITH.match(after):
        return None
    if _TOTAL_AFTER.match(after):
        return TOTAL
    if _WHOLE_OF.search(before[-_NEAR:]) and not _CONCERNED.search(match["m"]):
        return None
    if before.rfind("(") > before.rfind(")"):
        return None
    if _TOTAL_BEFORE.search(before[-40:]):
        return TOTAL
    if (
        (answer and not re.search(r"\w", _OPENING.sub("", before)))
        or _CONCERNED.search(match["m"])
        or _CONCERNED_AFTER.match(after)
        or _CONCERNS_BEFORE.search(before[-60:])
    ):
        return CONCERNED
    outside = any(end <= match.start() or start >= match.end() for start, end in issues)
    if _LISTED.fullmatch(before) or match["m"].lower() == "such ":
        return ISSUE
    if not outside or after.startswith(" or "):
        return None
    if _is_one(match):
        return ONE
    faulty = any(
        end <= match.start() or start >= match.end() for start, end in issues if not _BARE.match(sentence, start)
    )
    return ISSUE if faulty else BARE


_BARE = re.compile(r"issu|identif|discover|detect|found", re.I)
_WHOLE_OF = re.compile(rf"(?:[0-9]|\b(?:none|{_COUNTED})) (?:out )?of (?:the|our|these) $", re.I)
_OUT_OF_THEM = re.compile(r"\bof (?:the |our |these )?$", re.I)
_LISTED = re.compile(r"\W*the following ", re.I)
_OPENING = re.compile(r"^\W*(?:for|in|all|only|the|there (?:are|were|is|was)|this (?:affects|concerns))\W*$", re.I)


def _number(written: str, repeated: str | None) -> int | None:
    """Read digits or words; a bare number that may be a year is none."""
    text = repeated or written
    number = number_of(text)
    return None if 1990 <= number <= 2049 and text.isdigit() and repeated is None else number


_NOTHING = re.compile(
    r"(?:none|no(?:t any)?(?: (?:\w+ ){0,3}certificates?\b.{0,40}| certificates? (?:were|was"
    r"|are) .{0,40})?|zero|nil)\b[ .,*]*(?:\(0\)|$|\n|[.;,(–-])",
    re.I,
)


_COUNT = re.compile(
    r"(?<![0-9A-Za-z.,/:-])([0-9]{1,4}(?:[.,][0-9]{1,3})? ?(?:thousand|million|billion)\b"
    r"|[0-9]{1,3}(?:[,.' ][0-9]{3})+(?![0-9])|[0-9]{1,9})(?![0-9]|[./:-][0-9]|,[0-9]|[A-Za-z%])",
    re.I,
)


_WORD = re.compile(rf"\b({any_of(WORDS)})\b(?: ?\(([0-9]{{1,3}})\))?", re.I)


def count_in_field(value: str) -> tuple[int | None, str | None]:
    """Read a field that holds a count: (the number, or what was not understood).

    `4,051`, `4.051`, `~1.7 million`, `three (3)` and `None` are numbers; `up to 9`, `N/A` and two different numbers are
    not.
    """
    first = next((line for line in value.split("\n") if line.strip(" *_-–:")), "").strip(" *_-–:`>")
    if not first or is_nothing_said(first):
        return None, None
    if _NOTHING.match(first):
        return 0, None
    found = {(number_of(m[1]), m.start()) for m in _COUNT.finditer(first[:300]) if _is_plain(first, m)}
    if found:
        numbers = {number for number, _ in found}
        leading = min(found, key=lambda pair: pair[1])
        if len(ESTIMATED.sub("", first[: leading[1]]).strip()) <= 2 or len(numbers) == 1:
            return leading[0], None
        return None, first
    word = _WORD.match(first)
    if word:
        return number_of(word[2] or word[1]), None
    return None, first


def is_lone_count(value: str) -> bool:
    """Tell whether a field begins with a count alone, "9 OV", which other reporters make a heading above a list."""
    return _LONE_COUNT.match(value) is not None


_LONE_COUNT = re.compile(r"[ *]*[0-9][0-9,]*(?: (?!https?:)[A-Za-z/,()& -]{1,50})?[ .*]*(?:\n|$)")


def is_estimate(value: str) -> bool:
    """Tell whether a field's number is said to be an estimate."""
    first = re.search(r"[0-9]", value)
    return first is not None and bool(ESTIMATED.search(value[: first.start()]))


def _is_plain(text: str, match: re.Match[str]) -> bool:
    """Refuse limits and what is a number of something else: neither is a count of certificates."""
    if UNSURE.search(text[: match.start()]):
        return False
    before = text[max(0, match.start() - 24) : match.start()]
    return not re.search(
        r"(?:section|version|\bv|chapter|rfc|bug|20[0-9]{2}[-/.][0-9]*|of|since|in|on|until) ?#?$", before, re.I
    )
