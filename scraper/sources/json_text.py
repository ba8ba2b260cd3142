"""JSON from a source: decoded within stated bounds, or a reason why not. The only module that decodes JSON."""

from typing import Any

import msgspec

# Each of these characters can stand for a value of about 80 bytes in memory: 160 MB at most.
_STRUCTURE = (b"[", b"{", b",", b":")
MAX_VALUES = 2_000_000


class BadJson(ValueError):
    """A text is not JSON, or too deeply nested or too large; the message is the reason."""


def decoded(raw: bytes) -> Any:
    """Return the value of a JSON text. Raises BadJson."""
    if sum(map(raw.count, _STRUCTURE)) > MAX_VALUES:
        raise BadJson(f"has more than {MAX_VALUES:,} values")
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        raise BadJson("is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadJson(f"is not JSON ({error})") from None
