"""Load YAML text as data with line numbers, and write data as canonical YAML text. The only module that imports yaml.

The loader has only the types of the schema (text, whole number, true/false, null, list, mapping): no dates, no octal or
sexagesimal numbers, no `no` for false, no tags, no anchors. It builds from libyaml's events in one loop that neither
recurses nor expands anything; the places of values are computed only if something is wrong.

The canonical form: block style for the outer mappings, one line per item in lists of mappings, flow style for short
lists of scalars, double quotes wherever YAML 1.1 and YAML 1.2 readers could disagree, LF, UTF-8.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import Any

import yaml

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import UNSEEN_CLASS, Path
from ca_incidents.schema.messages import shown
from ca_incidents.schema.record import yaml_syntax

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_ITEMS = 5_000
MAX_PROBLEMS = 50

_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:0[xob]?[0-9A-Fa-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[0-9_]*\.?[0-9_]+\.?(?:e[-+]?[0-9]+)?|\.inf|\.nan)\Z",
    re.I,
)
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None, "": None}
_OTHER_READERS_SAY_SO = frozenset("y n yes no on off true false null ~".split())
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?\Z")
_FORBIDDEN = re.compile(f"(?![\t\n])[{UNSEEN_CLASS}]")

# One plain style that every YAML reader takes for the same text.
_SAFE_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./+ -]*[A-Za-z0-9_./+-])?\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a text is not a record's YAML; line and column count from 1."""

    line: int
    column: int
    path: Path
    code: str
    message: str


class UnreadableYaml(CaIncidentsError):
    """The text cannot be read at all; `problems` lists all places and reasons."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.line}:{p.column}: {p.message} [{p.code}]" for p in problems))
        self.problems = tuple(problems)


Place = tuple[int, int]


@dataclass(slots=True)
class Document:
    """The data of one text, and the problems that did not prevent reading it."""

    data: object
    problems: tuple[Problem, ...]
    text: str = field(repr=False)
    _places: dict[Path, tuple[Place, Place]] | None = field(default=None, repr=False)

    def place(self, path: Path, *, key: bool = False, row: int | None = None) -> Place:
        """Return the line and column, from 1, of the value at a path or its key; of the parent if it is absent.

        `row` is a line of the value, from 0, which has a line of its own in a text after `|`.
        """
        if self._places is None:
            placer = _Placer()
            placer.build(self.text)
            self._places = placer.places
        while path and path not in self._places:
            path, key = path[:-1], False
        of_key, of_value = self._places.get(path, ((1, 1), (1, 1)))
        if row is not None and not key and self._starts_with_bar(of_value):
            line = of_value[0] + 1 + row
            here = self.text.split("\n", line)[line - 1]
            return line, len(here) - len(here.lstrip(" ")) + 1
        return of_key if key else of_value

    def _starts_with_bar(self, place: Place) -> bool:
        line, column = place
        return self.text.split("\n", line)[line - 1][column - 1 : column] == "|"


def load(raw: bytes) -> Document:
    """Read one YAML document from bytes.

    Raises UnreadableYaml for a wrong encoding, broken syntax, anchors, tags, more than one document, nesting deeper
    than MAX_DEPTH, lists longer than MAX_ITEMS, and more than MAX_BYTES.
    """
    text = _decoded(raw)
    # All of these problems are unprintable characters, which one fast call rules out.
    hard = [] if text.replace("\n", "").isprintable() else _problems_of_text(text)
    if hard:
        raise UnreadableYaml(hard[:MAX_PROBLEMS])
    builder = _Builder()
    try:
        builder.build(text)
    except yaml.YAMLError as error:
        builder.hard.append(_syntax_problem(error, text))
    if builder.hard:
        raise UnreadableYaml([*builder.soft, *builder.hard])
    if not builder.documents or builder.documents == [None]:
        raise UnreadableYaml([Problem(1, 1, (), "empty-file", "the file contains no data")])
    document = Document(builder.documents[0], (), text)
    document.problems = tuple(_with_first_place(problem, document) for problem in builder.soft)
    return document


def _with_first_place(problem: Problem, document: Document) -> Problem:
    """Name the line of the first of two equal keys."""
    if problem.code != "duplicate-key":
        return problem
    line, _ = document.place(problem.path, key=True)
    key = shown(problem.path[-1])
    return replace(problem, message=f"the key {key} is in line {line} already; keep one of the two")


def load_trusted(raw: bytes) -> object:
    """Read the data of a file of this distribution (vocabulary, registry)."""
    document = load(raw)
    if document.problems:
        raise UnreadableYaml(document.problems)
    return document.data


def with_texts(text: str, values: Mapping[Path, str]) -> str:
    """Replace some scalars of a valid text, by path, and change nothing else.

    Paths without a scalar, and scalars of several lines, are left as they are.
    """
    placer = _Placer()
    placer.build(text)
    spans = sorted(
        ((placer.spans[path], value) for path, value in values.items() if path in placer.spans), reverse=True
    )
    for (start, end), value in spans:
        if "\n" not in text[start:end]:
            text = text[:start] + _written(value) + text[end:]
    return text


def comments(text: str) -> list[tuple[int, str]]:
    """List the comments of a text as (line, text), lines counted from 1. Raises UnreadableYaml."""
    found: list[tuple[int, str]] = []
    line, counted, end = 1, 0, 0
    for start, next_end in chain(_token_spans(text), [(len(text), len(text))]):
        for match in _COMMENT.finditer(text, end, max(start, end)):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            found.append((line, match[1]))
        end = max(end, next_end)
    return found


_COMMENT = re.compile(r"#[ \t]*([^\n]*)")


def _token_spans(text: str) -> Iterator[tuple[int, int]]:
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            yield token.start_mark.index, token.end_mark.index
    except yaml.YAMLError as error:
        raise UnreadableYaml([_syntax_problem(error, text)]) from None


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES:,} bytes; a record has a few thousand"
        raise UnreadableYaml([Problem(1, 1, (), "file-too-large", message)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise UnreadableYaml([Problem(line, column, (), "not-utf-8", message)]) from None


def _problems_of_text(text: str) -> list[Problem]:
    """Find problems that the parser would not report, or not clearly."""
    found: list[Problem] = []
    if text.startswith("\ufeff"):
        found.append(Problem(1, 1, (), "byte-order-mark", "the file starts with a byte order mark; save it without"))
    if "\r" in text:
        place = _line_and_column(text, text.index("\r"))
        found.append(Problem(*place, (), "carriage-return", "lines end with CR; save the file with LF line endings"))
    for match in _FORBIDDEN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        if match[0] != "\r":
            message = f"contains the invisible character U+{ord(match[0]):04X}; delete it"
            place = _line_and_column(text, match.start())
            found.append(Problem(*place, (), "control-character", message))
        if len(found) >= MAX_PROBLEMS:
            break
    tab = re.search(r"^ *\t", text, re.M)
    if tab:
        place = _line_and_column(text, tab.end() - 1)
        found.append(
            Problem(*place, (), "tab", "this line is indented with a tab: replace it with two spaces for each level")
        )
    return found


def _syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    place, message = yaml_syntax.explained(text, line, column, said)
    return Problem(*place, (), "yaml-syntax", message)


def _line_and_column(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


LONGEST_CACHED = 100


@lru_cache(maxsize=4096)
def _typed(value: str) -> tuple[object, str | None, str]:
    """Return the value of a plain scalar, what other YAML readers could read it as, and the code for that."""
    if value in _CONSTANTS:
        return _CONSTANTS[value], None, ""
    if value[0] in "0123456789-+.":
        if _WHOLE_NUMBER.match(value):
            return (int(value), None, "") if len(value) <= 18 else (value, "a number this long", "ambiguous-scalar")
        if _DATE.match(value):
            return value, "a date", "unquoted-date"
        if _NUMBER_LIKE.match(value):
            return value, "a number in another notation", "ambiguous-scalar"
    elif value.lower() in _OTHER_READERS_SAY_SO:
        return value, "true, false or null", "ambiguous-scalar"
    return value, None, ""


def _long(value: str) -> tuple[object, str | None, str]:
    return value, None if value.strip("0123456789_.:+-") else "a number this long", "ambiguous-scalar"


# States of a mapping's key: none yet; a collection as key, still open; a key that is not text.
_NONE_YET, _COLLECTION, _NO_TEXT = (type(name, (), {})() for name in ("NoneYet", "Collection", "NoText"))


class _Builder:
    """Builds data from the parser's events and collects what no record may contain."""

    def __init__(self) -> None:
        self.documents: list[object] = []
        self.soft: list[Problem] = []
        self.hard: list[Problem] = []
        # The collection being filled, its key that has no value yet, and the same of the outer collections.
        self._within: Any = self.documents
        self._key: Any = _NONE_YET
        self._around: list[tuple[Any, Any]] = []

    def build(self, text: str) -> None:
        """Read the events of a text, until there are MAX_PROBLEMS; raises yaml.YAMLError."""
        parser = yaml.CSafeLoader(text)
        steps: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        step_of = steps.get
        try:
            for event in iter(parser.get_event, None):
                step = step_of(type(event))
                if step:
                    step(event)
                    if self.hard or self.soft:
                        self._stop_if_enough(event)
        except _Enough:
            pass
        finally:
            parser.dispose()

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._marked(event)
        value: Any = event.value
        within = self._within
        if type(within) is list:
            within.append(self._plain(event, value) if event.implicit[0] else value)
            return
        key = self._key
        if key is _NONE_YET:
            if value in within:
                message = f"the key {shown(value)} is there twice; keep one of the two"
                self._add(self.soft, event, "duplicate-key", message, (*self._path(), value))
            self._key = value
            return
        if event.implicit[0]:
            value = self._plain(event, value)
        if key is not _NO_TEXT:
            within[key] = value
        self._key = _NONE_YET

    def _plain(self, event: yaml.ScalarEvent, value: str) -> object:
        typed, what, code = _typed(value) if len(value) <= LONGEST_CACHED else _long(value)
        if what:
            message = f"some YAML readers read {shown(value)} as {what}; put it in double quotes"
            self._add(self.soft, event, code, message)
        return typed

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            self._marked(event)
        if type(self._within) is dict and self._key is _NONE_YET:
            self._add(self.soft, event, "key-not-text", "a key must be text: write `key: value`")
            self._key = _COLLECTION
        self._around.append((self._within, self._key))
        if len(self._around) > MAX_DEPTH:
            self._add(self.hard, event, "too-deep", f"more than {MAX_DEPTH} levels of nesting")
            raise _Enough
        self._within, self._key = ({} if type(event) is yaml.MappingStartEvent else []), _NONE_YET

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        value = self._within
        self._within, key = self._around.pop()
        self._key = key
        if len(value) > MAX_ITEMS:
            message = f"has {len(value):,} items; at most {MAX_ITEMS:,} are allowed"
            self._add(self.hard, event, "too-long", message)
        self._put(value)

    def _put(self, value: object) -> None:
        if type(self._within) is list:
            self._within.append(value)
        elif self._key is _COLLECTION:
            self._key = _NO_TEXT
        else:
            if self._key is not _NO_TEXT:
                self._within[self._key] = value
            self._key = _NONE_YET

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._marked(event)
        if type(self._within) is dict and self._key is _NONE_YET:
            self._key = _NO_TEXT
        else:
            self._put(None)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        if self.documents:
            self._add(
                self.hard, event, "several-documents", "a second document starts here; put each record in its own file"
            )
            raise _Enough

    def _marked(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            what = "aliases" if isinstance(event, yaml.AliasEvent) else "anchors"
            self._add(
                self.hard,
                event,
                "anchor",
                f"{what} are not allowed; put a text that starts with & or * in double quotes",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._add(
                self.hard,
                event,
                "yaml-tag",
                f"the tag {shown(tag)} is not allowed; put a text that starts with ! in double quotes",
            )

    def _path(self) -> Path:
        return _path_of([*self._around[1:], (self._within, self._key)] if self._around else [])

    def _add(self, kind: list[Problem], event: yaml.Event, code: str, message: str, path: Path | None = None) -> None:
        kind.append(Problem(*_place_of(event), self._path() if path is None else path, code, message))

    def _stop_if_enough(self, event: yaml.Event) -> None:
        if len(self.soft) + len(self.hard) >= MAX_PROBLEMS:
            message = "reading stops here; fix the problems above first"
            self._add(self.hard, event, "too-many-problems", message)
            raise _Enough


def _place_of(event: yaml.Event) -> Place:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


def _span_of(event: yaml.Event) -> tuple[int, int]:
    start: Any = event.start_mark
    end: Any = event.end_mark
    return start.index, end.index


class _Enough(Exception):
    """Stops reading a text with too many problems."""


def _path_of(levels: Iterable[tuple[Any, Any]]) -> Path:
    parts: list[str | int] = []
    for within, key in levels:
        if type(within) is list:
            parts.append(len(within))
        elif type(key) is str:
            parts.append(key)
        else:
            break
    return tuple(parts)


class _Placer(_Builder):
    """Builds again and records the place of each value and its key; the first of two equal keys wins."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[Path, tuple[Place, Place]] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self._key_place: dict[int, Place] = {}

    def _note(self, event: yaml.Event) -> None:
        place = _place_of(event)
        if type(self._within) is dict and self._key is _NONE_YET:
            self._key_place[len(self._around)] = place
        else:
            key_place = self._key_place[len(self._around)] if type(self._within) is dict else place
            path = self._path()
            if path not in self.places:
                self.places[path] = key_place, place
                if isinstance(event, yaml.ScalarEvent):
                    self.spans[path] = _span_of(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._note(event)
        super()._scalar(event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        self._note(event)
        super()._start(event)


FLOW_LIST_WIDTH = 96

# Everything that libyaml's own writer escapes: not printable by YAML 1.1, outside the basic plane, or invisible.
_TO_ESCAPE = re.compile(f'["\\\\{UNSEEN_CLASS}\U00010000-\U0010ffff]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
# A text of several lines that reads back the same from a literal block without an indentation or chomping indicator.
_LITERAL = re.compile(r"(?![ \n])(?:[^\n]*[^ \n]\n|\n(?!\Z))*[^\n]*[^ \n]\n?\Z")


def dump(data: Mapping[str, object], *, first_line: str | None = None) -> str:
    """Return a mapping in canonical form; keys in the given order, `first_line` as a comment above.

    Not libyaml's writer, which is as slow as its reader: every check writes every record.
    Raises TypeError for a value of a type that the schema does not have.
    """
    lines = [f"# {first_line}"] if first_line else []
    _block_mapping(data, "", lines)
    lines.append("")
    return "\n".join(lines) if data else "\n".join([*lines[:-1], "{}", ""])


def _block_mapping(data: Mapping[str, object], indent: str, lines: list[str]) -> None:
    for key, value in data.items():
        start = f"{indent}{_scalar(key)}:"
        if isinstance(value, Mapping) and value and not _fits_on_one_line(value):
            lines.append(start)
            _block_mapping(value, f"{indent}  ", lines)
        elif isinstance(value, list | tuple) and value and not _fits(value):
            lines.append(start)
            lines += [f"{indent}- {on_one_line(item)}" for item in value]
        elif (
            isinstance(value, str) and "\n" in value and _LITERAL.match(value) and not _TO_ESCAPE.search(_joined(value))
        ):
            lines.append(f"{start} |{'' if value.endswith(chr(10)) else '-'}")
            lines += [f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n")]
        else:
            lines.append(f"{start} {on_one_line(value)}")


def _joined(text: str) -> str:
    return text.replace("\n", "").replace('"', "").replace("\\", "")


def _fits_on_one_line(value: Mapping[str, object]) -> bool:
    return not any(isinstance(v, Mapping | list | tuple) or (isinstance(v, str) and "\n" in v) for v in value.values())


def _fits(items: Sequence[object]) -> bool:
    return not isinstance(items[0], Mapping) and sum(len(str(item)) + 2 for item in items) <= FLOW_LIST_WIDTH


def on_one_line(value: object) -> str:
    """Return a value in flow style: `{bug: 1671037}`."""
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{_scalar(k)}: {on_one_line(v)}" for k, v in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join([on_one_line(v) for v in value]) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value).lower()
    raise TypeError(f"a record cannot contain a value of type {type(value).__name__}")


def _scalar(value: str) -> str:
    return _written(value) if len(value) <= LONGEST_CACHED else _written.__wrapped__(value)


@lru_cache(maxsize=4096)
def _written(value: str) -> str:
    if _SAFE_PLAIN.match(value) and value.lower() not in _OTHER_READERS_SAY_SO:
        return value
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    if found[0] in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[found[0]]
    return f"\\x{number:02X}" if number < 0x100 else f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"
