"""Small charts as SVG that follow the page's colours; their values are shown as text too."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT, HEAD = 640, 154, 20, 20
ROW_WIDTH, ROW_HEIGHT = 260, 26
# A chart shows at least this many years, so that its bars do not grow too wide.
FEWEST = 8


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
        return f"{self.caption}: " + (", ".join(f"{bar.label} {bar.value}" for bar in self.bars if bar.value) or "none")


def years(counts: Sequence[tuple[int | str, float]], caption: str) -> BarChart:
    """Draw counts by year or another period; `counts` holds (period, count) in the order of the periods."""
    top = max((count for _, count in counts), default=0)
    return BarChart(caption, _bars(counts, top, WIDTH, HEAD, HEIGHT - FOOT))


def row(counts: Sequence[tuple[int, float]], caption: str) -> BarChart:
    """Draw counts by year as one of several rows under each other, without words, each to its own scale."""
    top = max((count for _, count in counts), default=0)
    return BarChart(caption, _bars(counts, top, ROW_WIDTH, 0, ROW_HEIGHT), ROW_WIDTH, ROW_HEIGHT)


def _bars(counts: Sequence[tuple[int | str, float]], top: float, width: int, head: int, foot: int) -> tuple[Bar, ...]:
    """Place bars between `head` and `foot`, where the largest reaches from one to the other."""
    step = width / max(len(counts), 1)
    bars = []
    for place, (period, count) in enumerate(counts):
        height = round((foot - head) * count / (top or 1), 1)
        x = round(place * step + step * 0.12, 1)
        bars.append(Bar(str(period), count, x, round(foot - height, 1), round(step * 0.76, 1), height))
    return tuple(bars)
