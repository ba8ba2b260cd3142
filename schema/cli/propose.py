"""The command `propose`: a `curated` block for one record, to review, edit and send."""

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby

from ca_incidents.schema import addresses, dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.derive.proposals import Evidence, Proposal, proposals_for
from ca_incidents.schema.findings import visible
from ca_incidents.schema.model import Incident, Tombstone
from ca_incidents.schema.record.effective import effective
from ca_incidents.schema.tables import registry
from ca_incidents.schema.tables.vocabulary import terms

_VOCABULARIES = {"topics": "topic", "discovery": "discovery", "root_causes": "root_cause"}
_LISTS = frozenset({"topics", "root_causes"})


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `propose`."""
    parser.add_argument("bug", type=int, metavar="BUG", help="number of the bug")
    add_dataset_option(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the block; what to do with it goes to the error stream, so that the block can be appended to the file."""
    root = around.folder / arguments.dataset
    record, _ = dataset.read_record(root, arguments.bug, registry.standard())
    if isinstance(record, Tombstone):
        print(f"{record.id} was withdrawn on {record.withdrawn.on}: nothing to propose", file=around.err)
        return 0
    found = proposals_for(effective(record))
    path = (arguments.dataset / str(record.year) / f"{record.id}.yaml").as_posix()
    print(_advice(record, path, found), file=around.err)
    if found:
        print("\n".join(block(record, found)), file=around.out)
    return 0


def _advice(record: Incident, path: str, found: Sequence[Proposal]) -> str:
    if not found:
        return f"nothing to propose for bug {record.id}: read {addresses.bug(record.id)} and write `curated` in {path}"
    where = f"add these lines below `curated:` in {path}" if record.curated else f"append this to {path}"
    causes = "root causes are candidates: keep those that the text names, or write [unknown]"
    if not any(one.field == "root_causes" for one in found):
        causes = "nothing that was read suggests a root cause"
    return (
        f"{where}; compare each value with what it was read in, and delete what the text does not support\n"
        f"{causes}; `ca-incidents explain root-causes` describes them"
    )


def block(record: Incident, found: Sequence[Proposal]) -> Iterator[str]:
    """Yield the lines of the block; without its key where the record has one already."""
    if record.curated is None:
        yield "curated:"
    yield f"  # {visible(' '.join(record.title.split()))}"
    yield f"  # {addresses.bug(record.id)}"
    for field, proposals in groupby(found, key=lambda one: one.field):
        if field in _LISTS:
            yield f"  {field}:"
        for one in proposals:
            yield from (f"  # {line}" for line in _because(record, one))
            yield f"  - {one.value}" if field in _LISTS else f"  {field}: {one.value}"


def _because(record: Incident, proposal: Proposal) -> Iterator[str]:
    term = terms(_VOCABULARIES[proposal.field])[proposal.value]
    yield f"{term.title}: {term.description}"
    yield from (f"  {_told(record, one)}" for one in proposal.evidence)


def _told(record: Incident, evidence: Evidence) -> str:
    if evidence.comment is None:
        return evidence.said
    return f"{evidence.said}, comment {evidence.comment}: {addresses.bug(record.id, evidence.comment)}"
