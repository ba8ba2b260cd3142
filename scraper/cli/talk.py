"""What a long command says while it runs: a line that shows how far it is, and, if asked for, each step."""

from collections.abc import Iterator, Sequence
from typing import Any, TextIO, TypeVar

from rich.console import Console
from rich.progress import track
from rich.status import Status

from ca_incidents.schema.findings import visible

_T = TypeVar("_T")


class Talk:
    """Progress on a terminal, and every step where the user wants to read them; nothing where quiet."""

    def __init__(self, stream: TextIO, *, quiet: bool = False, verbose: bool = False) -> None:
        self._console = Console(file=stream)
        self._verbose = verbose
        self._shows = self._console.is_terminal and not quiet and not verbose
        self._status: Status | None = None

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, *exc: Any) -> None:
        self._stop()

    def say(self, step: str) -> None:
        """Print a step, or show it as the one that is being done."""
        if self._verbose:
            self._console.print(visible(step), markup=False, highlight=False, soft_wrap=True)
        elif self._shows:
            if self._status is None:
                self._status = self._console.status("")
                self._status.start()
            self._status.update(visible(step))

    def track(self, what: str, items: Sequence[_T]) -> Iterator[_T]:
        """Yield the items and show how many of them are done."""
        self._stop()
        yield from track(items, what, console=self._console, disable=not self._shows, transient=True)

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None
