"""What a title says of an incident: its own words, size and rules. It is short and always complete, unlike a text."""

import re
from functools import cache

from ca_incidents.schema.derive import certificate_words
from ca_incidents.schema.tables import policies, registry, topic_words
from ca_incidents.schema.tables.registry import folded, prefix_of

_LIMIT = re.compile(
    r"(?:\b(?:within|beyond|(?:exceed(?:s|ed|ing)?|(?:greater|more|longer|later|less|fewer) than)|(?<!for )over)|[<>])"
    r"(?: the)? ?([0-9][0-9,.]*)[ -](hour|hr|day|week|month|year|character|bit|octet)s?\b",
    re.IGNORECASE,
)
_YEARS = range(1990, 2040)
# A document is no rule of the incident where its name is part of another: "BR audit", "CPS OID".
_PART_OF_ANOTHER_NAME = re.compile(r"[ -](?:audits?|self|OIDs?|URIs?|survey|field|name)\b", re.IGNORECASE)


def own_words(title: str, ca: str | None) -> str:
    """Return a title without the name of its CA, or all of it where it begins with something else."""
    prefix = prefix_of(title)
    rest = title[len(prefix) :].lstrip(" :-\u2013\u2014")
    return rest if ca and rest and folded(prefix) == folded(ca) else title


def is_unspecific(title: str) -> bool:
    """Return whether no word of a title says what went wrong; the names of organisations do not."""
    return topic_words.standard().is_unspecific(_after_prefix(title), _words_of_names())


@cache
def _words_of_names() -> frozenset[str]:
    names = (owner.name for owner in registry.standard().owners.values())
    return frozenset(word for name in names for word in topic_words.words_of(name) if len(word) > 1)


def certificates_in_title(title: str) -> int | None:
    """Return the only number of certificates that a title states."""
    found = list(certificate_words.counts_in(_after_prefix(title)))
    return found[0] if len(found) == 1 and found[0] not in _YEARS else None


def is_of_issued_certificates(title: str) -> bool:
    """Return whether certificates that were issued are what a title is about."""
    return certificate_words.tells_of_issuance(_after_prefix(title))


def limit_in_title(title: str) -> str | None:
    """Return the limit that a title says was missed or exceeded, as a number with its unit: `24 hours`."""
    found = _LIMIT.search(_after_prefix(title))
    return f"{found[1]} {found[2].lower()}{'' if found[1] == '1' else 's'}" if found else None


def documents_in_title(title: str) -> tuple[str, ...]:
    """Return the slugs of the rule documents that a title names, in its order, each once."""
    # In "Non-BR-Compliant" the name stands between hyphens.
    text, known = re.sub("-(?=compliant)", " ", _after_prefix(title), flags=re.IGNORECASE), policies.standard()
    named = (m.document for m in known.mentions(text) if not _PART_OF_ANOTHER_NAME.match(text, m.end))
    return tuple(dict.fromkeys(named))


def _after_prefix(title: str) -> str:
    return title[len(prefix_of(title)) :] or title
