"""Rules that a text cites: document, section and version, each section with the nearest document of its clause."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schema.model import Citation
from schema.policies import Mention, Policies

_LINK = re.compile(r"\]\([^()\s]{0,500}\)")
_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_CLAUSE_END = re.compile(r"[;\n]|(?<=[a-z)0-9\"'])[.?!](?=\s+[A-Z\"])")
_KEYWORD = re.compile(
    r"(?:\bsections?\b|\bsec(?:t)?\.|\bs\.?(?=[0-9]+\.)|§{1,2}|\bchapters?\b|\bclauses?\b"
    r"|\bcriteri(?:on|a)\b|\bappendix\b"
    r"|#(?=[0-9]+\.[0-9]))[ :.#\[(\"]{0,3}",
    re.I,
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9-])[A-Z]{3,4}-[0-9]{1,2}(?:\.[0-9]{1,3}){0,6}(?:-[0-9]{1,3}[A-Z]{0,3})?(?![0-9A-Za-z-])"
)
# Of these documents a bare number such as 1.7.4 is an edition: none of their sections looks like it.
_EDITION = re.compile(r"[ ,]{1,2}(1\.[0-9]\.[0-9])(?![0-9.])")
_WITH_EDITIONS = frozenset({"ev-guidelines", "netsec"})
# A bare number before the word section, or of a document whose section stands before it, is the document's edition.
_BEFORE_SECTION = re.compile(
    r"[ ,]{1,2}[Vv]?([0-9]{1,2}(?:\.[0-9]{1,3}){1,3})(?=[ ,]{1,3}[(\[]?(?:sections?\b|sec\.|§|chapters?\b|clauses?\b))",
    re.I,
)
_AFTER_SECTION = re.compile(r"[ ,]{1,2}([0-9]{1,2}(?:\.[0-9]{1,3}){1,3})(?![0-9.]*[0-9])")
_OF_NAMED = re.compile(
    r"(?:\bsections?|§|\bchapters?|\bclauses?) ?[0-9A-Z][0-9.]*(?:\([0-9a-z]\))?,?"
    r" (?:of|in|from) (?:the |our |its )?$",
    re.I,
)
_GUIDELINES_EDITION = re.compile(r"[ ,]{1,2}([1-9]\.[0-9])(?![0-9.]*[0-9])")
_NUMBER = re.compile(
    r"(?:(?:REQ|OVR|GEN|REV|SDP|CSS|REG|DIS|NCP|EVCP|CKG|TSS)-[0-9]{1,2}(?:\.[0-9]{1,3}){0,6}(?:-[0-9]{1,3}[A-Z]{0,3})?"
    r"|[A-H](?:\.[0-9]{1,2}){1,5}"
    r"|[0-9]{1,2}(?:\.[0-9]{1,3}){0,7}(?:\.[a-z](?![a-z])(?:\.[0-9]{1,2})?)?(?:\([0-9a-zA-Z]{1,4}\)){0,3})"
)
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.#§])[1-9](?:\.[0-9]{1,2}){2,7}(?:\([0-9a-z]{1,3}\))?(?=[\])\"]{0,2} (?:of|in|from) )"
)
_LETTER = re.compile(r"[A-H](?=[\s,;)]|[.]?$|[.]\s)(?! (?:of|in) (?:a|an|which)\b)")
_AND = re.compile(r"(?:,? ?(?:and|&|or)|,|/) ?(?:sections? |clauses? |chapters? |§ ?)?", re.I)
_SUBITEM = re.compile(r"\. ?[a-z]\.(?: ?[0-9]{1,2}(?![0-9]|\.[0-9]))?(?![a-z])")
_VERSION = re.compile(
    r"(?:\bversions?|\brevision|\bver\.?|\bv\.?)[ :]?([0-9]{1,2}(?:\.[0-9]{1,3}){1,3})(?![0-9])", re.I
)
_DIRECT = re.compile(r"[ ,:#–-]{0,3}[\[(]?(?=[A-Z]{3}-[0-9])|[ ,:#–-]{1,3}(?=[0-9A-H])")
_OF = re.compile(
    r"[\])\"' ,]{0,3}(?:[(\"][^()\"]{1,90}[)\"][ ,]{0,2}|[A-Z–-][A-Za-z/ –-]{0,60} )?(?:of|in"
    r"|from|under|within) (?:the |our |its |their |every |each |one |this |current |latest "
    r"|applicable )*"
    r"(?:[\w.'&-]{1,20} ){0,2}?[\"'\[(]{0,2}$"
)
_OBEYING = re.compile(
    r"violat|\bstates?\b|conflict|compl(?:y|ies|iant|iance|ied)|breach|infring|contrary|\bmeet\b"
    r"|\bmet\b|conform|accord(?:ing|ance)|as per\b|\bper\b|adher|contraven"
    r"|against the|required by|requires?\b|requirements? (?:of|in)|in line with|mandate|prohibit"
    r"|not permitted|not allowed|\bMUST\b|\bSHALL\b|\bdemands?\b|forbid|prescrib|stipulat|fulfil"
    r"|(?<!not )\baligned with\b"
    r"|\bprovide for\b",
    re.I,
)
_NOT_BINDING = re.compile(r"\b(?:do|does|did) not (?:require|apply)|n't (?:require|apply)|not a requirement", re.I)
_FARTHEST_VERSION = 60
_FARTHEST_VERSION_BEHIND = 12
_FARTHEST_BEHIND = 40
_FARTHEST_OF = 110
_FARTHEST_DIRECT = 40
_LONGEST_CLAUSE = 2_000
_FARTHEST = 90


@dataclass(frozen=True, slots=True)
class Number:
    """A section's number in a clause, and whether a word such as "section" stood before it."""

    text: str
    start: int
    end: int
    named: bool


def without_addresses(text: str) -> str:
    """Drop web addresses, keep the text of links."""
    return _ADDRESS.sub(" ", _LINK.sub("] ", text)) if "://" in text or "](" in text else text


def citations_in(text: str, policies: Policies, *, listed: bool = False) -> tuple[Citation, ...]:
    """Find the rules that a text cites, in reading order, without source numbers.

    A document without a section counts where its clause speaks of keeping or breaking it, or where the text lists
    policies (`listed`); elsewhere it is no more than a word, and only its version may complete a citation.
    """
    plain = without_addresses(text)
    found: list[Citation] = []
    versions: list[Citation] = []
    for clause in clauses_of(plain):
        mentions = policies.mentions(clause)
        if mentions:
            cited = tuple(_in_clause(clause, mentions))
            if listed or (_OBEYING.search(clause) and not _NOT_BINDING.search(clause)):
                found.extend(cited)
            else:
                bare = [one for one in cited if one.section is None]
                versions.extend(one for one in bare if one.version)
                found.extend(one for one in cited if one.section)
    documents = {one.document for one in found if one.section is None and one.version is None}
    return tuple(dict.fromkeys([*found, *(one for one in versions if one.document in documents)]))


_IN_BRACKETS = re.compile(r"\([^()\n]{0,200}\)")


def clauses_of(text: str) -> Iterator[str]:
    """Cut a text at line ends, semicolons and ends of sentences."""
    if ";" in text:
        text = _IN_BRACKETS.sub(lambda match: match[0].replace(";", ","), text)
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield text[start : match.start()][:_LONGEST_CLAUSE]
        start = match.end()
    yield text[start : start + _LONGEST_CLAUSE]


def _in_clause(clause: str, mentions: tuple[Mention, ...]) -> Iterator[Citation]:
    versions = _versions(clause, mentions)
    numbers: dict[int, list[str | None]] = {}
    starts = [mention.start for mention in mentions]
    for number in _numbers(clause, mentions):
        owner = _owner(clause, number, starts, mentions)
        if owner is not None:
            numbers.setdefault(owner, []).append(number.text)
    for index, mention in enumerate(mentions):
        for section in numbers.get(index, [None]):
            version = None if mention.document.startswith("rfc") else versions.get(index)
            yield Citation(document=mention.document, section=section, version=version)


def _versions(clause: str, mentions: tuple[Mention, ...]) -> dict[int, str]:
    found: dict[int, str] = {}
    starts = [mention.start for mention in mentions]
    for index, mention in enumerate(mentions):
        edition = _edition(clause, mention)
        if edition:
            found[index] = edition[1]
    for match in _VERSION.finditer(clause):
        before = bisect_right(starts, match.start()) - 1
        near = before >= 0 and match.start() - mentions[before].end < _FARTHEST_VERSION
        after = before + 1
        if near:
            found.setdefault(before, match[1])
        elif after < len(mentions) and mentions[after].start - match.end() < _FARTHEST_VERSION_BEHIND:
            found.setdefault(after, match[1])
    return found


def _edition(clause: str, mention: Mention) -> re.Match[str] | None:
    """Find the edition that stands bare behind a document's name; for most documents a bare number is a section."""
    if mention.document.startswith("rfc") or mention.document == "etsi":
        return None
    if mention.document in _WITH_EDITIONS and (match := _EDITION.match(clause, mention.end)):
        return match
    if mention.document == "ccadb-incident" and (match := _GUIDELINES_EDITION.match(clause, mention.end)):
        return match
    if _OF_NAMED.search(clause[max(0, mention.start - 40) : mention.start]):
        return _AFTER_SECTION.match(clause, mention.end)
    return _BEFORE_SECTION.match(clause, mention.end)


def _numbers(clause: str, mentions: tuple[Mention, ...]) -> Iterator[Number]:
    end, taken = 0, set[int]()
    for match in _KEYWORD.finditer(clause):
        if match.start() < end:
            continue
        for number in _list_at(
            clause, match.end(), named=True, letter=match[0].lower().startswith(("appendix", "section"))
        ):
            end = number.end
            taken.add(number.start)
            yield Number(number.text, match.start(), number.end, named=True)
    for mention in mentions:
        at = mention.end
        if _edition(clause, mention):
            continue
        version = _VERSION.match(clause, at + (1 if clause[at : at + 1] in {" ", ","} else 0))
        if version:
            at = version.end()
        direct = _DIRECT.match(clause, at)
        if direct and direct.end() not in taken:
            for number in _list_at(clause, direct.end(), named=False, letter=False):
                if _is_section(number.text, mention):
                    yield number
    for match in _LONG_NUMBER.finditer(clause):
        yield Number(match[0], match.start(), match.end(), named=False)
    if any(mention.document == "etsi" for mention in mentions):
        for match in _CODE.finditer(clause):
            yield Number(match[0], match.start(), match.end(), named=True)


def _is_section(text: str, mention: Mention) -> bool:
    """A bare number beside a document's name: a section has two parts or more, and a version ends in `.0`."""
    if text[0].isalpha():
        return True
    if mention.document in _WITH_EDITIONS and re.fullmatch(r"1\.[0-9]\.[0-9]", text):
        return False
    return text.count(".") >= (2 if mention.document in {"cp-cps", "other"} else 1) and not text.endswith(".0")


def _list_at(clause: str, at: int, *, named: bool, letter: bool) -> Iterator[Number]:
    while True:
        match = _NUMBER.match(clause, at) or (_LETTER.match(clause, at) if letter else None)
        if match is None:
            return
        text, end = match[0].rstrip("."), match.end()
        sub = _SUBITEM.match(clause, end)
        if sub and named:
            text, end = text + sub[0].replace(" ", "").rstrip("."), sub.end()
        following = clause[end : end + 1]
        if following.isalnum() or following == "%" or (following in "-:" and clause[end + 1 : end + 2].isdigit()):
            return
        yield Number(text, match.start(), end, named)
        more = _AND.match(clause, end)
        if more is None:
            return
        at = more.end()


def _owner(clause: str, number: Number, starts: Sequence[int], mentions: tuple[Mention, ...]) -> int | None:
    """Find the document of a section: "of the BRs" behind it, else the nearest before it, else the nearest after it."""
    before = bisect_right(starts, number.start) - 1
    after = bisect_left(starts, number.end)
    behind = clause[number.end : mentions[after].start] if after < len(mentions) else None
    if behind is not None and len(behind) < _FARTHEST_OF and _OF.match(behind):
        return after
    if not number.named and number.start - (mentions[before].end if before >= 0 else -_FARTHEST) > _FARTHEST_DIRECT:
        return None
    if before >= 0 and number.start - mentions[before].end < _FARTHEST:
        return before
    return after if number.named and behind is not None and len(behind) < _FARTHEST_BEHIND else None


def merged(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Drop what another citation says more exactly: the bare document, and the section without its version."""
    every = list({(one.document, one.section, one.version): one for one in citations}.values())
    with_section = {one.document for one in every if one.section}
    with_version = {(one.document, one.section) for one in every if one.version}
    return tuple(
        one
        for one in every
        if not (one.section is None and one.document in with_section)
        and not (one.version is None and (one.document, one.section) in with_version)
    )
