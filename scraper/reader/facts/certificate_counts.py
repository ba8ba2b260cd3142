"""How many certificates are concerned: fields of a form first, then the numbers in prose, judged by evidence.

The grammar proposes every number beside a word for certificates. Which of them counts the certificates concerned is
decided by the score; an estimate counts as its number.
"""

import re

import msgspec

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.bug import tag_tests, without_ca_name
from ca_incidents.scraper.reader.evidence.mentions import Proposal, Sentence, holding, proposals, sentences_in
from ca_incidents.scraper.reader.evidence.scores import Judged, judged
from ca_incidents.scraper.reader.facts.certificate_numbers import (
    A_PART,
    A_REST,
    A_SUM,
    A_WHOLE,
    AN_ESTIMATE,
    BESIDE_NOUN,
    COUNTS_CAS,
    mentions_in,
)
from ca_incidents.scraper.reader.facts.count_fields import count_in_field, is_estimate, is_lone_count
from ca_incidents.scraper.reader.facts.count_updates import updated_count
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt, why
from ca_incidents.scraper.reader.form.fields import TIMELINES

FACT = "certificates.total"
_LARGEST = "the largest of several"
_LEAST_OF_WHOLE = 0.1
# Two lines that each count a kind state no total.
_BROKEN_DOWN = re.compile(
    r"\W*[0-9][0-9,.]* [^\n:]{1,60}\n\W*[0-9][0-9,.]* (?!of\b|\w+ (?:are|were|remain))\(?[A-Za-z]"
)
# "This bug is about 6 of those 9": the sum is that of several bugs.
_OF_SUM = re.compile(r"\b(?:[0-9]|one) of (?:those|these|the) [0-9]", re.I)


def read(document: Document, context: Context) -> Found:
    """Read how many certificates are concerned, and how many of them are still valid.

    In a form the fields count first, then its prose; a later form replaces an earlier one, and a later comment of the
    reporter may correct the number.
    """
    if not context.is_report:
        return Found(total=updated_count(document, context.known.total))
    found = _in_fields(document) if context.is_form else Found()
    return found if found.total is not None else _with_prose(found, document, context)


def _in_fields(document: Document) -> Found:
    total, remaining, doubts = None, None, list[Doubt]()
    for section in document.named("total", "remaining", "affected"):
        if section.slug == "affected" and not is_lone_count(section.value):
            continue
        count, unclear = count_in_field(section.value)
        if count is not None and _BROKEN_DOWN.match(section.value):
            count, unclear = None, section.value
        if section.slug == "remaining":
            remaining, path = remaining if count is None else count, "certificates.remaining_valid"
        else:
            total, path = total if count is None else count, FACT
        if unclear:
            doubts.append(doubt("count-not-understood", path, unclear, document))
        if count is not None and is_estimate(section.value):
            doubts.append(doubt("estimated-count", path, section.value, document))
    return Found(total=total, remaining_valid=remaining, doubts=tuple(doubts))


def _with_prose(found: Found, document: Document, context: Context) -> Found:
    every = judged(FACT, count_proposals(document, context.whiteboard))
    titled = {mention.value for mention in mentions_in(Sentence(without_ca_name(context.title)))}
    listed = max(len(document.crtsh_ids), len(document.fingerprints))
    wholes = [] if _OF_SUM.search(document.own_lines) else [one.value for one in every if _is_whole(one)]
    # Where no number counts, a doubtful one that the title states, too, or of as many certificates as are listed, or
    # the only one said to be the whole is meant.
    meant = [one for one in every if one.counts] or [
        one
        for one in every
        if (one.is_doubtful and (one.value in titled or (one.value == listed and COUNTS_CAS not in one.evidence)))
        or wholes == [one.value]
    ]
    # Fewer than are listed, or in addition to others, is not all; nor is a part of what is said to be the whole.
    meant = [
        one
        for one in meant
        if A_REST not in one.evidence
        and int(one.value) >= listed - 1
        and not (A_PART in one.evidence and any(int(whole) > int(one.value) for whole in wholes))
    ]
    total = int(meant[-1].value) if meant else None
    doubts = [*found.doubts]
    for one in every:
        if one in meant and AN_ESTIMATE in one.evidence:
            doubts.append(doubt("estimated-count", FACT, str(one.value), document))
        elif one not in meant and one.is_doubtful and context.known.total is None:
            doubts.append(doubt("unsure-count", FACT, str(one.value), document))
    return msgspec.structs.replace(found, total=total, doubts=tuple(doubts), why=why(FACT, every, document))


def _is_whole(one: Judged) -> bool:
    """Return whether a number of certificates is said to be the sum, or to be all where it is the only number."""
    says_so = (
        A_SUM in one.evidence
        or {A_WHOLE, BESIDE_NOUN, "only mention"} <= one.evidence
        or {A_WHOLE, "said to be concerned"} <= one.evidence
    )
    return says_so and one.share >= _LEAST_OF_WHOLE


def count_proposals(document: Document, whiteboard: str = "") -> tuple[Proposal, ...]:
    """Propose the numbers that a comment mentions beside certificates, with the evidence for each."""
    mentions = [mention for sentence in sentences_in(document) for mention in mentions_in(sentence)]
    # A timeline counts what was found on the way; it is asked where nothing else tells.
    found = proposals(one for one in mentions if one.sentence.slug not in TIMELINES) or proposals(mentions)
    largest = max((int(one.value) for one in found), default=0)
    tags = tag_tests(whiteboard)
    return tuple(
        Proposal(one.value, one.evidence | tags | holding({_LARGEST: len(found) > 1 and one.value == largest}))
        for one in found
    )
