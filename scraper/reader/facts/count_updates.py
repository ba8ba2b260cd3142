"""Totals in later comments: "the correct number is 205", "we have 31 in all", "it is 3,106 that were late".

A number counts where its sentence says that it is the sum of the certificates concerned. What is still open, revoked,
looked at or guessed, and numbers of something else, say nothing; two totals settle nothing.
"""

import re
from collections.abc import Iterator

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.certificate_numbers import (
    BESIDE,
    CONCERNED,
    NOUN_KNOWN,
    POPULATION,
    SUM_AFTER,
    SUM_BEFORE,
    numbers_in,
)
from ca_incidents.scraper.reader.text.numbers import ESTIMATED, UNSURE
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of

# What introduces a total: "we are at", a corrected list, a label.
_LEADS = re.compile(
    rf"\b(?:we(?: are|'re) (?:now )?at|(?:corrected|final|full) list (?:has|contains)|recount gave|{CONCERNED}:) \Z",
    re.I,
)
# "The number went from 40 to 46", "46 instead of 40", "46 is right".
_FROM_TO = re.compile(r"\bfrom [0-9][0-9,.]* to \Z", re.I)
_CORRECTS = re.compile(
    r" (?:(?:instead of|rather than|and not|not) [0-9]|(?:is|was) (?:the )?(?:right|correct|final)\b)", re.I
)
_IT_IS, _THAT = re.compile(r"\bit(?: is|'s| was) \Z", re.I), re.compile(r" that\b")
_IS_CONCERNED = re.compile(rf" (?:is|are|was|were) {CONCERNED}", re.I)
# What a sentence goes on to say of others: "the total is 1,644, and the remaining valid 1,610".
_NEXT_CLAUSE = re.compile(r",(?= (?:and|but|while|whereas|of (?:which|these|them|those))\b)", re.I)
_SETTLED = re.compile(r"\b(?:in the end|finally|exact\w*|confirm\w*|complete\w*|correct\w*|now)\b", re.I)
# What makes a number that of a part, of a search, of a guess or of something else.
_ANOTHER = re.compile(
    r"\b(?:remain(?:s|ing|ed)?|left|still|outstanding|pending|not yet|unrevoked|revok\w+|valid|replaced|expired|active"
    r"|if|whether|would|could|might|maybe|perhaps|possibly|expect\w*|probabl\w+|likely|unaffected|originally"
    r"|not (?:affected|impacted|concerned)|other CAs?|another CA|(?:at|of|by)(?: the)? (?-i:(?:[A-Z]\w* )+CA(?! c))"
    r"|each|per|previously|den(?:y|ied|ies)|disputes?|claim\w*|(?:total|number|sum|count) (?:is|was) (?:not|never)"
    r"|(?:wrong|false|incorrect|untrue|not (?:true|correct|right|the case)) (?:that|to|(?:total|number) (?:is|was))"
    r"|which (?:is|was) (?:wrong|false|incorrect|not))\b|\bbug [0-9]|%|\?\W*\Z"
    rf"|\A(?!.*\b{CONCERNED}).*\b(?:root (?:CA )?cert|of (?:our )?roots\b)|{POPULATION}",
    re.I,
)


def updated_count(document: Document, known: int | None) -> int | None:
    """Return the total that a later comment states, where it states one."""
    sentences = (sentence[:LONGEST_SENTENCE] for sentence in sentences_of(document.own_lines))
    clauses = (clause for sentence in sentences for clause in _NEXT_CLAUSE.split(sentence))
    totals = {total for clause in clauses if not _ANOTHER.search(clause) for total in _totals_in(clause)}
    if len(totals) > 1:
        totals.discard(known or 0)
    return totals.pop() if len(totals) == 1 else None


def _totals_in(sentence: str) -> Iterator[int]:
    """Yield the numbers that a sentence states as the sum."""
    for number, match in numbers_in(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        beside = BESIDE.match(after)
        rest = after[beside.end() :] if beside else after
        is_range = UNSURE.search(before[-40:]) and not _FROM_TO.search(before)
        is_sum = SUM_BEFORE.search(before) or _LEADS.search(before) or SUM_AFTER.match(rest) or _CORRECTS.match(rest)
        is_it = _IT_IS.search(before) and _THAT.match(rest)
        is_settled = beside and _IS_CONCERNED.match(rest) and _SETTLED.search(sentence)
        if (
            (beside or NOUN_KNOWN.match(after) or _CORRECTS.match(after))
            and not (is_range or ESTIMATED.search(before[-40:]))
            and (is_sum or is_it or is_settled)
        ):
            yield number
