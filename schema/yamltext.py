"""YAML text to data with line numbers, and data to canonical YAML text. The only module that imports yaml.

The loader knows the types that the schema knows (text, whole number, true/false, null, list, mapping) and nothing else:
no dates, no octal or sexagesimal numbers, no `no` for false, no tags, no anchors. It builds from the nodes that libyaml
composes, so that every value keeps its place at no extra cost.

The canonical form: block style for the outer mappings, one line an item for lists of mappings, flow style for short
lists of scalars, double quotes wherever YAML 1.1 and YAML 1.2 readers could disagree, LF, UTF-8.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from schema.errors import CaIncidentsError
from schema.findings import Path

MAX_BYTES = 4_000_000
MAX_DEPTH = 32

_SEQUENCE = "tag:yaml.org,2002:seq"
_MAPPING = "tag:yaml.org,2002:map"
_TEXT = "tag:yaml.org,2002:str"
_PLAIN = "plain"

_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:0[xob]?[0-9A-Fa-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+|[0-9._]*[0-9](?:e[-+]?[0-9]+)?|\.inf|\.nan)\Z",
    re.I,
)
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
_OTHER_READERS_SAY_SO = frozenset("y n yes no on off true false null ~".split())
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?\Z")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_MAY_NEST_DEEPLY = re.compile(r"\n {64}|(?:- ){16}|(?:[\[{][^\[\]{}]*){16}")

# One plain style that every YAML reader takes for the same text.
_SAFE_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./+ -]*[A-Za-z0-9_./+-])?\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a text from being read as a record's YAML; line and column count from 1."""

    line: int
    column: int
    path: Path
    code: str
    message: str


class UnreadableYaml(CaIncidentsError):
    """The text could not be read at all; `problems` says where and why, all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.line}:{p.column}: {p.message} [{p.code}]" for p in problems))
        self.problems = tuple(problems)


class _Loader(yaml.CSafeLoader):
    """Composes nodes only; a plain scalar is marked as such and typed by `_Builder`."""

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:  # noqa: ARG002
        if kind is yaml.ScalarNode:
            return _PLAIN if isinstance(implicit, tuple) and implicit[0] else _TEXT
        return _SEQUENCE if kind is yaml.SequenceNode else _MAPPING


@dataclass(frozen=True, slots=True)
class Document:
    """Data read from one text, the places its values stand at, and the problems that did not stop the reading."""

    data: object
    root: yaml.Node
    problems: tuple[Problem, ...]

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Say the line and column, from 1, of the value at a path, or of its key; of the parent if it is absent."""
        node = self.root
        for depth, part in enumerate(path):
            child = _child(node, part)
            if child is None:
                break
            key_node, node = child
            if key and depth == len(path) - 1 and key_node is not None:
                node = key_node
        return node.start_mark.line + 1, node.start_mark.column + 1


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return None, node.value[part]
    return None


def load(raw: bytes) -> Document:
    """Read one YAML document from bytes.

    Raises UnreadableYaml with every problem found where there is no data to give: wrong encoding, broken syntax,
    anchors, more than one document, nesting deeper than MAX_DEPTH, more than MAX_BYTES.
    """
    text = _decoded(raw)
    hard, soft = _problems_of_text(text)
    if hard:
        raise UnreadableYaml(hard)
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        raise UnreadableYaml([_syntax_problem(error)]) from None
    finally:
        loader.dispose()
    if root is None:
        raise UnreadableYaml([Problem(1, 1, (), "empty-file", "the file holds no data")])
    builder = _Builder()
    data = builder.build(root, ())
    return Document(data, root, tuple(soft + builder.problems))


def load_trusted(raw: bytes) -> object:
    """Read the data of a file that stands in this distribution (vocabulary, registry), without its places."""
    document = load(raw)
    if document.problems:
        raise UnreadableYaml(document.problems)
    return document.data


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file has {len(raw)} bytes; a record has at most {MAX_BYTES}"
        raise UnreadableYaml([Problem(1, 1, (), "file-too-large", message)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise UnreadableYaml([Problem(line, column, (), "not-utf-8", message)]) from None


def _problems_of_text(text: str) -> tuple[list[Problem], list[Problem]]:
    """Find what the composer would not say, or would say badly: (what stops the reading, what does not)."""
    hard: list[Problem] = []
    soft: list[Problem] = []
    if text.startswith("\ufeff"):
        hard.append(Problem(1, 1, (), "byte-order-mark", "the file starts with a byte order mark; save it without"))
    if "\r" in text:
        hard.append(
            Problem(
                *_line_and_column(text, text.index("\r")),
                (),
                "carriage-return",
                "lines end with CR; use LF alone",
            )
        )
    for match in _FORBIDDEN.finditer(text, 1 if hard else 0):
        if match[0] != "\r":
            message = f"the character U+{ord(match[0]):04X} is invisible or a control; write it as an escape or drop it"
            hard.append(Problem(*_line_and_column(text, match.start()), (), "control-character", message))
    tab = re.search(r"^ *\t", text, re.M)
    if tab:
        hard.append(
            Problem(
                *_line_and_column(text, tab.end() - 1),
                (),
                "tab",
                "a tab indents this line; YAML takes blanks only",
            )
        )
    if not hard and (("&" in text and "*" in text) or "!" in text or _MAY_NEST_DEEPLY.search(text)):
        hard.extend(_problems_of_events(text))
    return hard, soft


def _problems_of_events(text: str) -> list[Problem]:
    """Look for anchors, tags and depth in the event stream, which neither recurses nor expands anything."""
    problems: list[Problem] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            mark = event.start_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            if getattr(event, "anchor", None) is not None:
                problems.append(
                    Problem(*place, (), "anchor", "anchors and aliases are not allowed; write the value out")
                )
            tag = getattr(event, "tag", None)
            if tag not in {None, "!"}:
                message = f"the YAML tag {tag} is not allowed; write plain data"
                problems.append(Problem(*place, (), "yaml-tag", message))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                problems.append(Problem(*place, (), "too-deep", f"more than {MAX_DEPTH} levels of nesting"))
                break
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error))
    return problems


def _syntax_problem(error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read as YAML"
    return Problem(line, column, (), "yaml-syntax", str(said))


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


class _Builder:
    """Turns composed nodes into data and collects what no record may contain."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag is _TEXT else self._scalar(node, path)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        value: str = node.value
        if node.tag is not _PLAIN:
            return value
        if value in _CONSTANTS:
            return _CONSTANTS[value]
        if value == "":
            return None
        if value[0] in "0123456789-+.":
            if _WHOLE_NUMBER.match(value):
                return int(value) if len(value) <= 18 else self._doubtful(node, path, "a number this long")
            if _DATE.match(value):
                return self._doubtful(node, path, "a date", "unquoted-date")
            if _NUMBER_LIKE.match(value):
                return self._doubtful(node, path, "a number in another notation")
        elif value.lower() in _OTHER_READERS_SAY_SO:
            return self._doubtful(node, path, "true, false or null")
        return value

    def _doubtful(self, node: yaml.ScalarNode, path: Path, what: str, code: str = "ambiguous-scalar") -> str:
        message = f"some YAML readers take {node.value} for {what}; put it in double quotes"
        self._add(node, path, code, message)
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode):
                self._add(key_node, path, "key-not-text", "a key must be plain text")
                continue
            inner = (*path, key)
            if key in data:
                self._add(
                    key_node,
                    inner,
                    "duplicate-key",
                    f'the key "{key}" stands twice; one of the two would be lost',
                )
            data[key] = self.build(value_node, inner)
        return data

    def _add(self, node: yaml.Node, path: Path, code: str, message: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, node.start_mark.column + 1, path, code, message))


FLOW_LIST_WIDTH = 96


def dump(data: Mapping[str, object], *, first_line: str | None = None) -> str:
    """Write a mapping in the canonical form; keys in the order given, `first_line` as a comment above.

    Raises TypeError for a value of a type that the schema does not know.
    """
    node = _block_mapping(data)
    text: str = yaml.serialize(node, Dumper=yaml.CSafeDumper, allow_unicode=True, width=2**30, indent=2)
    text = _FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04X}", text)
    return f"# {first_line}\n{text}" if first_line else text


def _block_mapping(data: Mapping[str, object]) -> yaml.MappingNode:
    pairs = [(_scalar_node(key), _block_value(value)) for key, value in data.items()]
    return yaml.MappingNode(_MAPPING, pairs, flow_style=not pairs)


def _block_value(value: object) -> yaml.Node:
    if isinstance(value, Mapping):
        leaf = all(not isinstance(v, Mapping | list | tuple) for v in value.values())
        return _flow(value) if leaf and not _has_long_text(value) else _block_mapping(value)
    if isinstance(value, list | tuple):
        if value and (isinstance(value[0], Mapping) or _width(value) > FLOW_LIST_WIDTH):
            return yaml.SequenceNode(_SEQUENCE, [_flow(item) for item in value], flow_style=False)
        return _flow(value)
    return _scalar_node(value, block=True)


def _has_long_text(value: Mapping[str, object]) -> bool:
    return any(isinstance(v, str) and "\n" in v for v in value.values())


def _width(items: Sequence[object]) -> int:
    return sum(len(str(item)) + 2 for item in items)


def _flow(value: object) -> yaml.Node:
    if isinstance(value, Mapping):
        return yaml.MappingNode(_MAPPING, [(_scalar_node(k), _flow(v)) for k, v in value.items()], flow_style=True)
    if isinstance(value, list | tuple):
        return yaml.SequenceNode(_SEQUENCE, [_flow(v) for v in value], flow_style=True)
    return _scalar_node(value)


def _scalar_node(value: object, *, block: bool = False) -> yaml.ScalarNode:
    if value is None or isinstance(value, bool | int):
        text = "null" if value is None else str(value).lower()
        tag = f"tag:yaml.org,2002:{'null' if value is None else 'bool' if isinstance(value, bool) else 'int'}"
        return yaml.ScalarNode(tag, text)
    if not isinstance(value, str):
        raise TypeError(f"a record has no value of type {type(value).__name__}")
    if _SAFE_PLAIN.match(value) and value.lower() not in _OTHER_READERS_SAY_SO:
        return yaml.ScalarNode(_TEXT, value)
    if block and "\n" in value and not _FORBIDDEN.search(value):
        return yaml.ScalarNode(_TEXT, value, style="|")
    return yaml.ScalarNode(_TEXT, value, style='"')
