"""Saved sources named on the command line: dumps, pages, answers and lists, alone or mixed in folders."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.scraper.sources.bug import UnreadableAnswer, WireBug
from ca_incidents.scraper.sources.bug_list import BugList, read_list
from ca_incidents.scraper.sources.dump import BUGS, MAX_BYTES, Saved, read_answer, read_saved
from ca_incidents.scraper.sources.input_file import read_file
from ca_incidents.scraper.sources.sandbox import load_page

# What browsers and archives call pages of text; other files of a folder are not looked at.
PAGES = frozenset({".html", ".htm", ".xhtml", ".shtml", ".xml", ".mht", ".mhtml", ".txt"})
ANSWERS = frozenset({".json"})


@dataclass(slots=True)
class Read:
    """What was read: whole dumps, single bugs, lists, and the reason for each file that could not be read."""

    dumps: list[Saved] = field(default_factory=list)
    bugs: list[WireBug] = field(default_factory=list)
    lists: list[BugList] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def read_sources(
    paths: Sequence[Path], track: Callable[[Sequence[Path]], Iterable[Path]], say: Callable[[str], None]
) -> Read:
    """Read files and folders; a file that cannot be read is named with its reason, and the others go on.

    `track` is handed the files and returns them one after the other; `say` is told each file. Raises the reason where
    nothing at all could be read.
    """
    read, last = Read(), None
    for path in track([file for named in paths for file in _files(named)]):
        say(f"reading {visible(str(path))}")
        try:
            _read_one(path, read)
        except CaIncidentsError as error:
            read.refused[visible(str(path))], last = str(error), error
    if last is not None and not (read.dumps or read.bugs or read.lists):
        raise last if len(read.refused) == 1 else UnreadableAnswer("\n".join(read.refused.values()))
    return read


def _read_one(path: Path, read: Read) -> None:
    if path.is_dir():
        read.dumps.append(read_saved(path))
    elif path.suffix in ANSWERS:
        if b'"as_of"' in read_file(path, MAX_BYTES):
            read.lists.append(read_list(path))
        else:
            read.bugs += read_answer(path)
    else:
        read.bugs += load_page(path)


def _files(path: Path) -> Iterator[Path]:
    """Yield what is to be read of a path: a dump's folder as one, then pages; of other folders the answers as well."""
    if not path.is_dir():
        yield path
        return
    is_dump = any((path / name).is_file() for name in (BUGS, f"{BUGS}.gz"))
    wanted = PAGES if is_dump else PAGES | ANSWERS
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in wanted and file.is_file())
    if is_dump:
        yield path
    elif not found:
        raise UnreadableAnswer(
            f"{visible(str(path))}: holds no {BUGS} and no saved page or answer ({', '.join(sorted(PAGES | ANSWERS))})"
        )
    yield from found
