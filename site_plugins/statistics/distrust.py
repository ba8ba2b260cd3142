"""When root programs ended their trust in CAs or roots, with the incidents that were open on that day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ca_incidents.schema.tables.registry import Distrust, Owner, TrustEnd
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages import trust_ends
from ca_incidents.site_plugins.statistics.open_on import open_on
from ca_incidents.site_plugins.statistics.table import Table

FULL_DAY = len("2024-01-31")


@dataclass(frozen=True, slots=True)
class Event:
    """One end of trust: its registry entry, what it says in words, and the incidents of the CA open on that day.

    `kind` is `distrust`, or `removal` without a decision against the CA. `open` is None where the day is not known
    or later than the snapshot.
    """

    owner: Owner
    kind: str
    end: TrustEnd
    ended: trust_ends.Ended
    open: Sequence[Entry] | None


def events(catalogue: Catalogue) -> Sequence[Event]:
    """Return all ends of trust, the newest first; those of an unknown day come last."""
    return sorted(_events(catalogue), key=lambda event: event.end.on or "", reverse=True)


def table(catalogue: Catalogue) -> Table:
    """Return the timeline as a table."""
    return Table(
        "distrust",
        "Ends of trust by root program, with the CA's incidents open on that day",
        ("on", "program", "ca", "kind", "ended", "cutoff", "scope", "roots", "sources", "open_incidents"),
        tuple(
            (
                event.end.on,
                event.end.program,
                event.owner.slug,
                event.kind,
                event.end.ended,
                event.end.cutoff,
                " ".join(event.end.scope),
                "; ".join(event.end.roots),
                " ".join(event.ended.sources),
                None if event.open is None else len(event.open),
            )
            for event in events(catalogue)
        ),
    )


def _events(catalogue: Catalogue) -> Iterator[Event]:
    for owner in catalogue.registry.owners.values():
        ends = (*owner.distrust, *owner.removals)
        for end, ended in zip(ends, trust_ends.ended(catalogue.registry, owner, ends), strict=True):
            kind = "distrust" if isinstance(end, Distrust) else "removal"
            yield Event(owner, kind, end, ended, _open(catalogue, owner, end.on or ""))


def _open(catalogue: Catalogue, owner: Owner, on: str) -> Sequence[Entry] | None:
    if len(on) < FULL_DAY or date.fromisoformat(on) > catalogue.today:
        return None
    return open_on(catalogue.by_ca.get(owner.slug, ()), date.fromisoformat(on))
