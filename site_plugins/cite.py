"""How to cite an incident: pinned to the snapshot, so that what was read can be found again."""

from site_plugins.catalogue import Catalogue, Entry
from site_plugins.markup import long_day, visible

PUBLISHER = "CA incidents"


def address(entry: Entry, catalogue: Catalogue) -> str:
    """Give the full address of an incident's page."""
    return f"{catalogue.site_url}incidents/{entry.number}/"


def plain(entry: Entry, catalogue: Catalogue) -> str:
    """Write a citation as one line of text."""
    day = long_day(catalogue.today)
    title = visible(entry.record.title)
    return f"{title}. {PUBLISHER}, incident {entry.number}, snapshot of {day}. {address(entry, catalogue)}"


def bibtex(entry: Entry, catalogue: Catalogue) -> str:
    """Write a citation for BibTeX; the title's special characters are escaped."""
    title = "".join(_TEX.get(c, c) for c in visible(entry.record.title))
    return (
        f"@misc{{ca-incident-{entry.number},\n"
        f"  title = {{{{{title}}}}},\n"
        f"  howpublished = {{{PUBLISHER}, incident {entry.number}}},\n"
        f"  year = {{{entry.record.year}}},\n"
        f"  note = {{Snapshot of {catalogue.today.isoformat()}}},\n"
        f"  url = {{{address(entry, catalogue)}}}\n}}"
    )


_TEX = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
