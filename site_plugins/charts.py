"""Small charts as SVG that follow the page's colours; their values stand beside them as text."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, HEAD = 640, 150, 20, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the units of the drawing, its label below and its value above."""

    label: str
    value: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar chart: what it shows in words, its bars, and the size of the drawing."""

    caption: str
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def summary(self) -> str:
        """The chart in words, for readers who do not see it."""
        return f"{self.caption}: " + ", ".join(f"{bar.label} {bar.value}" for bar in self.bars)


def years(counts: Sequence[tuple[int, float]], caption: str) -> BarChart:
    """Draw counts by year; `counts` holds (year, count) in the order of the years."""
    top = max((count for _, count in counts), default=0) or 1
    step = WIDTH / max(len(counts), 1)
    bars = []
    for place, (year, count) in enumerate(counts):
        height = round((HEIGHT - FOOT - HEAD) * count / top, 1)
        bars.append(
            Bar(
                str(year),
                count,
                round(place * step + step * 0.12, 1),
                round(HEIGHT - FOOT - height, 1),
                round(step * 0.76, 1),
                height,
            )
        )
    return BarChart(caption, tuple(bars))
