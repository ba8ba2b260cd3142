"""The file `security.txt` (RFC 9116): where to report a security flaw, and until when to rely on that."""

from datetime import date, timedelta

from ca_incidents.schema.export.descriptions import REPOSITORY

PATH = ".well-known/security.txt"
# The standard recommends less than a year; every merged sync moves the day on.
VALID_FOR = timedelta(days=364)


def text_of(today: date, home: str) -> str:
    """Return the file's text for the site at `home`; `today` is the snapshot's day, so that builds are reproducible."""
    lines = [
        f"Contact: {REPOSITORY}/security/advisories/new",
        f"Expires: {today + VALID_FOR}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {home}{PATH}",
        f"Policy: {REPOSITORY}/blob/main/SECURITY.md",
    ]
    return "".join(f"{line}\n" for line in lines)
