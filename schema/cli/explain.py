"""The command `explain`: what the code of a finding means and how to fix it, and the words of a vocabulary."""

import argparse
from collections.abc import Iterator

from ca_incidents.schema.check import codes
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.messages import vocabulary_name
from ca_incidents.schema.tables import vocabulary
from ca_incidents.schema.tables.vocabulary import Term


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument(
        "code",
        nargs="?",
        metavar="CODE",
        help="the code in brackets at the end of a finding, or a vocabulary such as root-causes (default: list both)",
    )


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the explanation of one code or vocabulary, or the list of all."""
    print(_explanation(arguments.code), file=around.out)
    return 0


def _explanation(name: str | None) -> str:
    vocabularies = vocabulary.vocabularies()
    if not name:
        return f"{codes.listing()}\n\nVocabularies: {', '.join(vocabularies)}"
    name = name if name in vocabularies or vocabulary_name(name) not in vocabularies else vocabulary_name(name)
    if name in vocabularies:
        words = vocabulary.terms(vocabularies[name]).values()
        return "\n\n".join("\n    ".join(_lines(word)) for word in words)
    return codes.page_text(codes.code_named(name))


def _lines(word: Term) -> Iterator[str]:
    yield f"{word.slug}: {word.title}{f' ({word.group})' if word.group else ''}"
    yield word.description
    if word.example:
        yield f"Example: {word.example}"
