"""Medians and shares over many incidents, each with the number of incidents that it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ca_incidents.site_plugins.catalogue import Entry


@dataclass(frozen=True, slots=True)
class Summary:
    """A median in days, or a share in percent, and how many values it was made from; None where there are none."""

    title: str
    unit: str
    value: float | None
    count: int

    @property
    def shown(self) -> str:
        """The value for readers, rounded to what its source can bear."""
        if self.value is None:
            return "–"
        return f"{round(self.value)} %" if self.unit == "%" else f"{self.value:.1f} days".replace(".0 ", " ")


def summaries(entries: Sequence[Entry]) -> list[Summary]:
    """Summarise incidents by the measures that can be compared between CAs."""
    closed = [e for e in entries if not e.is_open]
    reported = [e.derived.reporter_kind for e in entries if e.derived.reporter_kind != "unknown"]
    return [
        _median("Days open, closed incidents", (e.derived.days_open for e in closed)),
        _median("Days from noticing to the full report", (e.derived.days_to_full_report for e in entries)),
        _median("Days until the CA answers", (m.value for e in entries for m in e.derived.response_days)),
        Summary(
            "Filed by the CA itself, where known",
            "%",
            100 * reported.count("ca") / len(reported) if reported else None,
            len(reported),
        ),
    ]


def _median(title: str, values: Iterable[float | None]) -> Summary:
    known = [value for value in values if value is not None]
    return Summary(title, "days", median(known) if known else None, len(known))
