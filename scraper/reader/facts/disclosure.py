"""The form's field "Source of incident disclosure"."""

import re

from ca_incidents.schema.model import DisclosureSource
from ca_incidents.schema.tables import vocabulary
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.discovery import channel_of
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt

_SELF = re.compile(r"\bself\b|self-|internal(?:ly)?\b", re.I)


_THIRD = re.compile(
    r"third[- ]?part(?:y|ies)|^\W*third\W*$|customer (?:report|notif)|\bexternal(?:ly)?\b|\bresearcher"
    r"|relying part(?:y|ies)|problem report|reported by|\bcommunity\b|root (?:store|program)"
    r"|\bCCADB (?:admin\w*|team|manager)",
    re.I,
)


_AUDIT = re.compile(
    r"(?<!self)(?<!self[- ])(?<!internal )(?<![A-Za-z])audit(?:s|ors?)?(?![A-Za-z])|conformity assessment", re.I
)


# A cut field counts only if it begins with one of the form's answers.
_ANSWER = re.compile(
    r"\W*(?:self[- ]?(?:reported|disclosed|identified|discovered)|third[- ]part(?:y|ies)"
    r"|[^\n]{0,80}?\baudit\b)",
    re.I,
)


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read the field "Source of incident disclosure"."""
    source, doubts = None, []
    for section in document.named("disclosure-source"):
        if document.is_cut and section is document.sections[-1] and not _ANSWER.match(section.value):
            continue
        said = disclosure_source(section.value)
        source = said or source
        if said is None and section.value.strip(" *_\n-"):
            doubts.append(doubt("disclosure-source-not-understood", "disclosure_source", section.value, document))
    return Found(disclosure_source=source, doubts=tuple(doubts))


def disclosure_source(value: str) -> DisclosureSource | None:
    """Map the field "Source of incident disclosure" to one of the form's three answers; return None if two apply.

    Other words count by the way of discovery that they tell.
    """
    head = value.strip(" *_-\n:").split("\n", 1)[0][:200]
    explicit = re.match(
        r"(?:(self)[- ]?(?:reported|disclosed|identified|discovered)|(third)[- ]part(?:y|ies)"
        r"|((?:\w+ ){0,3}?audit\b(?! team)))",
        head,
        re.I,
    )
    found: list[DisclosureSource] = []
    if _SELF.search(value):
        found.append("self-reported")
    if _THIRD.search(value):
        found.append("third-party")
    if _AUDIT.search(value):
        found.append("audit")
    if len(found) == 1:
        return found[0]
    if (
        re.search(r"\bself[- ](?:discovered|identified|reported|disclosed|detected)", value, re.I)
        and "third-party" not in found
    ):
        return "self-reported"
    if re.search(r"self[- ]reported.{0,10}third[- ]part.{0,20}audit", value, re.I | re.S):
        return None
    if explicit:
        if explicit[1]:
            return "self-reported"
        return "third-party" if explicit[2] else "audit" if "audit" in found else None
    return _of_channel(channel_of(value)) or _named_first(value)


def _named_first(value: str) -> DisclosureSource | None:
    """Return the source that the field names before any other: "A root program's comment on our audit report"."""
    patterns: tuple[tuple[DisclosureSource, re.Pattern[str]], ...] = (("third-party", _THIRD), ("audit", _AUDIT))
    found = [(match.start(), source) for source, pattern in patterns if (match := pattern.search(value))]
    return min(found)[1] if found else None


def _of_channel(channel: str | None) -> DisclosureSource | None:
    if channel is None:
        return None
    if channel == "auditor":
        return "audit"
    return "self-reported" if vocabulary.terms("discovery")[channel].group == "inside" else "third-party"
