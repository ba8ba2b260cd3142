"""The one style sheet of the site: the theme's and ours, so that a first visit asks for one file instead of four."""

import re
from collections.abc import Iterable
from hashlib import sha256

# The maps of the theme's sources are not published.
_MAP = re.compile(rb"\s*/\*# sourceMappingURL=[^*]*\*/")
_CHARSET = b'@charset "UTF-8";'


def joined(sheets: Iterable[bytes]) -> tuple[str, bytes]:
    """Join style sheets in order; return the path below the site's root, which changes with them, and the bytes."""
    parts = [_MAP.sub(b"", sheet).replace(_CHARSET, b"").strip() for sheet in sheets]
    raw = b"\n".join([_CHARSET, *parts, b""])
    return f"assets/style.{sha256(raw).hexdigest()[:8]}.css", raw
