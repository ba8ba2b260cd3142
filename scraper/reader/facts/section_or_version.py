"""The numbers of sections and the versions in a clause, and which of the documents named there each belongs to."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ca_incidents.schema.tables.policies import Mention
from ca_incidents.scraper.reader.text.sentences import without_brackets

KEYWORD = re.compile(
    r"(?:\b(?:states?|stated|required|defined|specified|described|refers?|promises?|says|points?(?: to)?|demands?"
    r"|requires?|describes?|specifies|defines|stipulates?|provides?|prohibits?|permits?|allows?)"
    r" in (?=[0-9]+\.[0-9]+\.[0-9])"
    r"|\bsections?\b|\bsec(?:t)?\.|\bs\.?(?=[0-9]+\.)|§{1,2}|\bchapters?\b|\bclauses?\b"
    r"|\bcriteri(?:on|a)\b|\bappendix\b"
    r"|\bmethods?\b(?= #?3\.2\.2\.)|\bpar(?:a|agraph)?s?\b\.?(?= ?[0-9]+\.[0-9])"
    r"|\b(?:per|under) (?=[0-9]+\.[0-9]+\.[0-9])"
    r"|#(?=[0-9]+\.[0-9]))[ :.#\[(\"'‘“]{0,3}",
    re.I,
)
# What the identifiers of requirements begin with in ETSI's standards, and in no other document.
_ETSI_PREFIX = r"(?:REQ|OVR|GEN|REV|SDP|CSS|REG|DIS|NCP|EVCP|CKG|TSS|CAR|QCS)"
_CODE = re.compile(
    rf"(?<![A-Za-z0-9-])(?:[A-Z]{{3,4}}-|{_ETSI_PREFIX}[ –_]{{1,3}}(?=[0-9.]+ ?[-–_ ] ?[0-9]{{2}}))"
    r"[0-9]{1,2}(?:\.[0-9]{1,3}){0,6}"
    r"(?: ?[-–_] ?[0-9]{1,3}[A-Z]{0,3}| [0-9]{2}[A-Z]{0,3})?(?![0-9A-Za-z-])"
)
# An identifier in this shape needs no name of its document beside it.
REQUIREMENT = re.compile(rf"{_ETSI_PREFIX}-[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,4}}-[0-9]{{2}}")
_SHORT_CODE = re.compile(r"(?:,|,? (?:and|&)) ?(-[0-9]{2,3}[A-Z]{0,3})(?![0-9A-Za-z-])")
# Of these documents a bare number such as 1.7.4 is an edition: none of their sections looks like it.
_EDITION = re.compile(r"[ ,-]{1,2}\(?(1\.[0-9]\.[0-9])(?![0-9.])")
_WITH_EDITIONS = frozenset({"ev-guidelines", "netsec"})
# Chapter 2 of the Baseline Requirements has no third level, and chapter 1 ends with section 1.6.
_BR_EDITION = re.compile(
    r"[ ,-]{1,2}\(?[Vv]?((?:2\.[0-9]|1\.[7-9])\.[0-9]{1,2}(?![0-9.])|1\.[0-6]\.[0-9](?=,? (?:sections? |§)?[2-9]\.))"
)
# A bare number before the word section, or of a document whose section stands before it, is the document's edition.
_BEFORE_SECTION = re.compile(
    r"[ ,]{1,2}[Vv]?([0-9]{1,2}(?:\.[0-9]{1,3}){1,3})"
    r"(?=[ ,]{1,3}[(\[]?(?:sections?\b|sec\.|§|chapters?\b|clauses?\b|criteri))",
    re.I,
)
_AFTER_SECTION = re.compile(r"[ ,]{1,2}([0-9]{1,2}(?:\.[0-9]{1,3}){1,3})(?![0-9.]*[0-9])")
_OF_NAMED = re.compile(
    r"(?:\bsections?|§|\bchapters?|\bclauses?) ?[0-9A-Z][0-9.]*(?:\([0-9a-z]\))?,?"
    r" (?:of|in|from) (?:the |our |its )?(?:[\w'&-]{1,20} ){0,2}$",
    re.I,
)
# The Mozilla policy's chapter 2 ends with section 2.4.
# The S/MIME Baseline Requirements' chapter 1 has no section 1.0.
_SMIME_EDITION = re.compile(r"[ ,-]{1,2}\(?[Vv]?(1\.0\.[0-9]{1,2})(?![0-9.]*[0-9])")
_MOZILLA_EDITION = re.compile(r"[ ,-]{1,2}\(?[Vv]?\.?(2\.[5-9](?:\.[0-9])?|3\.0)(?![0-9.]*[0-9])")
# The Chrome policy's chapter 1 ends with section 1.4.
_CHROME_EDITION = re.compile(r"[ ,-]{1,2}[Vv]?\.?(1\.[5-9])(?![0-9.]*[0-9])")
# No section ends in a nought.
_ROUND_EDITION = re.compile(r"[ ,-]{1,2}[Vv]?\.?([1-9]\.0)(?![0-9.]*[0-9])")
_OWN_EDITION = re.compile(r"(?<![0-9.])(?<!section )(?<!§)([0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,2})?) \Z", re.I)
# The CA's own document in the edition that was published; a section of it would have a word before its number.
_PUBLISHED = re.compile(
    r" ([0-9]{1,2}\.[0-9]{1,2})(?= (?:dates|dated|describing|published|in force|on our|effective"
    r"|(?:was|were|is|has been|to be|will be) (?:published|released|updated|approved|adopted|in force))\b)",
    re.I,
)
_GUIDELINES_EDITION = re.compile(r"[ ,]{1,2}([1-9]\.[0-9])(?![0-9.]*[0-9])")
_EDITIONS = {
    **dict.fromkeys(("ev-guidelines", "netsec"), _EDITION),
    **dict.fromkeys(("tls-br", "cs-br"), _BR_EDITION),
    "smime-br": _SMIME_EDITION,
    "mozilla": _MOZILLA_EDITION,
    "chrome": _CHROME_EDITION,
    "cp-cps": _PUBLISHED,
    "ccadb-incident": _GUIDELINES_EDITION,
}
_NUMBER = re.compile(
    rf"(?:{_ETSI_PREFIX}-[0-9]{{1,2}}(?:\.[0-9]{{1,3}}){{0,6}}(?:-[0-9]{{1,3}}[A-Z]{{0,3}})?"
    r"|[A-H](?:\.[0-9]{1,2}){1,5}"
    r"|[0-9]{1,2}(?:\.[0-9]{1,3}){0,7}(?:\.[a-zA-Z](?![a-z])(?:\.[0-9]{1,2}|\.[ivx]{1,4}(?![a-z]))?"
    r"|(?<=\.[0-9])[a-z](?![0-9A-Za-z]))?"
    r"(?:\([0-9a-zA-Z]{1,4}\)){0,3})"
)
# A number of three levels or more needs no word before it to be a section's, unless that word says whose edition it is;
# object identifiers, versions and days are none.
_BARE = re.compile(
    r"(?<![0-9A-Za-z.#§/=_-])(?<![Vv]ersion )(?<![Rr]elease )(?<!\bv )(?<!v\. )"
    r"(?!1\.[0-3]\.[0-9]{1,2}\.1\.|2\.(?:5|16|23)\.)"
    r"([1-9](?:\.[1-9][0-9]?){2,7}|1[0-7](?:\.[1-9][0-9]?){2})(?: ?\([0-9a-z]{1,3}\))?"
    r"(?![0-9A-Za-z/-]|\.[0-9]|\.[a-z](?![a-z]))"
)
_OF_ANOTHER = re.compile(r"(?:[a-z0-9,)]|^)\W*\b(?!(?:BRs?|CPS|In|Under|Per|See)\b)[A-Z][\w-]* \Z")
_LETTER = re.compile(r"[A-H](?=[\s,;)]|[.]?$|[.]\s)(?! (?:of|in) (?:a|an|which)\b)")
# The item of a section, "4.9.1.1 (12)" or "4.9.1.1 point 12", may stand before the next section of the list.
_AND = re.compile(
    r"(?:,? (?:paragraph|item|bullet|point|number|no\.?|reason) ?\(?[0-9a-z]{1,3}\)?| \((?-i:[0-9a-z]{1,3}|[A-Z])\))?"
    r"(?:,? ?(?:and|&|or|(?:in (?:combination|conjunction)|together|along) with|as well as|plus)(?: (?:in|of))?|,|/)"
    r" ?(?:(?:sub)?sections? |clauses? |chapters? |appendix |§ ?)?",
    re.I,
)
_SUBITEM = re.compile(r"\. ?[a-z]\.(?: ?[0-9]{1,2}(?![0-9]|\.[0-9]))?(?![a-z])")
VERSION = re.compile(
    r"(?:\bversions?|\brevision|\bver\.?|\bv\.?)[ :]?"
    r"([0-9]{1,2}(?:\.[0-9]{1,3}){1,3}|[0-9]{1,2}(?=,? (?:section|§)))(?![0-9])",
    re.I,
)
_DIRECT = re.compile(
    r"'s? \"?(?=[0-9]{1,2}\.[0-9]{1,2}\.[0-9])"
    r"|(?=[0-9]\.[0-9])|[ ,:#–-]{0,3}[\[(]?(?=[A-Z]{3}-[0-9])| \((?=[0-9]{1,2}\.[0-9]{1,2}(?:[a-z.)]| ?[–-]))"
    r"|[ ,:#–-]{1,3}(?=[0-9A-H])| in (?=[0-9]{1,2}\.[0-9]{1,2}\.[0-9])|[ ,:#–-]{0,2}\[(?=[0-9]{1,2}\.[0-9])"
)
_OF = re.compile(
    r"[\])\"' ,]{0,3}(?:[(\"][^()\"]{1,90}[)\"][ ,]{0,2}|[A-Z–-][A-Za-z/ –-]{0,60}[\"'’”]? )?"
    r"(?:of|in(?! (?:accordance|compliance|line|conformity|violation|breach"
    r"|combination|conjunction|connection|addition)\b)"
    r"|from|under|within) (?:the |our |its |their |every |each |one |this |current |latest "
    r"|applicable )*"
    r"(?:[\w.'&-]{1,20} ){0,2}?[\"'\[(]{0,2}$"
)
_CHAPTER = re.compile(r", ?([1-9])\W*$")
_FARTHEST_VERSION = 60
_VERSION_OF = re.compile(r"\)? of (?:[\w'’-]{1,20} ){0,4}")
_FARTHEST_VERSION_BEHIND = 12
_FARTHEST_BEHIND = 40
_FARTHEST_ALONE = 300
_FARTHEST_OF = 110
_POLICIES = frozenset({"mozilla", "chrome", "ccadb-policy", "apple", "microsoft"})
_OF_POLICY = re.compile(r" of (?:the |this |that |said )?policy\b", re.I)
_FARTHEST_DIRECT = 40
# "the BRs say in section 4.9.10 that …, and in section 4.10.2 that …"
_IN_SECTION = re.compile(r",? and in (?:sections?|§) ?[0-9.]+\Z", re.I)
_CONTEXT = 40
_FARTHEST = 90


@dataclass(frozen=True, slots=True)
class Number:
    """A section's number in a clause, and whether a word such as "section" stood before it."""

    text: str
    start: int
    end: int
    named: bool


def versions_of(clause: str, mentions: tuple[Mention, ...]) -> dict[int, list[tuple[int, str]]]:
    """Find the versions of each mention, with their places in the clause."""
    found: dict[int, list[tuple[int, str]]] = {}
    starts = [mention.start for mention in mentions]
    for index, mention in enumerate(mentions):
        edition = _edition(clause, mention)
        if edition:
            found[index] = [(edition.start(1), edition[1])]
        elif mention.document == "cp-cps" and (before_it := _OWN_EDITION.search(clause[: mention.start][-40:])):
            found[index] = [(mention.start, before_it[1])]
    editions = frozenset(found)
    for match in VERSION.finditer(clause):
        before = bisect_right(starts, match.start()) - 1
        near = before >= 0 and match.start() - mentions[before].end < _FARTHEST_VERSION
        further = before in found and before not in editions
        after = before + 1
        if (near or further) and before not in editions:
            found.setdefault(before, []).append((match.start(), match[1]))
        elif not near and after < len(mentions) and _is_of(clause[match.end() : mentions[after].start]):
            found.setdefault(after, []).append((match.start(), match[1]))
    return found


def _is_of(between: str) -> bool:
    return len(between) < _FARTHEST_VERSION_BEHIND or _VERSION_OF.fullmatch(between) is not None


def _edition(clause: str, mention: Mention) -> re.Match[str] | None:
    """Find the edition that stands bare behind a document's name; for most documents a bare number is a section."""
    if mention.document.startswith("rfc") or mention.document == "etsi":
        return None
    shape = _EDITIONS.get(mention.document, _ROUND_EDITION)
    if match := shape.match(clause, mention.end) or _ROUND_EDITION.match(clause, mention.end):
        return match
    if _OF_NAMED.search(clause[max(0, mention.start - 40) : mention.start]):
        return _AFTER_SECTION.match(clause, mention.end)
    return _BEFORE_SECTION.match(clause, mention.end)


def numbers_in(clause: str, mentions: tuple[Mention, ...]) -> Iterator[Number]:
    """Find the numbers of sections in a clause, those that a word announces and those beside a document's name."""
    end, taken, editions = 0, set[int](), set[int]()
    for match in KEYWORD.finditer(clause):
        if match.start() < end:
            continue
        for number in list_at(
            clause, match.end(), named=True, letter=match[0].lower().startswith(("appendix", "section"))
        ):
            end = number.end
            taken.add(number.start)
            yield Number(number.text, match.start(), number.end, named=True)
    for mention in mentions:
        at = mention.end
        edition = _edition(clause, mention)
        if edition:
            at = edition.end()
            editions.add(edition.start(1))
        version = VERSION.match(clause, at + len(clause[at : at + 2]) - len(clause[at : at + 2].lstrip(" ,(")))
        if version:
            at = version.end()
        chapter = _CHAPTER.match(clause, at)
        if chapter:
            yield Number(chapter[1], chapter.start(1), chapter.end(1), named=False)
        at += clause.startswith(")", at) and at > mention.end
        direct = _DIRECT.match(clause, at)
        if direct and direct.end() not in taken:
            for number in list_at(clause, direct.end(), named=False, letter=False):
                if _is_section(number.text, mention):
                    taken.add(number.start)
                    yield number
    for match in _BARE.finditer(clause):
        if match.start() not in editions | taken and not _OF_ANOTHER.search(clause[: match.start()][-_CONTEXT:]):
            yield Number(match[1], match.start(), match.end(), named=True)
    if any(mention.document == "etsi" for mention in mentions):
        yield from requirements_in(clause)


def requirements_in(clause: str) -> Iterator[Number]:
    """Find the identifiers of ETSI requirements; in "REQ-6.1-02, -07" the second is REQ-6.1-07."""
    for match in _CODE.finditer(clause):
        # ETSI itself writes a hyphen where a report has a space or a dash.
        identifier = re.sub(r"[ –_-]+", "-", match[0])
        yield Number(identifier, match.start(), match.end(), named=True)
        end = match.end()
        while short := _SHORT_CODE.match(clause, end):
            yield Number(identifier.rpartition("-")[0] + short[1], short.start(1), short.end(), named=True)
            end = short.end()


def _is_section(text: str, mention: Mention) -> bool:
    """A bare number beside a document's name: a section has two parts or more, and a version ends in `.0`."""
    if text[0].isalpha():
        return True
    if mention.document in _WITH_EDITIONS and re.fullmatch(r"1\.[0-9]\.[0-9]", text):
        return False
    return text.count(".") >= (2 if mention.document in {"cp-cps", "other"} else 1) and not text.endswith(".0")


def list_at(clause: str, at: int, *, named: bool, letter: bool) -> Sequence[Number]:
    """Read one number at a place, and those joined to it by commas, "and" and the like; `letter` allows a lone one.

    All that a word announces end where the list does: what comes after it is said of each.
    """
    found: list[Number] = []
    while match := _NUMBER.match(clause, at) or (_LETTER.match(clause, at) if letter else None):
        # The letter of an item, "7.1(f)", is no part of the section's number.
        text, end = match[0].partition("(")[0].rstrip("."), match.end()
        sub = _SUBITEM.match(clause, end)
        if sub and named:
            text, end = text + sub[0].replace(" ", "").rstrip("."), sub.end()
        following = clause[end : end + 1]
        if following.isalnum() or following == "%" or (following in "-:" and clause[end + 1 : end + 2].isdigit()):
            break
        found.append(Number(text, match.start(), end, named))
        more = _AND.match(clause, end)
        if more is None:
            break
        at = more.end()
    return [replace(one, end=found[-1].end) for one in found] if named else found


def owner_of(clause: str, number: Number, starts: Sequence[int], mentions: tuple[Mention, ...]) -> int | None:
    """Find the document of a section: "of the BRs" behind it, else the nearest before it, else the nearest after it."""
    before = bisect_right(starts, number.start) - 1
    after = bisect_left(starts, number.end)
    behind = clause[number.end : mentions[after].start] if after < len(mentions) else None
    if behind is not None and len(behind) < _FARTHEST_OF and _OF.match(behind):
        return after
    if before >= 0 and mentions[before].document in _POLICIES and _OF_POLICY.match(clause, number.end):
        return before
    if not number.named and number.start - (mentions[before].end if before >= 0 else -_FARTHEST) > _FARTHEST_DIRECT:
        return None
    if number.named and len(mentions) == 1 and before >= 0 and _IN_SECTION.search(clause[: number.end][-_CONTEXT:]):
        return before
    # A section that a word announces may be far from its document where the clause names no other.
    farthest = _FARTHEST_ALONE if number.named and len({one.document for one in mentions}) == 1 else _FARTHEST
    if before >= 0 and len(without_brackets(clause[mentions[before].end : number.start])) < farthest:
        return before
    farthest = _FARTHEST_ALONE if farthest > _FARTHEST and '"' in clause else _FARTHEST_BEHIND
    return after if number.named and behind is not None and len(behind) < farthest else None
