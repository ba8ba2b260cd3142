"""How to cite an incident, pinned to the dataset's version so that what was read can be found again; and JSON-LD.

`version` is the dataset's, or a word that stands for it until the page is written.
"""

from schema.export_describe import DATA, LICENCE, TITLE
from schema.export_tables import BUG, HOME
from site_plugins.catalogue import Catalogue, Entry
from site_plugins.markup import long_day, visible

PUBLISHER = "CA incidents"


def address(entry: Entry, catalogue: Catalogue) -> str:
    """Give the full address of an incident's page."""
    return f"{catalogue.site_url or HOME}incidents/{entry.number}/"


def plain(entry: Entry, catalogue: Catalogue, *, version: str) -> str:
    """Write a citation as one line of text."""
    title, day = visible(entry.record.title), long_day(catalogue.today)
    return (
        f"{title}. {PUBLISHER}, incident {entry.number}, version {version} (snapshot of {day}). "
        f"{address(entry, catalogue)}"
    )


def bibtex(entry: Entry, catalogue: Catalogue, *, version: str) -> str:
    """Write a citation for BibTeX; the title's special characters are escaped."""
    title = "".join(_TEX.get(c, c) for c in visible(entry.record.title))
    return (
        f"@misc{{ca-incident-{entry.number},\n"
        f"  title = {{{{{title}}}}},\n"
        f"  howpublished = {{{PUBLISHER}, incident {entry.number}}},\n"
        f"  year = {{{catalogue.today.year}}},\n"
        f"  note = {{Version {version}; bug opened {entry.opened}}},\n"
        f"  url = {{{address(entry, catalogue)}}}\n}}"
    )


def csl(entry: Entry, catalogue: Catalogue, *, version: str) -> dict[str, object]:
    """Give a citation as an item of CSL-JSON 1.0."""
    day = catalogue.today
    return {
        "id": f"ca-incident-{entry.number}",
        "type": "dataset",
        "title": visible(entry.record.title),
        "container-title": TITLE,
        "publisher": PUBLISHER,
        "number": str(entry.number),
        "version": version,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": address(entry, catalogue),
    }


def json_ld(entry: Entry, catalogue: Catalogue, *, version: str) -> dict[str, object]:
    """Give a record's page as a `CreativeWork` of schema.org."""
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "CreativeWork",
        "@id": address(entry, catalogue),
        "url": address(entry, catalogue),
        "name": entry.record.title,
        "identifier": str(entry.number),
        "inLanguage": "en",
        "dateModified": entry.updated,
        "version": version,
        "license": LICENCE["path"],
        "isBasedOn": f"{BUG}{entry.number}",
        "isPartOf": {"@type": "Dataset", "@id": f"{HOME}data/", "name": TITLE},
        "encoding": [
            {"@type": "MediaObject", "encodingFormat": media, "contentUrl": f"{DATA}incidents/{entry.number}.{ending}"}
            for ending, media in (("json", "application/json"), ("yaml", "application/yaml"))
        ],
    }
    if entry.tags:
        found["keywords"] = [tag.title for tag in entry.tags]
    if entry.owner:
        found["about"] = {"@type": "Organization", "name": entry.owner.name}
    return found


def gathering(catalogue: Catalogue, url: str, name: str, description: str) -> dict[str, object]:
    """Give a page that gathers incidents, such as a CA's, as a `CollectionPage` of schema.org."""
    return {
        "@context": "https://schema.org/",
        "@type": "CollectionPage",
        "@id": f"{catalogue.site_url or HOME}{url}",
        "url": f"{catalogue.site_url or HOME}{url}",
        "name": name,
        "description": description,
        "inLanguage": "en",
        "license": LICENCE["path"],
        "isPartOf": {"@type": "Dataset", "@id": f"{HOME}data/", "name": TITLE},
    }


_TEX = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
