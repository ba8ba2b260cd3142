"""How many certificates are concerned: fields of a form first, then the numbers in prose, judged by evidence.

The grammar proposes every number beside a word for certificates. Which of them counts the certificates concerned is
decided by the score; an estimate counts as its number.
"""

import re

import msgspec

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.bug import tag_tests, without_ca_name
from ca_incidents.scraper.reader.evidence.mentions import Proposal, Sentence, holding, proposals, sentences_in
from ca_incidents.scraper.reader.evidence.scores import judged
from ca_incidents.scraper.reader.evidence.wholes import Counts, whole_among
from ca_incidents.scraper.reader.facts.certificate_numbers import mentions_in
from ca_incidents.scraper.reader.facts.count_fields import FACT, counts_in_fields
from ca_incidents.scraper.reader.facts.count_updates import updated_count
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt, why
from ca_incidents.scraper.reader.form.fields import TIMELINES

_LARGEST = "the largest of several"
# "This bug is about 6 of those 9": the sum is that of several bugs.
_OF_SUM = re.compile(r"\b(?:[0-9]|one) of (?:those|these|the) [0-9]", re.I)


def read(document: Document, context: Context) -> Found:
    """Read how many certificates are concerned, and how many of them are still valid.

    In a form the fields count first, then its prose; a later form replaces an earlier one, and a later comment of the
    reporter may correct the number.
    """
    if not context.is_report:
        return Found(total=updated_count(document, context.known.total))
    found = counts_in_fields(document) if context.is_form else Found()
    return found if found.total is not None else _with_prose(found, document, context)


def _with_prose(found: Found, document: Document, context: Context) -> Found:
    every = judged(FACT, count_proposals(document, context.whiteboard))
    titled = {mention.value for mention in mentions_in(Sentence(without_ca_name(context.title)))}
    listed = max(len(document.crtsh_ids), len(document.fingerprints))
    meant = whole_among(every, titled, listed, is_of_several_bugs=_OF_SUM.search(document.own_lines) is not None)
    total = int(meant[-1].value) if meant else None
    doubts = [*found.doubts]
    for one in every:
        if one in meant and Counts.AN_ESTIMATE in one.evidence:
            doubts.append(doubt("estimated-count", FACT, str(one.value), document))
        elif one not in meant and one.is_doubtful and context.known.total is None:
            doubts.append(doubt("unsure-count", FACT, str(one.value), document))
    return msgspec.structs.replace(found, total=total, doubts=tuple(doubts), why=why(FACT, every, document))


def count_proposals(document: Document, whiteboard: str = "") -> tuple[Proposal, ...]:
    """Propose the numbers that a comment mentions beside certificates, with the evidence for each."""
    mentions = [mention for sentence in sentences_in(document) for mention in mentions_in(sentence)]
    # A timeline counts what was found on the way; it is asked where nothing else tells.
    found = proposals(one for one in mentions if one.sentence.slug not in TIMELINES) or proposals(mentions)
    if "revocation-delay" in whiteboard:
        # Of a revocation that was late, the certificates concerned are those revoked too late.
        found = proposals(one for one in mentions if Counts.LATE in one.notes) or found
    largest = max((int(one.value) for one in found), default=0)
    tags = tag_tests(whiteboard)
    return tuple(
        Proposal(one.value, one.evidence | tags | holding({_LARGEST: len(found) > 1 and one.value == largest}))
        for one in found
    )
