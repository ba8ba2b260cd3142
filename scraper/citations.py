"""Rules that a text cites: document, section and version, each section with the nearest document of its clause."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from schema.model import Citation
from schema.policies import Mention, Policies

_LINK = re.compile(r"\]\([^()\s]{0,500}\)")
_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_CLAUSE_END = re.compile(r"[;\n]|(?:(?<=[a-z)0-9\"'])|(?<=[A-Z]{2}))[.?!](?=\s+[A-Z\"])")
_KEYWORD = re.compile(
    r"(?:\b(?:stated|required|defined|specified|described) in (?=[0-9]+\.[0-9]+\.[0-9])"
    r"|\bsections?\b|\bsec(?:t)?\.|\bs\.?(?=[0-9]+\.)|§{1,2}|\bchapters?\b|\bclauses?\b"
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
# Chapter 2 of the Baseline Requirements has no third level, and chapter 1 ends with section 1.6.
_BR_EDITION = re.compile(r"[ ,]{1,2}[Vv]?((?:2\.[0-9]|1\.[7-9])\.[0-9]{1,2})(?![0-9.])")
_BRS = frozenset({"tls-br", "smime-br", "cs-br"})
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
    r"|[0-9]{1,2}(?:\.[0-9]{1,3}){0,7}(?:\.[a-z](?![a-z])(?:\.[0-9]{1,2})?|(?<=\.[0-9])[a-z](?![0-9A-Za-z]))?"
    r"(?:\([0-9a-zA-Z]{1,4}\)){0,3})"
)
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.#§])(?<!version )(?<!\bv )(?<!v\. )[1-9](?:\.[0-9]{1,2}){2,7}"
    r"(?:\([0-9a-z]{1,3}\))?(?=[\])\"]{0,2} (?:of|in|from) )"
)
_LETTER = re.compile(r"[A-H](?=[\s,;)]|[.]?$|[.]\s)(?! (?:of|in) (?:a|an|which)\b)")
_AND = re.compile(r"(?:,? ?(?:and|&|or)|,|/) ?(?:sections? |clauses? |chapters? |§ ?)?", re.I)
_SUBITEM = re.compile(r"\. ?[a-z]\.(?: ?[0-9]{1,2}(?![0-9]|\.[0-9]))?(?![a-z])")
_VERSION = re.compile(
    r"(?:\bversions?|\brevision|\bver\.?|\bv\.?)[ :]?"
    r"([0-9]{1,2}(?:\.[0-9]{1,3}){1,3}|[0-9]{1,2}(?=,? (?:section|§)))(?![0-9])",
    re.I,
)
_DIRECT = re.compile(
    r"[ ,:#–-]{0,3}[\[(]?(?=[A-Z]{3}-[0-9])|[ ,:#–-]{1,3}(?=[0-9A-H])|[ ,:#–-]{0,2}\[(?=[0-9]{1,2}\.[0-9])"
)
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
    r"|\brequirement (?:goes|comes|came|went|takes|took)\b|\bprovide for\b|\bdefines\b|\bnot defined (?:in|by)\b",
    re.I,
)
_NOT_BINDING = re.compile(r"\b(?:do|does|did) not (?:require|apply)|n't (?:require|apply)|not a requirement", re.I)
_KEPT = re.compile(
    r"(?<!not )(?<!n't )(?<!not fully )\b(?:complied with"
    r"|(?:(?:is|are|was|were|being|be|fully) )+(?:in (?:full )?compliance|compliant|conformant|aligned|in line) with"
    r"|(?:remain\w*|stay\w*) compliant with)",
    re.I,
)
_BUT = re.compile(r"\bnot\b|\bbut\b", re.I)
_EXCEPTED = re.compile(r"\bexcept", re.I)
_FARTHEST_KEPT = 50
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


_BROKEN_TITLE = re.compile(
    r"(?:(?:CA/?B\w*|Forum(?:'s)?|TLS|SSL|Server|Certificate) ){0,4}Baseline Requirements?"
    r"(?: for[\w ,&/-]{0,80})?\s*\Z",
    re.I,
)


def without_broken_title(text: str) -> str:
    """Drop a title at the end of a text that was cut: "Baseline Requirements for…" does not say of what."""
    return text[:-_LONGEST_CLAUSE] + _BROKEN_TITLE.sub("", text[-_LONGEST_CLAUSE:])


def citations_in(text: str, policies: Policies, *, listed: bool = False) -> tuple[Citation, ...]:
    """Find the rules that a text cites, in reading order, without source numbers.

    A document without a section counts where its clause speaks of keeping or breaking it, or where the text lists
    policies (`listed`); elsewhere it is no more than a word, and only its version may complete a citation.
    """
    plain = without_addresses(text)
    found: list[Citation] = []
    versions: list[Citation] = []
    last: str | None = None
    named: tuple[str, ...] = ()
    for clause in clauses_of(plain):
        mentions = _joined(clause, policies.mentions(clause))
        if listed and not mentions:
            found.extend(_unnamed(clause, named))
        elif last and not mentions:
            found.extend(Citation(document=last, section=section) for section in _carried(clause))
        last = mentions[-1].document if len({mention.document for mention in mentions}) == 1 else None
        if mentions:
            named = tuple(dict.fromkeys(mention.document for mention in mentions))
            kept = frozenset() if listed else frozenset(_kept(clause, mentions))
            cited = tuple(_in_clause(clause, mentions, kept=kept))
            if listed or (_OBEYING.search(clause) and not _NOT_BINDING.search(clause)):
                found.extend(cited)
            else:
                bare = [one for one in cited if one.section is None]
                # An edition of the CA's own document is named where it is what was disclosed or kept.
                found.extend(one for one in bare if one.document == "cp-cps" and one.version)
                versions.extend(one for one in bare if one.version)
                found.extend(one for one in cited if one.section)
    documents = {one.document for one in found if one.section is None and one.version is None}
    return tuple(dict.fromkeys([*found, *(one for one in versions if one.document in documents)]))


_ABBREVIATED = re.compile(r" ?[(\[]\"?\Z")


def _joined(clause: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Take a name and its abbreviation in brackets, "Baseline Requirements (BR)", for one mention."""
    joined: list[Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        if last and last.document == mention.document and _ABBREVIATED.fullmatch(clause[last.end : mention.start]):
            closing = re.match(r"\"?[)\]]", clause[mention.end : mention.end + 2])
            joined[-1] = Mention(last.document, last.start, mention.end + (len(closing[0]) if closing else 0))
        else:
            joined.append(mention)
    return tuple(joined)


_IN_BRACKETS = re.compile(r"\((?:[^()\n]|\([^()\n]{0,80}\)){0,200}\)")


def clauses_of(text: str) -> Iterator[str]:
    """Cut a text at line ends, semicolons and ends of sentences."""
    if ";" in text:
        text = _IN_BRACKETS.sub(lambda match: match[0].replace(";", ","), text)
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield text[start : match.start()][:_LONGEST_CLAUSE]
        start = match.end()
    yield text[start : start + _LONGEST_CLAUSE]


_REPORTED = re.compile(r"[^.;]{0,60}?\b(?:reports?|audits?|statements?|seals?|opinions?)\b", re.I)
_CARRIED = re.compile(r"^\W*(?:(?:in particular|specifically|namely|here),? )?(?=sections? |§)", re.I)
_ELSEWHERE = re.compile(r"^[\w\s,.()\"'-]{0,40}?\b(?:of|in|from) (?:the|our|its|this|that|my|an?) ")


def _carried(clause: str) -> Iterator[str]:
    """Find the sections that a sentence begins with, where the sentence before it named their document."""
    opening = _CARRIED.match(clause)
    keyword = _KEYWORD.match(clause, opening.end()) if opening else None
    if keyword is None:
        return
    for number in _list_at(clause, keyword.end(), named=True, letter=False):
        if "." in number.text and not _ELSEWHERE.match(clause[number.end :]):
            yield number.text


# Only the TLS Baseline Requirements divide 7.1.2 into profiles with sections of their own.
_TLS_PROFILE = re.compile(r"^\W*(?:section )?(7\.1\.2\.[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,2})?)(?![0-9.]*[0-9])", re.I)
_TITLE = re.compile(
    r"^\W*(?:[A-Z][\w'&-]{1,24} ){1,6}(?:Policy|Requirements|Guidelines?|Standard|Criteria|Regulation)"
    r"(?: \([^()\n]{1,90}\))?"
    r"(?=\W*$|[ ,]{1,2}(?:v\.?|version|section|§|[–-]))"
)


_WHOLE_TITLE = re.compile(
    r"^\W*[A-Z][\w'-]{0,24}(?: [\w'/-]{1,24}){0,6} (?i:policy|requirements|guidelines|standard|regulation)\W*$"
)
_ITEM = re.compile(r"^\W*(?:section )?([1-9][0-9]?(?:\.[0-9]{1,2}){1,6})(?=\W*$|:? [A-Z])", re.I)


def _unnamed(clause: str, named: Sequence[str]) -> Iterator[Citation]:
    """Read an item of a list of policies that names no document of the table.

    It holds a section of the documents named above it, a section that only one document has, or another title.
    """
    code = _CODE.search(clause) if named == ("etsi",) else None
    section = _ITEM.match(clause)
    profile = _TLS_PROFILE.match(clause)
    if code:
        yield Citation(document="etsi", section=code[0])
    elif section and named:
        yield from (Citation(document=document, section=section[1]) for document in named)
    elif profile:
        yield Citation(document="tls-br", section=profile[1])
    elif title := _TITLE.match(clause) or _WHOLE_TITLE.match(clause):
        version = _VERSION.search(clause, title.end())
        yield Citation(document="other", version=version[1] if version else None)


def _kept(clause: str, mentions: Sequence[Mention]) -> Iterator[int]:
    """Find the documents that a clause says were kept ("are compliant with the BRs, but not with the CPS")."""
    ends = [match.end() for match in _KEPT.finditer(clause)]
    for index, mention in enumerate(mentions):
        nearest = max((end for end in ends if end <= mention.start), default=-_FARTHEST_KEPT)
        between = clause[nearest : mention.start] if nearest >= 0 else ""
        near = mention.start - nearest < _FARTHEST_KEPT
        if near and not _BUT.search(between) and not _EXCEPTED.search(clause, mention.end):
            yield index


def _in_clause(clause: str, mentions: tuple[Mention, ...], *, kept: Collection[int]) -> Iterator[Citation]:
    versions = _versions(clause, mentions)
    numbers: dict[int, list[Number]] = {}
    starts = [mention.start for mention in mentions]
    for number in _numbers(clause, mentions):
        owner = _owner(clause, number, starts, mentions)
        if owner is not None:
            numbers.setdefault(owner, []).append(number)
    for index, mention in enumerate(mentions):
        if index in kept or (
            index not in numbers and mention.document == "webtrust" and _REPORTED.match(clause[mention.end :])
        ):
            continue
        known = [] if mention.document.startswith("rfc") else versions.get(index, [])
        for number in numbers.get(index, []):
            # "version 1.2, section 3 to version 1.4, section 5": the version before the section, else the first.
            before = [version for at, version in known if at < number.start]
            version = before[-1] if before else known[0][1] if known else None
            yield Citation(document=mention.document, section=number.text, version=version)
        if index not in numbers:
            yield Citation(document=mention.document, version=known[0][1] if known else None)


def _versions(clause: str, mentions: tuple[Mention, ...]) -> dict[int, list[tuple[int, str]]]:
    """Find the versions of each mention, with their places in the clause."""
    found: dict[int, list[tuple[int, str]]] = {}
    starts = [mention.start for mention in mentions]
    for index, mention in enumerate(mentions):
        edition = _edition(clause, mention)
        if edition:
            found[index] = [(edition.start(1), edition[1])]
    editions = frozenset(found)
    for match in _VERSION.finditer(clause):
        before = bisect_right(starts, match.start()) - 1
        near = before >= 0 and match.start() - mentions[before].end < _FARTHEST_VERSION
        further = before in found and before not in editions
        after = before + 1
        if (near or further) and before not in editions:
            found.setdefault(before, []).append((match.start(), match[1]))
        elif not near and after < len(mentions) and mentions[after].start - match.end() < _FARTHEST_VERSION_BEHIND:
            found.setdefault(after, []).append((match.start(), match[1]))
    return found


def _edition(clause: str, mention: Mention) -> re.Match[str] | None:
    """Find the edition that stands bare behind a document's name; for most documents a bare number is a section."""
    if mention.document.startswith("rfc") or mention.document == "etsi":
        return None
    if mention.document in _WITH_EDITIONS and (match := _EDITION.match(clause, mention.end)):
        return match
    if mention.document in _BRS and (match := _BR_EDITION.match(clause, mention.end)):
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
        chapter = _CHAPTER.match(clause, at)
        if chapter:
            yield Number(chapter[1], chapter.start(1), chapter.end(1), named=False)
        direct = _DIRECT.match(clause, at)
        if direct and direct.end() not in taken:
            for number in _list_at(clause, direct.end(), named=False, letter=False):
                if _is_section(number.text, mention):
                    yield number
    for match in _LONG_NUMBER.finditer(clause):
        yield Number(match[0].partition("(")[0], match.start(), match.end(), named=False)
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


_CHAPTER = re.compile(r", ?([1-9])\W*$")


def _list_at(clause: str, at: int, *, named: bool, letter: bool) -> Iterator[Number]:
    while True:
        match = _NUMBER.match(clause, at) or (_LETTER.match(clause, at) if letter else None)
        if match is None:
            return
        # The letter of an item, "7.1(f)", is no part of the section's number.
        text, end = match[0].partition("(")[0].rstrip("."), match.end()
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
    if before >= 0 and len(_IN_BRACKETS.sub("", clause[mentions[before].end : number.start])) < _FARTHEST:
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
