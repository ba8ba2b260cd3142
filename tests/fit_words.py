"""Fit the weights of words: `make fit` calls it with the comments and bugs that the labels are about.

Each fact is a choice of one class for a text: how an incident was discovered by the first comment, the kind of an event
by its line and the kinds of the lines before, the subject of an action item by its words, what a clause says of an
item's progress. The weights are those of a
multinomial logistic regression on the evidence that at least two texts have; the features with the greatest weights are
kept and fitted again.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import fit_days
import msgspec
from measure_reports import labelled_texts
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from word_sources import ANSWER, ANSWERS, EVENTS, ITEMS, LABELS, OPENINGS, PROGRESS, THREADS, is_of_name, sources_digest

from ca_incidents.schema.model import Report, Texts
from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import documents_of
from ca_incidents.scraper.reader.evidence.word_scores import Evidence, Weights, fitted, judged, of_words
from ca_incidents.scraper.reader.facts import action_progress, awareness, discovery, event_kinds
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import Person, WireComment

HERE = Path(__file__).parent
WEIGHTS = HERE.parent / "scraper" / "reader" / "evidence" / "word_weights.json"
FEWEST, FOLDS, WEAKNESS_OF_PENALTY = 2, 5, 10.0


@dataclass(frozen=True)
class Choice:
    """How a fact is fitted: the features kept, and the share from which a class counts."""

    features: int
    threshold: float = 0.0


CHOICES = {
    "discovery": Choice(features=3_000, threshold=0.45),
    "timeline.kind": Choice(features=3_000, threshold=0.2),
    "action_items.subject": Choice(features=3_000),
    "action_items.progress": Choice(features=1_500, threshold=0.5),
}


@dataclass(frozen=True)
class Example:
    """A text with its class; texts of one group are fitted and tried together."""

    group: str
    evidence: Evidence
    slug: str


def examples(comments: Path, bugs: Path) -> dict[str, list[Example]]:
    """Collect the examples of every fact."""
    found: dict[str, list[Example]] = {fact: [] for fact in CHOICES}
    for path in LABELS:
        for text in labelled_texts(path, comments, bugs):
            found["discovery"].append(_opening(text.name, text.comment, text.title, text.label))
            report = _report([text.comment], text.title, text.whiteboard)
            found["timeline.kind"] += _timeline(text.name, _matched_events(text.label, report))
    for number, opening in enumerate(_json_lines(OPENINGS)):
        comment = WireComment(number=0, at=None, person=Person(), text=opening["text"], cut=False)
        found["discovery"].append(_opening(f"opening {number}", comment, "", opening))
    for number, (slug, _, text) in enumerate(_rows(ANSWERS)):
        comment = WireComment(number=0, at=None, person=Person(), text=ANSWER.format(text), cut=False)
        label = {} if slug == "-" else {"discovery": slug}
        found["discovery"].append(_opening(f"answer {number}", comment, "", label))
    for thread in (one for path in THREADS for one in _json_lines(path)):
        report = _report([_comment(one) for one in thread["comments"]], thread["title"], thread["whiteboard"])
        group = str(thread["bug"])
        found["timeline.kind"] += _timeline(group, _matched_events(thread["expect"], report))
        found["action_items.subject"] += _matched_items(group, thread["expect"], report)
    found["action_items.progress"] += _clauses()
    for path in EVENTS:
        for group, lines in groupby(_lines(path), key=itemgetter(0)):
            found["timeline.kind"] += _timeline(group, (line[1:] for line in lines))
    for path in ITEMS:
        found["action_items.subject"] += (Example(group, of_words(text), slug) for group, slug, text in _lines(path))
    return found


def _opening(group: str, comment: WireComment, title: str, label: Mapping) -> Example:
    document = documents_of([comment])[0]
    return Example(group, discovery.evidence(document, title), str(label.get("discovery", discovery.NOT_SAID)))


def _json_lines(path: Path) -> Iterator[Mapping]:
    yield from map(json.loads, path.read_text("utf-8").splitlines())


def _comment(one: Mapping) -> WireComment:
    person = Person(nick="ca" if one["by_ca"] else "somebody")
    return WireComment(number=one["number"], at=one["at"], person=person, text=one["text"], cut=False)


def _report(comments: Sequence[WireComment], title: str, whiteboard: str) -> Report:
    """Return what the reader finds, with the words of lines and items."""
    reading = read_thread(comments, bug=None, policies=standard(), title=title, whiteboard=whiteboard, keep_quotes=True)
    return reading.report or Report(texts=Texts(read=0, cut=False))


def _timeline(group: str, lines: Iterable[tuple[str, str]]) -> Iterator[Example]:
    """Yield the lines of a timeline, given as kind and text, each with the kinds before it."""
    before: list[str] = []
    for kind, text in lines:
        yield Example(group, event_kinds.evidence(text, before), kind)
        before.append(kind)


def _matched_events(label: Mapping, report: Report) -> Iterator[tuple[str, str]]:
    """Join labelled events with the lines that the reader finds, by their times in order."""
    events = label.get("timeline", ())
    times = [event["at"] for event in events], [event.at for event in report.timeline]
    for mine, theirs, size in SequenceMatcher(None, *times, autojunk=False).get_matching_blocks():
        for step in range(size):
            quote = report.timeline[theirs + step].quote
            if quote and "kind" in events[mine + step]:
                yield events[mine + step]["kind"], quote


def _matched_items(group: str, label: Mapping, report: Report) -> Iterator[Example]:
    """Join labelled action items with those that the reader finds, where it finds as many."""
    items = label.get("action_items", ())
    if len(items) == len(report.action_items):
        for item, found in zip(items, report.action_items, strict=True):
            if found.quote:
                yield Example(group, of_words(found.quote), item["subject"])


def _clauses() -> Iterator[Example]:
    """Read the clauses of later comments, each with the day of the comment and the stems of the item's words."""
    for group, day, own, slug, text in _rows(PROGRESS):
        comment = WireComment(number=0, at=f"{day}T12:00:00Z", person=Person(), text=text, cut=False)
        said = action_progress.plain(text)
        yield Example(group, action_progress.evidence(said, documents_of([comment])[0], frozenset(own.split())), slug)


def _lines(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the group, the class and the text of each line; a file of two columns has no groups."""
    for number, (*group, slug, text) in enumerate(_rows(path)):
        yield f"{path.stem} {group[0] if group else number}", slug, text


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def fit_one(rows: Sequence[Example], choice: Choice) -> Weights:
    """Fit the weights of one fact, without figures; names of organisations are no evidence."""
    counted = Counter(name for row in rows for name in row.evidence)
    kept = {name for name, count in counted.items() if count >= FEWEST and not is_of_name(name)}
    vectors, model = _model(rows, kept)
    strongest = sorted(
        zip(vectors.get_feature_names_out(), abs(model.coef_).max(axis=0), strict=True), key=lambda f: (-f[1], f[0])
    )
    vectors, model = _model(rows, {str(name) for name, _ in strongest[: choice.features]})
    return Weights(
        classes=tuple(map(str, model.classes_)),
        threshold=choice.threshold,
        bias=tuple(round(float(one), 2) for one in model.intercept_),
        words={
            str(name): tuple(round(float(one), 1) for one in column)
            for name, column in zip(vectors.get_feature_names_out(), model.coef_.T, strict=True)
        },
    )


def _model(rows: Sequence[Example], kept: set[str]) -> tuple[DictVectorizer, LogisticRegression]:
    vectors = DictVectorizer()
    rows_of_kept = ({name: value for name, value in row.evidence.items() if name in kept} for row in rows)
    matrix = vectors.fit_transform(rows_of_kept)
    return vectors, LogisticRegression(C=WEAKNESS_OF_PENALTY, max_iter=500, tol=1e-3).fit(
        matrix, [row.slug for row in rows]
    )


def cross_validated(rows: Sequence[Example], choice: Choice) -> dict[str, float]:
    """Return how often the class is right in groups that the weights were not fitted from; kinds before are given."""
    right = 0
    for fold in range(FOLDS):
        weights = fit_one([row for row in rows if fold_of(row.group) != fold], choice)
        right += sum(judged(weights, row.evidence).value == row.slug for row in rows if fold_of(row.group) == fold)
    return {"n": len(rows), "right": round(right / len(rows), 3)}


def fold_of(group: str) -> int:
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def written(facts: Iterable[tuple[str, Weights]]) -> str:
    """Write the weights as JSON, one feature to a line."""
    parts = []
    for fact, weights in facts:
        words = ",\n".join(
            f"   {json.dumps(name)}: {json.dumps(list(values), separators=(',', ':'))}"
            for name, values in sorted(weights.words.items())
        )
        parts.append(
            f' "{fact}": {{"threshold": {weights.threshold},\n'
            f'  "classes": {json.dumps(list(weights.classes))},\n  "bias": {json.dumps(list(weights.bias))},\n'
            f'  "figures": {json.dumps(weights.figures)},\n  "words": {{\n{words}}}}}'
        )
    return f'{{"labels": "{sources_digest()}", "facts": {{\n' + ",\n".join(parts) + "\n}}\n"


def main(comments: Path, bugs: Path) -> None:
    """Fit every fact, write the weights and print the figures; the day comes last, since it rests on events."""
    facts = {awareness.FACT: fitted().facts[awareness.FACT]}
    for fact, rows in examples(comments, bugs).items():
        choice = CHOICES[fact]
        facts[fact] = msgspec.structs.replace(fit_one(rows, choice), figures=cross_validated(rows, choice))
        print(fact, facts[fact].figures)
    WEIGHTS.write_text(written(facts.items()), "utf-8")
    fitted.cache_clear()
    facts[awareness.FACT] = fit_days.fitted_with_figures([*fit_days.examples(comments, bugs)], fold_of)
    print(awareness.FACT, facts[awareness.FACT].figures)
    WEIGHTS.write_text(written(sorted(facts.items())), "utf-8")
