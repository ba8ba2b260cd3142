"""Fit the weights for the day of awareness.

The days that a text mentions are rivals of each other and of "none of them": a conditional logit, fitted by the
greatest likelihood with a penalty on large weights. A day alone is right where the label has a time on it. Of a thread,
the CA's first comment is read, with the label of the thread.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from measure_reports import labelled_texts
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from word_sources import ANSWER, ANSWERS, AWARE, LABELS, SUMMARY, THREADS, is_of_name

from ca_incidents.scraper.reader.document import Document, documents_of
from ca_incidents.scraper.reader.evidence import word_scores
from ca_incidents.scraper.reader.evidence.mentions import Proposal
from ca_incidents.scraper.reader.facts import awareness
from ca_incidents.scraper.reader.facts.chosen_day import as_rivals, chosen
from ca_incidents.scraper.reader.facts.dated_mentions import of_awareness
from ca_incidents.scraper.reader.facts.discovery import is_outside_view
from ca_incidents.scraper.sources.bug import WireComment

THRESHOLD, FEATURES, PENALTY, FEWEST = 0.55, 1_500, 2.0, 2
FORMS = {"summary": SUMMARY, "answer": ANSWER}


@dataclass(frozen=True)
class Example:
    """The days that a text mentions, and the labelled one."""

    group: str
    proposals: tuple[Proposal, ...]
    label: str | None

    def is_right(self, at: object) -> bool:
        """Return whether a mention is that of the labelled day or time."""
        return self.label is not None and at in {self.label, self.label[: len("2024-03-25")]}


def examples(comments: Path, bugs: Path) -> Iterator[Example]:
    """Collect the labelled texts, sentences and threads."""
    for path in LABELS:
        for text in labelled_texts(path, comments, bugs):
            yield _of_awareness(text.name, documents_of([text.comment])[0], text.title, text.label)
    yield from _sentences()
    for thread in (json.loads(line) for path in THREADS for line in path.read_text("utf-8").splitlines()):
        every = [WireComment(number=one["number"], at=one["at"], text=one["text"]) for one in thread["comments"]]
        first = next((n for n, one in enumerate(thread["comments"]) if one["by_ca"]), 0)
        yield _of_awareness(str(thread["bug"]), documents_of(every)[first], thread["title"], thread["expect"])


def _sentences() -> Iterator[Example]:
    answers = [line.split("\t")[1:] for line in ANSWERS.read_text("utf-8").splitlines()]
    said = [line.split("\t") for line in AWARE.read_text("utf-8").splitlines()]
    texts = [(at, "2024-12-01", ANSWER.format(text)) for at, text in answers]
    texts += [(at, written, FORMS[place].format(text)) for at, written, place, text in said]
    for number, (at, written, text) in enumerate(texts):
        document = documents_of([WireComment(number=0, at=f"{written}T20:00:00Z", text=text)])[0]
        yield _of_awareness(f"sentence {number}", document, "", {} if at == "-" else {"aware": at})


def _of_awareness(group: str, document: Document, title: str, label: Mapping) -> Example:
    found = of_awareness(document, title, is_outside=is_outside_view(document, title))
    return Example(group, found, label.get("aware"))


def fit(rows: Sequence[Example]) -> word_scores.Weights:
    """Fit the weights, and again those of the strongest evidence; names of organisations are no evidence."""
    counted = Counter(name for row in rows for name in {name for one in row.proposals for name in one.evidence})
    names = sorted(name for name, count in counted.items() if count >= FEWEST and not is_of_name(name))
    _, found = _fitted(rows, names)
    strongest = sorted(names, key=lambda name: (-abs(found[name]), name))[:FEATURES]
    bias, found = _fitted(rows, sorted(strongest))
    words = {name: (round(weight, 2),) for name, weight in found.items()}
    return word_scores.Weights(classes=(awareness.FACT,), threshold=THRESHOLD, bias=(round(bias, 2),), words=words)


def _fitted(rows: Sequence[Example], names: Sequence[str]) -> tuple[float, dict[str, float]]:
    index = {name: place for place, name in enumerate(names)}
    # A text whose label none of its days has says nothing of them.
    used = [row for row in rows if row.proposals and (row.label is None or any(map(row.is_right, _days(row))))]
    every = [(number, row, one) for number, row in enumerate(used) for one in row.proposals]
    columns = [[index[name] for name in one.evidence if name in index] for _, _, one in every]
    starts = np.cumsum([0, *map(len, columns)])
    matrix = csr_matrix((np.ones(starts[-1]), np.concatenate(columns), starts), shape=(len(every), len(names)))
    member = np.array([number for number, _, _ in every])
    first = np.unique(member, return_index=True)[1]
    right = np.array([row.is_right(one.value) for _, row, one in every], dtype=float)
    none = np.array([row.label is None for row in used], dtype=float)

    def loss(vector: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = vector[:-1], vector[-1]
        odds = np.exp(np.clip(matrix @ weights + bias, -30, 30))
        whole = 1 + np.add.reduceat(odds, first)
        wanted = none + np.add.reduceat(odds * right, first)
        slope = odds / whole[member] - odds * right / wanted[member]
        value = np.log(whole / wanted).sum() + PENALTY * weights @ weights / 2
        return value, np.append(matrix.T @ slope + PENALTY * weights, slope.sum())

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return float(best[-1]), dict(zip(names, map(float, best), strict=False))


def _days(row: Example) -> list[object]:
    return [one.value for one in row.proposals]


def fitted_with_figures(rows: Sequence[Example], fold_of: Callable[[str], int]) -> word_scores.Weights:
    """Fit all texts; the figures are of each text by the weights that were fitted without those of its fold."""
    by_fold = {
        fold: fit([row for row in rows if fold_of(row.group) != fold]) for fold in {fold_of(row.group) for row in rows}
    }
    pairs = [(answer(row, by_fold[fold_of(row.group)]), row.label) for row in rows]
    return msgspec.structs.replace(fit(rows), figures=figures(pairs))


def answer(row: Example, weights: word_scores.Weights) -> str | None:
    """Return the day or time that the weights choose."""
    best = chosen(row.proposals, as_rivals(weights))
    return str(best.value) if best and best.counts else None


def figures(pairs: Sequence[tuple[str | None, str | None]]) -> dict[str, float]:
    """Return precision and recall of answers, each with its label."""
    right = sum(found is not None and found == label for found, label in pairs)
    found, labelled = (sum(pair[side] is not None for pair in pairs) for side in (0, 1))
    recall = round(right / max(1, labelled), 3)
    return {"n": labelled, "precision": round(right / max(1, found), 3), "recall": recall}
