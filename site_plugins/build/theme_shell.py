"""The theme's page as a shell: rendered once per kind and depth of page, then filled for every page of that kind.

The shell holds only where the theme decides nothing by the page itself; a test compares filled with rendered pages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ca_incidents.site_plugins.pages.page import Section

# Placeholders that no template prints and no theme filter changes.
TITLE = "ciSlotTitle"
DESCRIPTION = "ciSlotDescription"
CANONICAL = "ciSlotCanonical"
CONTENT = "<h1>ciSlotContent</h1>"
FEED = "ciSlotFeed"
PICTURE = "ciSlotPicture"
FIRST = Section("ciSlotFirst", "ciSlotFirstTitle")
SECOND = Section("ciSlotSecond", "ciSlotSecondTitle")
_CONTENTS = "ciSlotContents"
_SLOT = re.compile("|".join(map(re.escape, (TITLE, DESCRIPTION, CANONICAL, CONTENT, FEED, PICTURE, _CONTENTS))))


class ShellMismatch(Exception):
    """The theme's page does not show a slot where it must be; the text says which."""


@dataclass(frozen=True, slots=True)
class Shell:
    """A rendered page cut at its slots.

    `inside` is the text between the id and the title of an entry of the contents, `between` from one entry to the next.
    """

    pieces: tuple[str, ...]
    slots: tuple[str, ...]
    inside: str
    between: str

    def fill(
        self,
        *,
        title: str,
        description: str,
        canonical: str,
        content: str,
        sections: Sequence[Section],
        feed: str = "",
        picture: str = "",
    ) -> str:
        """Put a page's values, already escaped, into the slots."""
        values = {
            TITLE: title,
            DESCRIPTION: description,
            CANONICAL: canonical,
            CONTENT: content,
            FEED: feed,
            PICTURE: picture,
            _CONTENTS: self._contents(sections),
        }
        parts = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            parts += values[slot], piece
        return "".join(parts)

    def _contents(self, sections: Sequence[Section]) -> str:
        return self.between.join(f"{section.id}{self.inside}{section.title}" for section in sections)


def compact(rendered: str) -> str:
    """Drop white space that shows nothing, a third of the theme's page; the article is left as it is.

    Between tags, after an opening and before a closing one it is dropped, elsewhere one line break is left.
    """
    before, start, rest = rendered.partition("<article")
    article, end, after = rest.partition("</article>")
    return f"{_compacted(before)}{start}{article}{end}{_compacted(after)}"


def _compacted(text: str) -> str:
    text = re.sub(r"\s*\n\s*", "\n", text)
    text = re.sub(r"(?<=>)\n(?=<)|\n(?=</)", "", text)
    return re.sub(r"(<[a-z][^<>]*>)\n", r"\1", text)


def cut(rendered: str, *, with_sections: bool) -> Shell:
    """Cut a page that the theme rendered with the slot words in its places.

    Raises ShellMismatch where the theme left a slot out or showed the contents in another shape.
    """
    inside = between = ""
    if with_sections:
        rendered, inside, between = _contents_cut(rendered)
    for slot in (TITLE, CONTENT):
        if slot not in rendered:
            raise ShellMismatch(f"the theme shows no {slot}")
    return Shell(tuple(_SLOT.split(rendered)), tuple(_SLOT.findall(rendered)), inside, between)


def _contents_cut(rendered: str) -> tuple[str, str, str]:
    found = re.search(
        f"{FIRST.id}(?P<inside>.*?){FIRST.title}(?P<between>.*?){SECOND.id}(?P<again>.*?){SECOND.title}", rendered, re.S
    )
    if not found or found["inside"] != found["again"]:
        raise ShellMismatch("the theme shows the table of contents in a shape that cannot be repeated")
    text = f"{rendered[: found.start()]}{_CONTENTS}{rendered[found.end() :]}"
    return text, found["inside"], found["between"]
