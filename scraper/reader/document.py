"""A comment as the reader sees it: annotated once, so that no fact searches the text again.

What every comment needs is read when the document is made; the rest is read when a fact first asks for it.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ca_incidents.schema.tables import vocabulary
from ca_incidents.scraper.reader.form.fields import TIMELINES, TITLES
from ca_incidents.scraper.reader.form.sections import Section, sections_of
from ca_incidents.scraper.reader.form.templates import template_of
from ca_incidents.scraper.reader.text import identifiers
from ca_incidents.scraper.reader.text.dates import Evidence, Moment, Setting, moments, orders_in, setting_of
from ca_incidents.scraper.reader.text.lines import Line, is_shortened, lines_of, paragraphs, plain_characters, unescaped
from ca_incidents.scraper.reader.text.sentences import sentences_of, without_addresses
from ca_incidents.scraper.sources.bug import WireComment

# Bugzilla accepts 65,535 characters per comment; anything longer never came from there.
LONGEST_TEXT = 98_304


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph of the author's own words in one section, without web addresses."""

    slug: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedBug:
    """A bug that a comment mentions, and the number of the line."""

    bug: int
    line: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Document:
    """One comment with its annotations; `text` has plain characters and as many lines as the comment."""

    comment: WireComment
    text: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    template: str
    setting: Setting
    _moments: dict[str, tuple[Moment, ...]] = field(default_factory=dict, init=False, repr=False)

    @property
    def number(self) -> int:
        """The comment's number, the source of every value read here."""
        return self.comment.number

    @property
    def follows_form(self) -> bool:
        """True if the comment follows a report form of any kind."""
        return self.template != vocabulary.no_form()

    @property
    def rank(self) -> int | None:
        """The rank of the report form, lowest for the fullest; None for a closure report or a text without a form."""
        return vocabulary.generations()[self.template].rank

    @property
    def is_closure(self) -> bool:
        """True if the comment is a closure report."""
        return vocabulary.generations()[self.template].is_closure

    @property
    def author(self) -> str:
        """The organisation that the comment speaks for, else the nick of its writer."""
        return author_of(self.comment)

    @property
    def is_cut(self) -> bool:
        """True if the end of the comment is missing."""
        return self.comment.cut

    @property
    def is_too_long(self) -> bool:
        """True if part of the text was not read because the text or one of its lines is too long."""
        return len(self.comment.text or "") > LONGEST_TEXT or is_shortened(self.text)

    def named(self, *slugs: str) -> tuple[Section, ...]:
        """Return the sections of these fields, in reading order."""
        return tuple(section for section in self.sections if section.slug in slugs)

    def moments(self, text: str) -> tuple[Moment, ...]:
        """Return the dates and times in a line, cell or fragment of this document; each text is searched once."""
        found = self._moments.get(text)
        if found is None:
            found = self._moments[text] = moments(text, self.setting)
        return found

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of the complete text, whoever wrote them."""
        return tuple(sentences_of(self.text))

    @cached_property
    def prose(self) -> tuple[Prose, ...]:
        """The author's own prose by section: no question, table, timeline, quoted rule or quoted earlier comment."""
        return tuple(
            Prose(section.slug, without_addresses(text))
            for section in self.sections
            for text in self._own_words(section)
        )

    def said(self, slugs: Collection[str] | None = None) -> str:
        """Return the prose of these sections, or of all, one paragraph per line."""
        return "\n".join(prose.text for prose in self.prose if slugs is None or prose.slug in slugs)

    def _own_words(self, section: Section) -> Iterator[str]:
        if section.slug in TITLES:
            yield section.line.text
        if section.slug not in (*TIMELINES, "relevant-policies"):
            yield from paragraphs(
                line for line in section.lines() if line.kind != "row" and (self._is_mostly_quoted or not line.quoted)
            )

    @cached_property
    def _is_mostly_quoted(self) -> bool:
        """True if the quotations are what the comment has to say."""
        lines = [line for section in self.sections for line in section.lines()]
        return sum(line.quoted for line in lines) * 2 >= len(lines)

    @cached_property
    def own_lines(self) -> str:
        """The author's own lines, timelines included: no table, no quotation, no web address."""
        lines = (line.text for line in self.lines if not line.quoted and line.kind != "row")
        return without_addresses("\n".join(lines))

    @cached_property
    def crtsh_ids(self) -> tuple[int, ...]:
        """The crt.sh numbers in the text."""
        return identifiers.crtsh_ids(self.text)

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """The SHA-256 fingerprints of certificates in the text."""
        return identifiers.fingerprints(self.text)

    @cached_property
    def attachments(self) -> tuple[int, ...]:
        """The attachments that the comment creates or mentions; Bugzilla announces one in a line of its own."""
        return identifiers.attachments(self.comment.text or "")

    @cached_property
    def bugs(self) -> tuple[NamedBug, ...]:
        """The bugs in the text, each with its line."""
        text = unescaped(self.text)
        found = list(identifiers.bugs(text))
        ends = [match.start() for match in re.finditer("\n", text)] if found else []
        return tuple(dict.fromkeys(NamedBug(bug, bisect_right(ends, start) + 1) for bug, start in found))


def author_of(comment: WireComment) -> str:
    """Return the organisation that a comment speaks for, else its writer's nick."""
    return comment.person.affiliation or comment.person.nick or ""


def documents_of(comments: Sequence[WireComment]) -> tuple[Document, ...]:
    """Annotate the comments of a thread.

    Where a comment does not show the order of its numeric dates, its author's other comments decide.
    """
    texts = [_text_of(comment) for comment in comments]
    orders = [orders_in(text) for text in texts]
    by_author: dict[str, Evidence] = {}
    for comment, proven in zip(comments, orders, strict=True):
        author = author_of(comment)
        by_author[author] = by_author.get(author, frozenset()) | proven
    return tuple(
        _document(comment, text, proven or by_author[author_of(comment)])
        for comment, text, proven in zip(comments, texts, orders, strict=True)
    )


def document_of(text: str) -> Document:
    """Annotate a text that is not part of a thread."""
    return documents_of([WireComment(number=0, at=None, text=text)])[0]


def _document(comment: WireComment, text: str, orders: Evidence) -> Document:
    lines = lines_of(text)
    sections = sections_of(lines)
    return Document(
        comment=comment,
        text=text,
        lines=lines,
        sections=sections,
        template=template_of(sections, cut=comment.cut, since=comment.at),
        setting=setting_of(text, orders),
    )


def _text_of(comment: WireComment) -> str:
    text = plain_characters((comment.text or "")[:LONGEST_TEXT])
    return _without_last_token(text) if comment.cut else text


_COMPLETE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
    r"|[0-9]{1,2}(?:\.[0-9]{1,2}){2,6}[,;]"
)


def _without_last_token(text: str) -> str:
    """Remove the last word of a cut text: half a number, date or hash would be a wrong one.

    A word that the address of a link follows is complete, and so are a time with its offset and a section with a comma.
    """
    last = re.split(r"\s", text[-400:])[-1]
    if _COMPLETE.fullmatch(last):
        return text
    word, is_link, _ = last.partition("](http")
    return text[: len(text) - len(last)] + (word if is_link else "")
