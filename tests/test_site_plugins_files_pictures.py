"""Pictures of link previews: their size, weight and colours, and names of any length."""

from io import BytesIO

import pytest
from PIL import Image

from ca_incidents.schema.tables import registry
from ca_incidents.site_plugins.files import pictures


def opened(raw: bytes) -> Image.Image:
    image = Image.open(BytesIO(raw))
    image.load()
    return image


def painted(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around everything below the bar at the top that is not background."""
    shades = image.crop((0, 20, *image.size)).getbbox(alpha_only=False)
    assert shades
    return shades


@pytest.mark.parametrize("name", ["A", *(owner.name for owner in registry.standard().owners.values()), "Wide " * 60])
def test_every_name_fits(name: str) -> None:
    raw = pictures.drawn(name, ("1,234 incidents · 13 March 2026", "CA incidents"))
    image = opened(raw)
    left, top, right, bottom = painted(image)
    assert image.size == (1200, 630) and len(raw) < 20_000
    assert left >= 60 and right <= 1200 - 60 and top >= 60 and bottom <= 630 - 60


def test_letters_are_drawn_with_smooth_edges_and_contrast() -> None:
    colours = opened(pictures.drawn("Registry", ("line",))).convert("RGB").getcolors()
    assert colours and len(colours) > 8
    assert {(0x1F, 0x3A, 0x5F), (0xFF, 0xFF, 0xFF)} <= {colour for _, colour in colours}


def test_the_same_words_give_the_same_bytes() -> None:
    assert pictures.drawn("Registry", ("line",)) == pictures.drawn("Registry", ("line",))
    assert pictures.drawn("Registry", ("line",)) != pictures.drawn("Registry", ("other",))
