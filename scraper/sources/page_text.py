"""The plain text of a bug's page, as a web archive or a clipboard stores it: relative ages, but no dates.

Two shapes are known. One begins with the title, has each part on a line of its own and keeps the heads of comments
(`Comment 2•4 years ago`). The other begins with `Open Bug 123 Opened 2 months ago`, has blank lines between all parts
and the status, and mostly no heads. Either may be cut off anywhere.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ca_incidents.scraper.sources.bug import Person, WireBug, WireComment, number_in, one_line, person, said

_BUG = re.compile(r"(?:Open|Closed)\s+Bug\s+(?P<number>[0-9]{1,9})\b.{0,300}")
_HEAD = re.compile(r"(?:Comment (?P<number>[0-9]+)|(?P<other>Updated|Description))\s*•.*")
_BARE_DESCRIPTION = "Description"
_RULE = re.compile(r"\s*\|+\s*")
_ROLE = re.compile(r"(?P<role>[A-Z][\w ,]*?)\s*\|\s*\|\|\s*")
_PLACE = re.compile(r"\((?P<product>[^()]+?) :: (?P<component>[^()]+?)(?:,[^()]*)?\)?\Z")
_PEOPLE = re.compile(r"\(Reporter: (?P<reporter>[^,()]+)(?:, Assigned: (?P<assignee>[^,()]+))?.*")
_BOARD = re.compile(r"Whiteboard: (?P<board>.*?)\)?\Z")
_STATUS = re.compile(
    r"(?P<status>UNCONFIRMED|NEW|ASSIGNED|REOPENED|RESOLVED|VERIFIED|CLOSED)"
    r"(?:\s+(?P<resolution>FIXED|INVALID|WONTFIX|DUPLICATE|WORKSFORME|INCOMPLETE|INACTIVE|MOVED)"
    r"(?:\s+of\s+bug\s+(?P<duplicate_of>[0-9]{1,9}))?)?"
)
_BULLET = re.compile(r"(?P<indent>[ \t]*)[•◦▪][ \t]+")
# Changes of fields, which a page shows between comments: `Status: NEW → ASSIGNED`.
_CHANGE = re.compile(
    r"(?:Assignee|Status|Ever confirmed|Resolution|Closed|Whiteboard|Summary|Flags|Keywords|Severity|Priority|Type|"
    r"Product|Component|Version|Depends on|Blocks|See Also|Duplicate of this bug|Has STR|Regressions):\s.*"
)
_ARROW = " → "
# Longer lines are never a page's own words, and would cost the patterns above much time.
_LONGEST = 1_000
# A page's own head has few lines; what a comment quotes of another page stands further down.
_HEAD_LINES = 12
_TITLES = ("Categories", "Tracking", "People", "References", "Details", "Attachments", "Security", "User Story")


@dataclass(slots=True)
class _Part:
    number: int | None
    role: str | None
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Top:
    """What stands above the description: the bug's number, its title, and the lines of each module."""

    number: int | None = None
    title: str = ""
    modules: dict[str, list[str]] = field(default_factory=dict)
    description: int = 0

    def find(self, module: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the first match of a pattern in the lines of a module."""
        return next((found for line in self.modules.get(module, ()) if (found := pattern.search(line))), None)


def recognises(text: str) -> bool:
    """Return whether a text is a bug's page: it begins like one of the two shapes."""
    first = [line.strip() for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    if not first or first[0].startswith("<"):
        return False
    return _BUG.fullmatch(first[0]) is not None or ("Categories" in first[1:] and " :: " in "\n".join(first))


def number_of(text: str) -> int | None:
    """Return the bug's number where the text says it."""
    return _top(_lines(text)).number


def read(text: str, number: int) -> WireBug | None:
    """Read one bug as far as its text goes; None if it ends before the title.

    All times are absent: ages such as "4 years ago" are not times.
    """
    lines = _lines(text)
    top = _top(lines)
    if not top.title:
        return None
    place, people = top.find("Categories", _PLACE), top.find("People", _PEOPLE)
    board, state = top.find("Details", _BOARD), top.find("Tracking", _STATUS)
    by_role = {
        "Reporter": person(people["reporter"].strip()) if people else Person(),
        "Assignee": person(people["assignee"].strip()) if people and people["assignee"] else Person(),
    }
    duplicate_of = state["duplicate_of"] if state else None
    return WireBug(
        id=number,
        summary=one_line(top.title),
        status=state["status"] if state else None,
        resolution=state["resolution"] if state else None,
        whiteboard=one_line(board["board"].strip()) if board else "",
        product=one_line(place["product"].strip()) if place else None,
        component=one_line(place["component"].strip()) if place else None,
        reporter=by_role["Reporter"],
        duplicate_of=number_in(duplicate_of) if duplicate_of else None,
        comments=tuple(_comments(lines[top.description :], by_role)),
        partial=True,
    )


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def _top(lines: Sequence[str]) -> _Top:
    """Read what stands above the description, and find where that begins."""
    top = _Top()
    module: str | None = None
    for at, line in enumerate(lines):
        words = line.strip()[:_LONGEST]
        head = _BUG.fullmatch(words)
        if not words:
            continue
        if head and not top.title and top.number is None:
            top.number = number_in(head["number"])
        elif not top.title:
            top.title = words
        elif words in _TITLES and words not in top.modules:
            module = words
            top.modules[module] = []
        elif module is not None and _belongs(words, module, top):
            top.modules[module].append(words)
        else:
            top.description = at
            return top
    top.description = len(lines)
    return top


def _belongs(words: str, module: str, top: _Top) -> bool:
    """Return whether a line belongs to a module: one in brackets, or the bug's status."""
    if words.startswith("("):
        return not top.modules[module] or words.endswith(")")
    return module == "Tracking" and _STATUS.fullmatch(words) is not None


def _comments(lines: list[str], by_role: dict[str, Person]) -> Iterator[WireComment]:
    parts = list(_parts(lines))
    # Where no head follows, nobody knows whether the text goes on, or whether the head of another comment is lost.
    last = parts[-1]
    seen: set[int] = set()
    for part in sorted((p for p in parts if p.number is not None), key=lambda p: p.number or 0):
        text = said("\n".join(_without_changes(part.lines)).strip())
        if part.number is None or part.number in seen or (part.number == 0 and not text):
            continue
        seen.add(part.number)
        who = by_role.get(part.role or "", Person()) if part.number else by_role["Reporter"]
        yield WireComment(number=part.number, at=None, person=who, text=text, cut=part is last)


def _parts(lines: list[str]) -> Iterator[_Part]:
    """Split the text at the heads of comments; everything before the first head is the description."""
    part = _Part(0, None)
    role: str | None = None
    for i, line in enumerate(lines):
        head = _HEAD.fullmatch(line.strip()[:_LONGEST])
        bare = line.strip() == _BARE_DESCRIPTION and (lines[i + 1].strip() if i + 1 < len(lines) else "") == "•"
        if head or bare:
            yield part
            number = number_in(head["number"]) if head and head["number"] else None
            part = _Part(0 if bare or (head and head["other"] == _BARE_DESCRIPTION) else number, role)
            role = None
        elif len(line) <= _LONGEST and (said_role := _ROLE.fullmatch(line)):
            role = said_role["role"].split(",")[0].strip()
        elif not _RULE.fullmatch(line) and line.strip() != "•":
            part.lines.append(as_written(line))
    yield part


def as_written(line: str) -> str:
    """Return a line of rendered text as somebody would have written it: a bullet becomes that of a list."""
    return _BULLET.sub(r"\g<indent>* ", line, count=1) if _BULLET.match(line) else line


def _without_changes(lines: list[str]) -> Iterator[str]:
    """Leave out the changes of fields: lines with a field's label that stand together, one of them with an arrow."""
    run: list[str] = []
    for line in [*lines, ""]:
        if len(line) <= _LONGEST and _CHANGE.fullmatch(line):
            run.append(line)
            continue
        if not any(_ARROW in changed for changed in run):
            yield from run
        run = []
        yield line
