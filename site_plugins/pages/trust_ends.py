"""What a root program refuses of a CA, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ca_incidents.schema.tables.registry import Owner, Registry, TrustEnd
from ca_incidents.site_plugins.pages import html

USES = {"tls": "TLS", "smime": "S/MIME", "code-signing": "code signing", "time-stamping": "time stamping"}


@dataclass(frozen=True, slots=True)
class Ended:
    """What a root program refuses of a CA, in words; `in_store` where its store still has roots of the CA."""

    program: str
    words: str
    in_store: bool
    sources: tuple[str, ...]


def ended(registry: Registry, owner: Owner, events: Sequence[TrustEnd]) -> list[Ended]:
    """Say in words what root programs refuse of a CA."""
    programs = registry.programs
    return [
        Ended(
            program=programs[event.program].name if event.program in programs else event.program,
            words=in_words(event),
            in_store=event.program in owner.root_programs and (event.on or "") <= registry.as_of,
            sources=(event.source,) if event.source else owner.distrust_source,
        )
        for event in events
    ]


def in_words(event: TrustEnd) -> str:
    """Return which certificates a program refuses, and from which day on."""
    uses = " and ".join(USES.get(use, use) for use in event.scope)
    what = f"certificates for {uses}" if uses else "certificates"
    roots = f" under {', '.join(event.roots)}" if event.roots else ""
    since = f" from {html.day(event.on)} on" if event.on else "; the day is not certain"
    cutoff = html.day(event.cutoff) if event.cutoff else "a day that is not certain"
    match event.ended:
        case "all":
            return f"all {what}{roots} are refused{since}"
        case "issued-after":
            # The day after the cutoff is the first on which such a certificate can exist.
            next_day = _day_after(event.cutoff or "")
            later = "" if next_day and event.on in {event.cutoff, next_day} else since
            hour = " (the time of day is not recorded)" if next_day and event.on == event.cutoff else ""
            older = "older ones stay trusted until they expire"
            return f"{what}{roots} issued after {cutoff}{hour} are refused{later}; {older}"
        case "issued-before":
            return f"{what}{roots} issued before {cutoff} are refused{since}"
    return f"{what} are refused{since}; the sources say which ones"


def _day_after(day: str) -> str | None:
    """Return the next day; None where only the month or year is known."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if len(day) == len("2024-01-31") else None
