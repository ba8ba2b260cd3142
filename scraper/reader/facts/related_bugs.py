"""Other bugs: those that a report lists as related incidents, and those that any comment mentions."""

import re

from ca_incidents.schema.model import RelatedBug
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found

_LONE_BUG = re.compile(r"(?<![0-9.,/=#-])[0-9]{6,7}(?![0-9.,/-])")


def read(document: Document, context: Context) -> Found:
    """Read the bugs of the section Related Incidents, then every other bug that the text mentions."""
    sections = document.named("related-incidents")
    lines = {line.number for section in sections for line in section.lines()}
    rows = (line for section in sections for line in section.body if line.kind == "row" and line.cells)
    listed = [one.bug for one in document.bugs if one.line in lines]
    listed += [int(match[0]) for line in rows if (match := _LONE_BUG.search(line.cells[0]))]
    relations = dict.fromkeys([one.bug for one in document.bugs], "cited") | dict.fromkeys(listed, "related-incident")
    return Found(
        related=tuple(
            RelatedBug(bug=bug, relation=relation, source=document.number)
            for bug, relation in relations.items()
            if bug != context.bug
        )
    )
