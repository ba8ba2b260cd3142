"""Layers: what each source gave of a bug, and which value of which source counts.

A record is a function of the set of its layers that no other layer covers. Which layers those are does not depend on
the order in which the sources were read, and so neither does the record. Per value the source with the newest moment
counts, of the same moment the better kind; per comment text a complete one beats one that was cut off. What a source
does not show, it does not remove.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ca_incidents.schema.model import (
    UNKNOWN_STATUS,
    Comment,
    Incident,
    Layer,
    ReadFrom,
    Relations,
    Reporter,
    Topic,
)

RELATIONS = ("depends_on", "blocks", "see_also", "duplicates", "duplicate_of")
_FIELDS = ("title", "product", "component", "status", "whiteboard", "opened", "changed", "resolved")
_TIMES = ("opened", "changed", "resolved")
# Doubts of the title and the whiteboard are found anew each time; those of the texts belong to their source.
FROM_THE_BUG = ("title", "bugzilla.")

# Best first. A saved dump has no name of its own.
_KINDS: tuple[ReadFrom | None, ...] = ("rest", None, "page", "xml", "text", "list")
_LISTS_ALL_COMMENTS = frozenset({"rest", None})
# The fields that are known to be empty where a source of this kind gives no value; elsewhere that means "not given".
_TOLD: Mapping[ReadFrom | None, frozenset[str]] = {
    "rest": frozenset({"whiteboard", *RELATIONS}),
    None: frozenset({"whiteboard"}),
    # A page or XML that was saved while logged in shows no relations that count.
    "page": frozenset({"whiteboard"}),
    "xml": frozenset({"whiteboard"}),
    "text": frozenset(),
    "list": frozenset({"whiteboard"}),
}

Key = tuple[str, int]


def layers_of(record: Incident, reached: str, *, from_server: bool) -> tuple[Layer, ...]:
    """Return the layers that a record was made from; a record without layers is its own.

    `reached` is the moment of the snapshot, which vouches for records that do not name their source.
    """
    if record.layers:
        return record.layers
    state, relations = record.bugzilla, record.bugzilla.relations
    covered = state.read_from is None and state.read_until is None
    is_dated = len(state.opened) > len("2020")
    return (
        Layer(
            read_from="rest" if covered and from_server else state.read_from,
            read_until=reached or None if covered else state.read_until,
            title=record.title,
            product=state.product,
            component=state.component,
            status=None if state.status == UNKNOWN_STATUS else state.status,
            resolution=state.resolution,
            whiteboard=state.whiteboard,
            opened=state.opened if is_dated else None,
            opened_between=None if is_dated else state.opened_between,
            changed=state.changed,
            resolved=state.resolved,
            reporter=state.reporter,
            relations=_not_empty(msgspec.structs.replace(relations, foreign=())) if relations else None,
            comments=state.comments,
            history=state.history,
            report=record.report,
            topics=of_a_text(record.topics),
            doubts=tuple(doubt for doubt in record.doubts if not doubt.where.startswith(FROM_THE_BUG)),
        ),
    )


def of_a_text(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Return the topics of a bug where a text gave them; those of titles and tags are found anew each time."""
    return topics if any(topic.read_in == "text" for topic in topics) else ()


def laid(known: Sequence[Layer], new: Layer) -> tuple[Layer, ...]:
    """Return the layers that no other covers, best first. Of two that cover each other, the new one counts."""
    kept = [layer for layer in known if not covers(new, layer)]
    if not any(covers(layer, new) for layer in kept):
        kept.append(new)
    # What bounds the day of filing belongs to the bug, whichever source told it.
    bounds = None if any(layer.opened for layer in kept) else _narrowest([*known, new])
    bounded = [msgspec.structs.replace(layer, opened_between=bounds) for layer in kept]
    return tuple(sorted(bounded, key=lambda layer: (key(layer), msgspec.json.encode(layer)), reverse=True))


def key(layer: Layer) -> Key:
    """Return the rank of a layer's values: the newest moment that it shows, then its kind."""
    moments = (*_moments(layer), *(c.at for c in layer.comments), *(c.at for c in layer.history))
    newest = max((_sortable(moment) for moment in moments if moment), default="")
    return newest, -_KINDS.index(layer.read_from)


def _moments(layer: Layer) -> Iterable[str | None]:
    return (layer.read_until, layer.opened, layer.changed, layer.resolved)


def _sortable(moment: str) -> str:
    # Without the zone, a minute sorts before its seconds.
    return moment.removesuffix("Z")


def covers(better: Layer, other: Layer) -> bool:
    """Return whether one layer gives everything that the other gives, as well at least, and from no earlier moment."""
    return (
        key(better) >= key(other)
        and _covers_fields(given(better), given(other))
        and _covers_comments(better, other)
        and _covers_texts(better, other)
    )


def given(layer: Layer) -> dict[str, object]:
    """Return the values that a source gave, by field; an empty value means that there is nothing."""
    found = {name: getattr(layer, name) for name in _FIELDS}
    found |= {name: getattr(layer.relations or Relations(), name) for name in RELATIONS}
    found |= {name: getattr(layer.reporter or Reporter(), name) for name in ("nick", "affiliation")}
    found["history"] = layer.history
    told = _TOLD[layer.read_from]
    return {name: value for name, value in found.items() if value not in (None, "", ()) or name in told}


def _covers_fields(better: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return other.keys() <= better.keys() and not any(
        _is_more_exact(other.get(name), better.get(name)) for name in _TIMES if name in other
    )


def _is_more_exact(time: object, other: object) -> bool:
    """Return whether a time says the same as another, and more: the second, where the other has only the minute."""
    if not isinstance(time, str) or not isinstance(other, str):
        return isinstance(time, str)
    return time != other and time.startswith(other.removesuffix("Z"))


def lists_all(layer: Layer) -> bool:
    """Return whether a layer lists every public comment of its moment."""
    return layer.read_from in _LISTS_ALL_COMMENTS and bool(layer.comments)


def _hides(layer: Layer, comment: Comment) -> bool:
    """Return whether a layer shows that a comment is not public: it lists all, lacks this one, and is not older."""
    if not lists_all(layer) or any(comment.number == listed.number for listed in layer.comments):
        return False
    return comment.number < layer.comments[-1].number or _sortable(comment.at or "~") <= key(layer)[0]


def _covers_comments(better: Layer, other: Layer) -> bool:
    if lists_all(other) and not lists_all(better):
        return False
    known = {comment.number: comment for comment in better.comments}
    return all(
        _says_as_much_of(known[comment.number], comment) if comment.number in known else _hides(better, comment)
        for comment in other.comments
    )


def _says_as_much_of(better: Comment, other: Comment) -> bool:
    return not _is_more_exact(other.at, better.at) and all(
        getattr(better, name) or not getattr(other, name) for name in ("nick", "affiliation")
    )


def _covers_texts(better: Layer, other: Layer) -> bool:
    had, has = qualities(other), qualities(better)
    if other.topics and not (better.topics or has):
        return False
    if is_open_ended(other) and better.read_from == "text":
        return is_open_ended(better) and _says_as_much(better, other)
    # A comment that a complete list lacks is gone, as `_covers_comments` found.
    listed = {comment.number for comment in better.comments} if lists_all(better) else set(had)
    return all(has.get(number, 0) >= quality for number, quality in had.items() if number in listed)


def _says_as_much(better: Layer, other: Layer) -> bool:
    """Return whether a text of unknown extent gave at least as much as another, which may be a shorter copy of it."""
    has, had = (msgspec.to_builtins(layer.report) for layer in (better, other))
    return had.keys() <= has.keys() and all(
        len(has[name]) >= len(had[name])
        for name in had
        if name != "texts" and isinstance(had[name], list | tuple | dict)
    )


def qualities(layer: Layer) -> dict[int, int]:
    """Return how well each comment's text was read: 2 to its end, 1 in part."""
    texts = layer.report.texts if layer.report else None
    if texts is None:
        return {}
    return dict.fromkeys(texts.shortened, 1) | dict.fromkeys(texts.complete, 2)


def is_open_ended(layer: Layer) -> bool:
    """Return whether a layer is a page's text without heads of comments: nobody knows whose words its end is."""
    return layer.read_from == "text" and qualities(layer) == {0: 1}


def merged(layers: Sequence[Layer]) -> Layer:
    """Lay layers over one another, value by value, without their reports; they come best first, as `laid` returns them.

    The moment and the kind are those of the layer that reaches furthest.
    """
    if len(layers) == 1:
        return layers[0]
    values = [given(layer) for layer in layers]
    furthest = max(layers, key=lambda layer: (layer.read_until or "", key(layer)))
    with_state = next((layer for layer in layers if layer.status), layers[0])

    def best(name: str) -> object:
        return next((found[name] for found in values if name in found), None)

    def exact(name: str) -> object:
        chosen = best(name)
        others = [found.get(name) for found in values]
        return next((time for time in others if chosen and _is_more_exact(time, chosen)), chosen)

    is_duplicate = with_state.resolution == "DUPLICATE"
    relations = Relations(
        **{name: best(name) or () for name in RELATIONS[:-1]},  # type: ignore[arg-type]
        duplicate_of=best("duplicate_of") if is_duplicate else None,  # type: ignore[arg-type]
    )
    reporter = Reporter(nick=best("nick"), affiliation=best("affiliation"))  # type: ignore[arg-type]
    opened = exact("opened")
    changes: dict[str, object] = {
        "title": best("title") or "",
        "product": best("product"),
        "component": best("component"),
        "status": with_state.status,
        "resolution": with_state.resolution,
        "whiteboard": best("whiteboard") or "",
        "opened": opened,
        "opened_between": layers[0].opened_between,
        "changed": exact("changed"),
        "resolved": (exact("resolved") or None) if with_state.resolution else None,
        "reporter": reporter if reporter != Reporter() else None,
        "relations": _not_empty(relations),
        "comments": _merged_comments(layers),
        "history": best("history") or (),
    }
    made = Layer(read_from=furthest.read_from, read_until=furthest.read_until)
    return msgspec.structs.replace(made, **changes)


def _narrowest(layers: Iterable[Layer]) -> tuple[str, str] | None:
    """Return the bounds of the day of filing that exclude most: the latest first day and the earliest last day."""
    bounds = [layer.opened_between for layer in layers if layer.opened_between]
    if not bounds:
        return None
    first, last = max(first for first, _ in bounds), min(last for _, last in bounds)
    return (first, last) if first <= last else bounds[0]


def _merged_comments(layers: Sequence[Layer]) -> tuple[Comment, ...]:
    numbers = sorted({comment.number for layer in layers for comment in layer.comments})
    found = (_merged_comment(number, layers) for number in numbers)
    return tuple(comment for comment in found if comment)


def _merged_comment(number: int, layers: Sequence[Layer]) -> Comment | None:
    told: list[Comment] = []
    for layer in layers:
        same = next((comment for comment in layer.comments if comment.number == number), None)
        if same is not None:
            told.append(same)
        elif _hides(layer, Comment(number=number, at=_time_of(number, layers))):
            # What the layers below know of it was public once and is not any more.
            break
    if not told:
        return None
    at = next((comment.at for comment in told if comment.at), None)
    return Comment(
        number=number,
        at=next((comment.at for comment in told if _is_more_exact(comment.at, at)), at) if at else None,
        nick=next((comment.nick for comment in told if comment.nick), None),
        affiliation=next((comment.affiliation for comment in told if comment.affiliation), None),
    )


def _time_of(number: int, layers: Iterable[Layer]) -> str | None:
    return next((c.at for layer in layers for c in layer.comments if c.number == number and c.at), None)


def _not_empty(relations: Relations) -> Relations | None:
    return relations if relations != Relations() else None
