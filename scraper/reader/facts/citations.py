"""Rules that a text cites: document, section, version; a section belongs to the nearest document in its clause."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from ca_incidents.schema.model import Citation
from ca_incidents.schema.tables.policies import Mention, Policies
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.cited_as_rule import is_cited, kept_in
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.facts.section_or_version import (
    KEYWORD,
    REQUIREMENT,
    VERSION,
    Number,
    list_at,
    numbers_in,
    owner_of,
    requirements_in,
    versions_of,
)
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.lines import paragraphs
from ca_incidents.scraper.reader.text.sentences import clauses_of, without_addresses, without_quotations


def read(document: Document, context: Context) -> Found:
    """Read the rules that a report cites: first those in its field, then those in the rest of the text."""
    fields = document.named("relevant-policies", "finding")
    listed, rest = _listed(fields, context.policies), _outside(fields, document)
    if document.is_cut:
        listed, rest = without_broken_title(listed), without_broken_title(rest)
    in_field = citations_in(listed, context.policies, listed=True)
    every = (*in_field, *citations_in(rest, context.policies, field=in_field))
    return Found(
        citations=tuple(
            Citation(document=one.document, section=one.section, version=one.version, source=document.number)
            for one in every
            # A later comment names many documents in passing; it cites a rule by the number of its section.
            if context.is_report or "." in (one.section or "")
        )
    )


def _listed(fields: Sequence[Section], policies: Policies) -> str:
    """Return the text of the fields without quotations: a rule that is quoted cites further rules."""
    own = [
        _cited_by_auditor(line.text)
        if section.slug == "finding"
        else _cited_in_quotation(line.text, policies)
        if line.quoted
        else line.text
        for section in fields
        for line in section.lines()
        if not (line.quoted and section.slug == "finding")
    ]
    every = [line for section in fields for line in section.lines()]
    return "\n".join([line.text for line in every] if all(line.quoted for line in every) else own)


def _cited_in_quotation(text: str, policies: Policies) -> str:
    """Keep the sections that a quoted rule refers to; what else it says is about the rule, not about the incident."""
    found = [
        number.text for at in KEYWORD.finditer(text) for number in list_at(text, at.end(), named=True, letter=False)
    ]
    if found and policies.mentions(text):
        return text
    return "\n".join(f"section {number}" for number in found if "." in number)


def _outside(fields: Sequence[Section], document: Document) -> str:
    inside = {line.number for section in fields for line in (section.line, *section.body)}
    others = [line for line in document.lines if line.number not in inside]
    if sum(line.quoted for line in others) * 2 < len(others):
        others = [line for line in others if not line.quoted]
    return "\n".join(paragraphs(others))


def _cited_by_auditor(text: str) -> str:
    """Remove what a finding quotes, except identifiers of requirements.

    An auditor's finding is a quotation: the rule is named beside it, the documents in it are its subject.
    """
    own = without_quotations(text)
    quoted = (one.text for one in requirements_in(text) if REQUIREMENT.match(one.text) and one.text not in own)
    return " ".join([own, *quoted])


_LONGEST_TITLE = 300
_BROKEN_TITLE = re.compile(
    r"(?:(?:CA/?B\w*|Forum(?:'s)?|TLS|SSL|Server|Certificate) ){0,4}Baseline Requirements?"
    r"(?: for(?![\w ,&/-]{0,80}\b(?:TLS|SSL)\b)[\w ,&/-]{0,80})?\s*\Z",
    re.I,
)


def without_broken_title(text: str) -> str:
    """Remove a title at the end of a cut text: "Baseline Requirements for…" does not say which ones."""
    return text[:-_LONGEST_TITLE] + _BROKEN_TITLE.sub("", text[-_LONGEST_TITLE:])


# Sections that only the TLS Baseline Requirements have, and those on the duty to revoke, which are theirs if the text
# is about no other kind of certificate.
_TLS_ALONE = re.compile(
    r"(?:\bsections?|§) ?#?"
    r"(3\.2\.2\.(?:[45]\.[0-9]{1,2}|[89])|4\.9\.1\.[12]|7\.1\.2\.[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9]{1,2})?)"
    r"(?![0-9a-z]|\.[0-9])(?! (?:of|in|from) )",
    re.I,
)
# Sections that only the EV Guidelines have: in the Baseline Requirements, chapter 9.2 ends with 9.2.3, and there are no
# chapters after 9.
_GUIDELINES_ALONE = re.compile(
    r"(?:\bsections?|§) ?#?(9\.2\.[4-9]|1[0-7]\.[0-9]{1,2}(?:\.[0-9]{1,2}){1,3})"
    r"(?![0-9a-z]|\.[0-9])(?! (?:of|in|from) )",
    re.I,
)
_OF_EV = re.compile(r"(?-i:\bEV\b)|Extended Validation|Government Entit", re.I)
_OTHER_CERTIFICATES = re.compile(r"S/?MIME|code[- ]?signing|\b(?:SBR|CSBR)s?\b", re.I)
_ANNOUNCING = re.compile(r"[ ,v0-9.()\"*-]{0,14}:\W*$")
_LINKED = re.compile(r"\[([^\[\]\n]{1,300})\]\((?:[^()\s]|\([^()\s]{0,80}\)){0,500}(?:\)|\Z)")


@dataclass(frozen=True, slots=True)
class _Above:
    """What comes before a clause: the last documents, the only citation of the clause before, one with a colon."""

    named: tuple[str, ...] = ()
    last: Citation | None = None
    announced: Citation | None = None


@dataclass(slots=True)
class _Found:
    """What the clauses cited so far.

    `rules` tells of each citation whether it is a rule for sure or only by its name; `versions` are editions named in
    passing, `requirements` those that stand without their document, and `kept` the documents that the text says were
    kept.
    """

    rules: dict[Citation, bool] = dataclass_field(default_factory=dict)
    versions: list[Citation] = dataclass_field(default_factory=list)
    requirements: list[Citation] = dataclass_field(default_factory=list)
    kept: set[str] = dataclass_field(default_factory=set)

    def put(self, one: Citation, *, cited: bool | None, background: bool) -> None:
        """Add a citation of a clause; `cited` is None for a document that is merely named."""
        # An edition of the CA's own document is named where it is what was disclosed or kept.
        own_edition = one.document == "cp-cps" and one.version
        if one.section or own_edition or cited:
            self.rules[one] = True
        elif cited is None and not background:
            self.rules.setdefault(one, False)
        elif one.version:
            self.versions.append(one)

    def settled(self, field: Sequence[Citation]) -> tuple[Citation, ...]:
        """Return the citations that count, after the complete text was read."""
        rules = [one for one, surely in self.rules.items() if surely or one.document not in self.kept]
        if not any(one.document == "etsi" and one.section for one in field):
            rules.extend(self.requirements)
        bare = {one.document for one in rules if one.section is None}
        return tuple(dict.fromkeys([*rules, *(one for one in self.versions if one.document in bare)]))


def citations_in(
    text: str, policies: Policies, *, listed: bool = False, field: Sequence[Citation] = ()
) -> tuple[Citation, ...]:
    """Find the rules that a text cites, in reading order, without source numbers.

    A document without a section counts where the text lists policies (`listed`) or where its clause speaks of keeping
    or breaking it; else by its name, unless the text says elsewhere that it was kept, or the report's `field` of
    policies cites rules: what stands elsewhere is background then.
    """
    every = policies.mentions(text)
    found, above, meant = _Found(), _Above(), _meant_by_br(text, every)
    alone = {} if listed else _alone_in(text)
    lone = not listed and len({one.document for one in every}) == 1
    named = _named_by_address(text, policies)
    for clause in clauses_of(without_addresses(_LINKED.sub(r"\1 ", named))):
        mentions = tuple(_special(one, clause, meant) for one in _joined(clause, policies.mentions(clause)))
        if REQUIREMENT.search(clause):
            found.requirements.extend(Citation(document="etsi", section=one.text) for one in requirements_in(clause))
        if mentions:
            kept = frozenset() if listed else frozenset(kept_in(clause, mentions))
            found.kept.update(mentions[index].document for index in kept)
            cited = tuple(_in_clause(clause, mentions, kept=kept))
            for mention, one in cited:
                if one.document == "cp-cps" and not one.section and _WORDING.search(clause):
                    continue
                found.put(one, cited=is_cited(clause, mention, listed=listed), background=bool(field))
            above = _above(clause, mentions, cited)
        else:
            below = tuple(_unnamed(clause, above) if listed else _below(clause, above, alone))
            if listed and not below and above.last:
                below = tuple(_of_last(clause, above.last))
            found.rules.update(dict.fromkeys(below, True))
            if clause.strip() and not below and not lone:
                above = _Above(above.named)
    return found.settled(field)


_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s()<>\]#?]+[^\s()<>\]#?.,:])/?(?:#([0-9]{1,4})-[\w-]*)?")


def _named_by_address(text: str, policies: Policies) -> str:
    """Put the titles of documents in the place of their addresses; an anchor such as `#512-ecdsa` names a section."""
    titles = {
        one.url.partition("://")[2].removeprefix("www.").rstrip("/"): one.title
        for one in policies.documents
        if one.url and not one.section_url
    }

    def name(match: re.Match[str]) -> str:
        title = titles.get(match[1].rstrip("/"))
        section = f" section {'.'.join(match[2])}" if match[2] else ""
        return f"{title}{section}" if title else match[0]

    return _ADDRESS.sub(name, text)


# What every CA has to do with its CPS is the wording of a rule about it.
_WORDING = re.compile(r"\b(?:The|Each|Every) (?:Issuing )?CA(?: operator)? (?:SHALL|MUST)\b")
_PLAIN_BR = re.compile(
    r"(?:CA/?B(?:rowser)? Forum(?:'s)? |CABF? |CA/B )?(?:BRs?|Base?line Requirements?)(?! \(?for (?:TLS|SSL|server))\b",
    re.I,
)
_SPECIAL_BRS = ("smime-br", "cs-br")


def _meant_by_br(text: str, named: Sequence[Mention]) -> str:
    """Return the document that "the BRs" means: the only special ones that a text names, else those for TLS."""
    special = {one.document for one in named} & {*_SPECIAL_BRS}
    for_tls = any(one.document == "tls-br" and not _is_plain(text, one) for one in named)
    return special.pop() if len(special) == 1 and not for_tls else "tls-br"


def _special(mention: Mention, clause: str, meant: str) -> Mention:
    is_plain = mention.document == "tls-br" and _is_plain(clause, mention)
    return Mention(meant, mention.start, mention.end) if is_plain else mention


def _is_plain(text: str, mention: Mention) -> bool:
    match = _PLAIN_BR.match(text, mention.start)
    return match is not None and match.end() == mention.end


def _alone_in(text: str) -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of the sections that identify their document without naming it, by document."""
    tls = {} if _OTHER_CERTIFICATES.search(text) else {"tls-br": _TLS_ALONE}
    return {**tls, "ev-guidelines": _GUIDELINES_ALONE} if _OF_EV.search(text) else tls


def _above(clause: str, mentions: Sequence[Mention], cited: Sequence[tuple[Mention, Citation]]) -> _Above:
    """Record what this clause names, for the clauses after it."""
    named = tuple(dict.fromkeys(mention.document for mention in mentions))
    announcing = [one for mention, one in cited if one.section is None and _ANNOUNCING.match(clause, mention.end)]
    return _Above(
        named=named,
        last=cited[-1][1] if cited and len(named) == 1 else None,
        announced=announcing[-1] if announcing else None,
    )


def _below(clause: str, above: _Above, alone: Mapping[str, re.Pattern[str]]) -> Iterator[Citation]:
    """Find the sections in a clause without a document: of the document before it, or of the only one that has them."""
    item = _ITEM.match(clause) if above.announced else None
    carried = tuple(_of_last(clause, above.last)) if above.last else ()
    if above.announced and item:
        yield Citation(document=above.announced.document, section=item[1], version=above.announced.version)
    elif carried:
        yield from carried
    elif len(above.named) == 1 and (same := [one for one in numbers_in(clause, ()) if _OF_SAME.match(clause, one.end)]):
        yield from (Citation(document=above.named[0], section=one.text) for one in same)
    elif "cp-cps" not in above.named:
        for document, sections in alone.items():
            yield from (Citation(document=document, section=match[1]) for match in sections.finditer(clause))


def _of_last(clause: str, last: Citation) -> Iterator[Citation]:
    yield from (Citation(document=last.document, section=each, version=last.version) for each in _carried(clause))


_ABBREVIATED = re.compile(r" ?[(\[]\"?\Z")


def _joined(clause: str, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Treat a name and its abbreviation in brackets, "Baseline Requirements (BR)", as one mention."""
    joined: list[Mention] = []
    for mention in mentions:
        last = joined[-1] if joined else None
        if last and last.document == mention.document and _ABBREVIATED.fullmatch(clause[last.end : mention.start]):
            closing = re.match(r"\"?[)\]]", clause[mention.end : mention.end + 2])
            joined[-1] = Mention(last.document, last.start, mention.end + (len(closing[0]) if closing else 0))
        else:
            joined.append(mention)
    return tuple(joined)


_ELSEWHERE = re.compile(r"^[\w\s,.()\"'-]{0,40}?\b(?:of|in|from) (?:the|our|its|this|that|my|an?) (?!same\b)")
_OF_SAME = re.compile(
    r"[ ,]{1,2}(?:of|in|from) (?:the|that) same (?:document|policy|requirements?|standard|BRs?)\b", re.I
)


def _carried(clause: str) -> Iterator[str]:
    """Find the sections in a sentence whose predecessor named their document."""
    for number in numbers_in(clause, ()):
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
_STANDARD = re.compile(
    r"\bX\.(?:5[0-9]{2}|6[0-9]{2})\b|\bISO(?:/IEC)? [0-9]{4,5}(?:-[0-9])?\b|\bSP ?800-[0-9]{1,3}\b"
    r"|\bFIPS(?: PUB)? [0-9]{3}(?:-[0-9])?\b|\beIDAS\b|\bRegulation \(EU\)",
)
_ITEM = re.compile(r"^\W*(?:section )?([1-9][0-9]?(?:\.[0-9]{1,2}){1,6})(?=\W*$|[.:]{0,2} [A-Z])", re.I)


def _unnamed(clause: str, above: _Above) -> Iterator[Citation]:
    """Read an item of a list of policies that names no known document.

    It holds a section of the documents named above it, a section that only one document has, or another title.
    """
    named, last = above.named, above.last
    codes = tuple(requirements_in(clause)) if named == ("etsi",) else ()
    section = _ITEM.match(clause)
    profile = _TLS_PROFILE.match(clause)
    if codes:
        yield from (Citation(document="etsi", section=code.text) for code in codes)
    elif section and named:
        version = last.version if last and named == (last.document,) else None
        yield from (Citation(document=document, section=section[1], version=version) for document in named)
    elif profile:
        yield Citation(document="tls-br", section=profile[1])
    elif standard := _STANDARD.search(clause):
        keyword = KEYWORD.search(clause, standard.end())
        sections = [n.text for n in list_at(clause, keyword.end(), named=True, letter=False)] if keyword else []
        yield from (Citation(document="other", section=section) for section in sections)
        if not sections:
            yield Citation(document="other")
    elif title := _TITLE.match(clause) or _WHOLE_TITLE.match(clause):
        edition = VERSION.search(clause, title.end())
        yield Citation(document="other", version=edition[1] if edition else None)


def _in_clause(
    clause: str, mentions: tuple[Mention, ...], *, kept: Collection[int]
) -> Iterator[tuple[Mention, Citation]]:
    versions = versions_of(clause, mentions)
    numbers: dict[int, list[Number]] = {}
    starts = [mention.start for mention in mentions]
    for number in numbers_in(clause, mentions):
        owner = owner_of(clause, number, starts, mentions)
        if owner is not None:
            numbers.setdefault(owner, []).append(number)
    for index, mention in enumerate(mentions):
        if index in kept:
            continue
        known = [] if mention.document.startswith("rfc") else versions.get(index, [])
        for number in numbers.get(index, []):
            # "version 1.2, section 3 to version 1.4, section 5": the version before the section, else the first.
            before = [version for at, version in known if at < number.start]
            version = before[-1] if before else known[0][1] if known else None
            yield mention, Citation(document=mention.document, section=number.text, version=version)
        if index not in numbers:
            yield mention, Citation(document=mention.document, version=known[0][1] if known else None)


def merged(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Remove what another citation says more precisely: the bare document, and the section without its version."""
    every = list({(one.document, one.section, one.version): one for one in citations}.values())
    with_section = {one.document for one in every if one.section}
    with_version = {(one.document, one.section) for one in every if one.version}
    return tuple(
        one
        for one in every
        if not (one.section is None and one.document in with_section)
        and not (one.version is None and (one.document, one.section) in with_version)
    )
