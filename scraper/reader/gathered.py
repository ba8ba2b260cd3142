"""The facts of a thread as they are gathered, comment by comment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ca_incidents.schema.model import ActionKind, ActionStatus, Citation, Doubt, Event, RelatedBug, Template
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.dates import Moment, Setting
from ca_incidents.scraper.reader.text.lines import Line
from ca_incidents.scraper.sources.bug import WireComment, one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action item as one comment states it; `text` is its description and is never stored by itself."""

    text: str
    kind: ActionKind | None = None
    due: str | None = None
    status: ActionStatus | None = None
    completed: str | None = None
    source: int = 0


LONGEST_DOUBT = 40


LONGEST_FIELD = 1_000


MOST_WORDS = 4


MOST_DOUBTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One comment, taken apart: folded text, lines, sections, template, and the setting of its dates."""

    comment: WireComment
    text: str
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    template: Template
    setting: Setting

    @property
    def number(self) -> int:
        """The comment's number."""
        return self.comment.number

    def named(self, *slugs: str) -> tuple[Section, ...]:
        """Give the sections with these slugs, in reading order."""
        return tuple(section for section in self.sections if section.slug in slugs)


@dataclass(slots=True)
class Gathered:
    """Facts gathered so far, in the order of the comments; the newest single value wins."""

    single: dict[str, object] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    crtsh: dict[int, None] = field(default_factory=dict)
    sha256: dict[str, None] = field(default_factory=dict)
    attachments: dict[int, None] = field(default_factory=dict)
    policies: list[Citation] = field(default_factory=list)
    timeline: dict[tuple[str, str], Event] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    related: dict[int, RelatedBug] = field(default_factory=dict)
    closure: int | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def put(self, path: str, value: object, source: int) -> None:
        """Take a single value, where there is one."""
        if value is not None:
            self.single[path] = value
            self.sources[path] = source

    def doubt(self, kind: str, where: str, text: str | None, source: int) -> None:
        """Note something that was not understood; the fragment is cut short and freed of addresses."""
        fragment = _fragment(one_line(text[:LONGEST_FIELD])) if text else ""
        one = Doubt(kind=kind, where=where, text=fragment or None, source=source)
        if one not in self.doubts and len(self.doubts) < MOST_DOUBTS:
            self.doubts.append(one)


def _fragment(text: str) -> str:
    """Cut a text to its first words: other people's prose stays where it is."""
    words = text.split(" ")
    fragment = " ".join(words[:MOST_WORDS])
    if len(words) <= MOST_WORDS and len(fragment) <= LONGEST_DOUBT:
        return fragment
    return fragment[: LONGEST_DOUBT - 1].rstrip() + "…"


def _doubt_moments(found: Iterable[Moment], gathered: Gathered, where: str, source: int) -> None:
    for moment in found:
        if moment.unsettled:
            kind = "ambiguous-date" if moment.precision == "ambiguous" else "zone-means-several"
            gathered.doubt(kind, where, moment.unsettled, source)
