"""Pictures for link previews: one for the site and one per CA, drawn when the site is built.

Colours are few and flat, so that a picture is a PNG of a few kilobytes and quick to write.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import html

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

FOLDER = "assets/pictures"
# What the Open Graph protocol's readers show in full.
WIDTH, HEIGHT = 1200, 630
OF_SITE = f"{FOLDER}/site.png"
_MARGIN = 80
_NAME_SIZES = (104, 84, 68, 56)
_MOST_LINES = 3
# The palette runs from the background to the text in equal steps, which is all that smooth letters need.
_BACKGROUND, _TEXT, _SHADES = (0x1F, 0x3A, 0x5F), (0xFF, 0xFF, 0xFF), 16
_SITE = "CA incidents"


def of_ca(slug: str) -> str:
    """Return the path of a CA's picture below the site's root."""
    return f"{FOLDER}/cas/{slug}.png"


def written(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield every picture as its path below the site's root and its bytes."""
    day = html.long_day(catalogue.today)
    count = html.plural(len(catalogue.entries), "incident")
    yield OF_SITE, _kept(catalogue, _SITE, ("Compliance incidents of the Web PKI", f"{count} · {day}"))
    for slug, owner in catalogue.registry.owners.items():
        count = html.plural(len(catalogue.by_ca.get(slug, ())), "incident")
        yield of_ca(slug), _kept(catalogue, owner.name, (f"{count} · {day}", _SITE))


def _kept(catalogue: Catalogue, name: str, lines: Sequence[str]) -> bytes:
    inputs = msgspec.json.encode(("picture", version("pillow"), name, lines))
    return catalogue.keep(inputs, lambda: drawn(name, lines))


def drawn(name: str, lines: Sequence[str]) -> bytes:
    """Draw a name with smaller lines below it as a PNG."""
    # Importing Pillow takes longer than looking up all pictures.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    font, wrapped = _fitting(draw, name)
    draw.rectangle((0, 0, WIDTH, 16), fill=255)
    draw.multiline_text((_MARGIN, 2 * _MARGIN), "\n".join(wrapped), fill=255, font=font, spacing=16)
    for place, line in enumerate(reversed(lines)):
        draw.text((_MARGIN, HEIGHT - _MARGIN - 56 * place), line, fill=200, font=_font(40), anchor="ls")
    return _png(image)


def _png(image: "Image") -> bytes:
    shades = image.point([value * (_SHADES - 1) // 255 for value in range(256)])
    shades.putpalette([_shade(step, part) for step in range(_SHADES) for part in range(3)])
    file = BytesIO()
    shades.save(file, "PNG", bits=4, compress_level=4)
    return file.getvalue()


def _shade(step: int, part: int) -> int:
    low, high = _BACKGROUND[part], _TEXT[part]
    return low + (high - low) * step // (_SHADES - 1)


def _fitting(draw: "ImageDraw", name: str) -> "tuple[FreeTypeFont | ImageFont, list[str]]":
    """Return the largest font in which a name fits, and its lines; in the smallest, what does not fit is left out."""
    found = [(font, _wrapped(draw, name, font)) for font in map(_font, _NAME_SIZES)]
    fitting = (one for one in found if len(one[1]) <= _MOST_LINES and _widest(draw, *one) <= WIDTH - 2 * _MARGIN)
    font, lines = next(fitting, found[-1])
    return font, lines[:_MOST_LINES]


def _widest(draw: "ImageDraw", font: "FreeTypeFont | ImageFont", lines: Sequence[str]) -> float:
    return max((draw.textlength(line, font) for line in lines), default=0.0)


def _wrapped(draw: "ImageDraw", name: str, font: "FreeTypeFont | ImageFont") -> list[str]:
    lines: list[str] = []
    for word in name.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and draw.textlength(longer, font) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int) -> "FreeTypeFont | ImageFont":
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.load_default(size)
