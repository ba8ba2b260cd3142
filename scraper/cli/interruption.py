"""A command that is told to stop ends tidily: it says so, and what it did until then stays."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from ca_incidents.schema.errors import CaIncidentsError


class Interrupted(CaIncidentsError):
    """Somebody stopped the command, with Ctrl-C or a signal; the exit status is the one that shells use for it."""

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}; every file is complete. Run the same command again to continue")
        self.exit_status = 128 + number


class _Stop(KeyboardInterrupt):
    """Raised where the signal arrives; not an Exception, so that nothing takes it for a fault of the bug at hand."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into Interrupted while a command runs; only the main thread can."""

    def stop(number: int, _: FrameType | None) -> None:
        raise _Stop(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    known = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except _Stop as stopped:
        raise Interrupted(stopped.number) from None
    finally:
        for number, handler in known.items():
            signal.signal(number, handler)
