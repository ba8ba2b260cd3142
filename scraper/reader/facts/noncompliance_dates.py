"""When the non-compliance started, was identified and ended, from the form's three fields."""

from ca_incidents.schema.model import Doubt
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt, doubts_about
from ca_incidents.scraper.reader.form import placeholders
from ca_incidents.scraper.reader.form.sections import Section


def read(document: Document, context: Context) -> Found:  # noqa: ARG001
    """Read the dates of the three fields; of a field that is given twice, the last certain date counts."""
    found: dict[str, str] = {}
    doubts: list[Doubt] = []
    for section in document.named("nc-start", "nc-identified", "nc-end"):
        name = section.slug.removeprefix("nc-")
        at = _date_in(section, f"noncompliance.{name}", document, doubts)
        if at is not None:
            found[name] = at
    return Found(
        start=found.get("start"), identified=found.get("identified"), end=found.get("end"), doubts=tuple(doubts)
    )


def _date_in(section: Section, where: str, document: Document, doubts: list[Doubt]) -> str | None:
    first = next((line.text for line in section.lines() if line.text.strip(" *_-")), "")
    # "N/A (revocation completed: …)" does not give an end.
    moments = () if placeholders.is_nothing_said(first.partition("(")[0]) else document.moments(first)
    doubts += doubts_about(moments[:1], where, document)
    if not moments and first and not placeholders.is_nothing_said(first):
        doubts.append(doubt("date-not-understood", where, first, document))
    return next((moment.at for moment in moments if moment.is_certain), None)
