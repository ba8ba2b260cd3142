"""Addresses at Bugzilla and crt.sh: what every link to a bug, comment, attachment or certificate is made by."""

from urllib.parse import quote

BUGZILLA = "https://bugzilla.mozilla.org"
CRT_SH = "https://crt.sh"


def bug(number: int, comment: int | None = None) -> str:
    """Return the address of a bug, or of one of its comments."""
    return f"{BUGZILLA}/show_bug.cgi?id={number}" + ("" if comment is None else f"#c{comment}")


def attachment(number: int) -> str:
    """Return the address of an attachment."""
    return f"{BUGZILLA}/attachment.cgi?id={number}"


def certificate(key: int | str) -> str:
    """Return the address of a certificate, by its id at crt.sh or by its SHA-256 fingerprint."""
    return f"{CRT_SH}/?id={key}" if isinstance(key, int) else f"{CRT_SH}/?q={quote(key, safe='')}"
