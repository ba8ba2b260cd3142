"""Fit the weights of the evidence from the labels: `make fit COMMENTS=comments.ndjson.gz BUGS=bugs.json`.

The values that a text proposes are rivals of each other and of "none of them" (a conditional logit); where a fact's
values are no rivals, each is judged alone (a logistic regression). A test stays for a fact if leaving it out changes
the outcome of at least two texts. For kinds, each text is read with the title and tags of its bug and without.

Precision and recall are taken by ten-fold cross-validation with the texts of one CA together; a fact's threshold is the
lowest one that reaches the wanted precision there. `choose` is left out of the fit, and so is the half of `final` whose
errors nobody looks at. The result is the same on every run.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import fit_words
import msgspec
import numpy as np
from measure_reports import CASES, Text, labelled_texts, labels_digest, thread_of
from scipy.optimize import minimize

from ca_incidents.schema.tables.policies import standard
from ca_incidents.scraper.reader.document import Document, documents_of
from ca_incidents.scraper.reader.evidence.mentions import Proposal, Value
from ca_incidents.scraper.reader.evidence.scores import Fit, Weights, judged
from ca_incidents.scraper.reader.facts import certificate_counts, certificate_kinds
from ca_incidents.scraper.reader.facts.fact import Context, Found

LABELS = Path(__file__).parent / "labels"
WEIGHTS = Path(__file__).parent.parent / "scraper" / "reader" / "evidence" / "weights.json"
FITTED = (*sorted(LABELS.glob("set*.ndjson")), LABELS / "parts" / "fit.ndjson")
CHOOSE, FINAL = LABELS / "parts" / "choose.ndjson", LABELS / "parts" / "final.ndjson"
PARTS = ("choose", "fit", "final")
INVENTED = ("second", "openings", "mixed", "reports")
FOLDS, PENALTY, NEEDED, AT_ONCE = 10, 1.0, 2, 1
# The wanted precision.
PRECISION = {"certificates.total": 0.9, "certificates.kinds": 0.92}
# A number is judged by its sentence, a kind by the title, too: that has to do without the bug.
WITHOUT_BUG = "without its bug"
READ_TWICE = {"certificates.kinds"}
LEVELS = {"dv", "ov", "iv", "ev"}


@dataclass(frozen=True)
class Example:
    """The proposals of one text for one fact, those that are right, and what the fact's label says."""

    part: str
    group: str
    proposals: tuple[Proposal, ...]
    right: frozenset[Value]


def total_of(label: Mapping) -> set[Value]:
    total = label.get("certificates", {}).get("total")
    return set() if total is None else {total}


def kinds_of(label: Mapping) -> set[Value]:
    return set(label.get("certificates", {}).get("kinds", ()))


def proposed_kinds(text: Text, document: Document) -> tuple[Proposal, ...]:
    every = certificate_kinds.kind_proposals(document, standard(), text.title, text.whiteboard)
    right = kinds_of(text.label)
    # What a level or another kind makes superfluous is neither right nor wrong.
    left_out = ({"tls"} if right & LEVELS else set()) | ({"qwac"} if right - {"qwac"} else set())
    return tuple(one for one in every if one.value not in left_out)


FACTS: dict[str, tuple[bool, Callable, Callable, Callable]] = {
    "certificates.total": (
        True,
        lambda text, document: certificate_counts.count_proposals(document, text.whiteboard),
        total_of,
        certificate_counts.read,
    ),
    "certificates.kinds": (False, proposed_kinds, kinds_of, certificate_kinds.read),
}


def texts(comments: Path, bugs: Path) -> Iterator[Text]:
    """Yield the labelled texts, each bug once, and the invented reports; of a thread its first comment."""
    seen = set()
    for path in (CHOOSE, *reversed(FITTED), FINAL):
        for text in labelled_texts(path, comments, bugs):
            if text.name not in seen and (path != FINAL or is_read(text.name)):
                seen.add(text.name)
                yield text
    for folder in INVENTED:
        for path in sorted((CASES.parent / folder).glob("*.md")):
            label = json.loads(path.with_suffix(".json").read_text("utf-8"))
            comment = thread_of(path.read_text("utf-8"))[0]
            yield Text(f"{folder}/{path.stem}", folder, comment, label)


def is_read(bug: str) -> bool:
    """Tell the half of `final` that has become a development set from the half whose errors are not looked at."""
    return int(hashlib.sha256(bug.encode()).hexdigest(), 16) % 2 == 0


def examples(fact: str, every: Sequence[tuple[Text, Document]]) -> list[Example]:
    """List the texts whose prose decides the fact: no field of a form states it."""
    _, propose, right_of, read = FACTS[fact]
    found = []
    for text, document in every:
        context = Context(
            bug=None, policies=standard(), template=document.template, is_form=document.rank is not None,
            is_opening=True, is_by_reporter=True, known=Found(),
        )  # fmt: skip
        answer = read(document, context)
        by_field = not answer.why and (answer.total is not None or bool(answer.kinds))
        if not by_field:
            part = text.part if text.part in PARTS else "invented" if text.part in INVENTED else "sets"
            group = text.title.partition(":")[0].partition("/")[0].strip().casefold() or text.name
            right = frozenset(right_of(text.label))
            found.append(Example(part, group, propose(text, document), right))
            if fact in READ_TWICE and part in {"fit", "final", "sets"}:
                alone = replace(text, title="", whiteboard="")
                found.append(Example(WITHOUT_BUG, group, propose(alone, document), right))
    return found


def fitted_weights(rows: Sequence[Example], names: Sequence[str], *, rivals: bool) -> tuple[float, dict[str, float]]:
    """Fit bias and weights by the greatest likelihood, with a penalty on large weights."""
    index = {name: at for at, name in enumerate(names)}
    every = [(row, number, one) for number, row in enumerate(rows) for one in row.proposals]
    matrix = np.zeros((len(every), len(names) + 1))
    matrix[:, -1] = 1
    for at, (_, _, one) in enumerate(every):
        matrix[at, [index[test] for test in one.evidence if test in index]] = 1
    right = np.array([one.value in row.right for row, _, one in every], dtype=float)
    group = np.array([number for _, number, _ in every]) if rivals else np.arange(len(every))
    starts, members = np.unique(group, return_index=True)[1], np.unique(group, return_inverse=True)[1]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = matrix @ weights
        odds = np.exp(np.clip(score, -50, 50))
        whole = 1 + np.add.reduceat(odds, starts)
        penalty = PENALTY * np.append(weights[:-1], 0)
        value = float(np.log(whole).sum() - right @ score + penalty @ weights / 2)
        return value, matrix.T @ (odds / whole[members] - right) + penalty

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    return round(float(best[-1]), 2), {name: round(float(weight), 2) for name, weight in zip(names, best, strict=False)}


def outcome(fact: str, row: Example, weights: Weights) -> frozenset[Value]:
    """Name the values that count."""
    return frozenset(one.value for one in judged(fact, row.proposals, weights) if one.counts)


def needs(fact: str, rows: Sequence[Example], weights: Weights) -> dict[str, int]:
    """Count for each test the texts whose outcome changes without it."""
    whole = [outcome(fact, row, weights) for row in rows]
    found = {}
    for test in weights.weights:
        less = msgspec.structs.replace(weights, weights={n: w for n, w in weights.weights.items() if n != test})
        found[test] = sum(outcome(fact, row, less) != before for row, before in zip(rows, whole, strict=True))
    return found


def fold_of(group: str) -> int:
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def cross_validated(fact: str, rows: Sequence[Example], names: Sequence[str]) -> list[Weights]:
    """Return for each text the weights that were fitted without the texts of its CA."""
    rivals = FACTS[fact][0]
    by_fold = [
        Weights(rivals=rivals, threshold=0.5, bias=bias, weights=weights)
        for fold in range(FOLDS)
        for bias, weights in [fitted_weights([row for row in rows if fold_of(row.group) != fold], names, rivals=rivals)]
    ]
    return [by_fold[fold_of(row.group)] for row in rows]


def figures(pairs: Sequence[tuple[Example, frozenset[Value]]]) -> dict[str, float]:
    """Compute precision, recall and F1 over all values."""
    right = sum(len(found & row.right) for row, found in pairs)
    wrong, missing = (
        sum(len(found - row.right) for row, found in pairs),
        sum(len(row.right - found) for row, found in pairs),
    )
    return {
        "n": right + missing,
        "precision": round(right / max(1, right + wrong), 3),
        "recall": round(right / max(1, right + missing), 3),
        "f1": round(2 * right / max(1, 2 * right + wrong + missing), 3),
    }


def shares(fact: str, rows: Sequence[Example], weights: Sequence[Weights]) -> list[list[tuple[Value, float]]]:
    return [
        [(one.value, one.share) for one in judged(fact, row.proposals, w)] for row, w in zip(rows, weights, strict=True)
    ]


def with_bug(pairs: Sequence[tuple[Example, frozenset[Value]]]) -> list[tuple[Example, frozenset[Value]]]:
    """Leave out the second reading of each text, without the title and tags of its bug."""
    return [pair for pair in pairs if pair[0].part != WITHOUT_BUG]


def at_threshold(
    rows: Sequence[Example], every: Sequence[list[tuple[Value, float]]], threshold: float
) -> list[tuple[Example, frozenset[Value]]]:
    """Pair each text with the values that reach a threshold."""
    return [
        (row, frozenset(_final({value for value, share in some if share >= threshold})))
        for row, some in zip(rows, every, strict=True)
    ]


def _final(values: set[Value]) -> set[Value]:
    """Leave out the general kinds that the reader drops beside the special ones."""
    if all(isinstance(value, str) for value in values):
        return set(certificate_kinds.in_order({str(value) for value in values}))
    return values


def fit_fact(fact: str, every: Sequence[Example]) -> tuple[Weights, dict[str, int]]:
    """Fit one fact: drop tests that fewer than two texts need, set the threshold, take the figures."""
    rows, chosen = [row for row in every if row.part != "choose"], [row for row in every if row.part == "choose"]
    counted = Counter(test for row in rows for one in row.proposals for test in one.evidence)
    names = sorted(test for test, count in counted.items() if count >= NEEDED)
    threshold, needed = 0.5, dict[str, int]()
    while True:
        validated = shares(fact, rows, cross_validated(fact, rows, names))
        threshold = next(
            (
                step / 100
                for step in range(40, 90)
                if figures(with_bug(at_threshold(rows, validated, step / 100)))["precision"] >= PRECISION[fact]
            ),
            0.5,
        )
        bias, found = fitted_weights(rows, names, rivals=FACTS[fact][0])
        weights = Weights(rivals=FACTS[fact][0], threshold=threshold, bias=bias, weights=found)
        needed = needs(fact, [row for row in every if row.part != WITHOUT_BUG], weights)
        idle = sorted((needed[name], abs(found[name]), name) for name in names if needed[name] < NEEDED)
        if not idle:
            break
        names = sorted(set(names) - {name for *_, name in idle[:AT_ONCE]})
    parts = {
        part: figures([pair for pair in at_threshold(rows, validated, threshold) if pair[0].part == part])
        for part in dict.fromkeys(row.part for row in rows)
    }
    parts["cross-validated"] = figures(with_bug(at_threshold(rows, validated, threshold)))
    parts["choose"] = figures(at_threshold(chosen, shares(fact, chosen, [weights] * len(chosen)), threshold))
    return msgspec.structs.replace(weights, figures=parts), needed


def written(fit: Fit) -> str:
    """Write the weights as JSON, one fact's weights to a line."""
    lines = [
        f' "{name}": {{"rivals": {json.dumps(w.rivals)}, "threshold": {w.threshold}, "bias": {w.bias},\n'
        f'  "figures": {json.dumps(w.figures)},\n  "weights": {json.dumps(dict(sorted(w.weights.items())))}}}'
        for name, w in fit.facts.items()
    ]
    return f'{{"labels": "{fit.labels}", "facts": {{\n' + ",\n".join(lines) + "\n}}\n"


def main(arguments: list[str] | None = None) -> int:
    """Fit every fact, write the weights, print the figures and how many texts need each test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=Path, required=True)
    parser.add_argument("--bugs", type=Path, required=True)
    options = parser.parse_args(arguments)
    every = [(text, documents_of([text.comment])[0]) for text in texts(options.comments, options.bugs)]
    facts = {}
    for fact in FACTS:
        weights, needed = fit_fact(fact, examples(fact, every))
        facts[fact] = weights
        print(fact, "threshold", weights.threshold)
        for part, numbers in weights.figures.items():
            print("  ", part, numbers)
        for test, count in sorted(needed.items(), key=lambda pair: (-pair[1], pair[0])):
            print(f"   {weights.weights[test]:6.2f} {count:4} {test}")
    WEIGHTS.write_text(written(Fit(labels=labels_digest(), facts=facts)), "utf-8")
    fit_words.main(options.comments, options.bugs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
