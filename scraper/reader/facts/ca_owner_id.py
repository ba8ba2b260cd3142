"""The CA Owner's identifier in the CCADB, from the form's field."""

import re

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found

OWNER_ID = re.compile(r"(?<![A-Za-z0-9])A[0-9]{6}(?![0-9])")
_LONGEST_VALUE = 200


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read the field "CA Owner CCADB unique ID"; of several, the last one counts."""
    found = [
        match[0]
        for section in document.named("ca-owner-id")
        if (match := OWNER_ID.search(section.value[:_LONGEST_VALUE]))
    ]
    return Found(ca_owner_id=found[-1] if found else None)
