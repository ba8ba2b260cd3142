"""Medians and counts over many incidents, each with the number of values that it rests on and what is not known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ca_incidents.site_plugins.catalogue import Entry

LAST_COMMENT = "Days from opening to the last comment, resolved bugs"


@dataclass(frozen=True, slots=True)
class Summary:
    """A median in days, or a number of bugs, with the number of values it was made from; None where there are none.

    `unknown` is the number of incidents that give no value.
    """

    title: str
    unit: str
    value: float | None
    count: int
    unknown: int

    @property
    def shown(self) -> str:
        """The value as shown, rounded."""
        if self.value is None:
            return "–"
        return f"{self.value:,.0f}" if self.unit == "bugs" else f"{self.value:,.1f} days".replace(".0 ", " ")


def summaries(entries: Sequence[Entry]) -> list[Summary]:
    """Summarise incidents by what does not depend on which comments were read."""
    kinds = [entry.derived.reporter_kind for entry in entries if entry.derived.reporter_kind != "unknown"]
    return [
        _median(LAST_COMMENT, [entry.days_to_last_comment for entry in entries if entry.status == "closed"]),
        _median("Response time of the CA", [[m.value for m in entry.derived.response_days] for entry in entries]),
        Summary(
            "Filed by the CA itself",
            "bugs",
            kinds.count("ca") if kinds else None,
            len(kinds),
            len(entries) - len(kinds),
        ),
    ]


def _median(title: str, values: Iterable[Sequence[float]]) -> Summary:
    by_incident = list(values)
    known = [value for of_one in by_incident for value in of_one]
    return Summary(
        title, "days", median(known) if known else None, len(known), sum(not of_one for of_one in by_incident)
    )
