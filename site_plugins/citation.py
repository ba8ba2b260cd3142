"""Citations of an incident, pinned to the dataset's version so that they can be reproduced, and JSON-LD.

`version` is the dataset's, or a placeholder for it until the page is written.
"""

from ca_incidents.schema import addresses
from ca_incidents.schema.export.descriptions import DATA, LICENCE, TITLE
from ca_incidents.schema.export.tables import HOME
from ca_incidents.site_plugins.catalogue import Entry, Frame
from ca_incidents.site_plugins.pages.html import long_day, visible

PUBLISHER = "CA incidents"
# Whoever corrects a record is an author of it; no record has an author of its own.
AUTHOR = "CA incidents contributors"
BUGZILLA = "Mozilla Bugzilla, CA Program :: CA Certificate Compliance"


def address(entry: Entry, frame: Frame) -> str:
    """Return the full address of an incident's page."""
    return f"{frame.site_url or HOME}incidents/{entry.number}/"


def plain(entry: Entry, frame: Frame, *, version: str) -> str:
    """Write a citation as one line of text."""
    title, day = visible(entry.record.title), long_day(frame.today)
    of = f"{PUBLISHER}, incident {entry.number}, version {version} (snapshot of {day})"
    return f"{AUTHOR}. {title}. {of}. {address(entry, frame)}"


def bug_plain(entry: Entry) -> str:
    """Write a citation of the bug itself as one line of text."""
    return f"{BUGZILLA}. Bug {entry.number}: {visible(entry.record.title)}. Opened {entry.opened}. {_bug(entry)}"


def _bug(entry: Entry) -> str:
    return addresses.bug(entry.number)


def bibtex(entry: Entry, frame: Frame, *, version: str) -> str:
    """Write citations of the record and of its bug for BibTeX; the title's special characters are escaped."""
    title = "".join(_TEX.get(c, c) for c in visible(entry.record.title))
    return (
        f"@misc{{ca-incident-{entry.number},\n"
        f"  author = {{{{{AUTHOR}}}}},\n"
        f"  title = {{{{{title}}}}},\n"
        f"  howpublished = {{{PUBLISHER}, incident {entry.number}}},\n"
        f"  year = {{{frame.today.year}}},\n"
        f"  note = {{Version {version}; bug opened {entry.opened}}},\n"
        f"  url = {{{address(entry, frame)}}}\n}}\n"
        f"@misc{{bugzilla-{entry.number},\n"
        f"  author = {{{{{BUGZILLA}}}}},\n"
        f"  title = {{{{Bug {entry.number}: {title}}}}},\n"
        f"  year = {{{entry.opened[:4]}}},\n"
        f"  url = {{{_bug(entry)}}}\n}}"
    )


def csl(entry: Entry, frame: Frame, *, version: str) -> dict[str, object]:
    """Return a citation as an item of CSL-JSON 1.0."""
    day = frame.today
    return {
        "id": f"ca-incident-{entry.number}",
        "type": "dataset",
        "author": [{"literal": AUTHOR}],
        "title": visible(entry.record.title),
        "container-title": TITLE,
        "publisher": PUBLISHER,
        "number": str(entry.number),
        "version": version,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": address(entry, frame),
    }


def bug_csl(entry: Entry) -> dict[str, object]:
    """Return a citation of the bug itself as an item of CSL-JSON 1.0."""
    return {
        "id": f"bugzilla-{entry.number}",
        "type": "webpage",
        "author": [{"literal": BUGZILLA}],
        "title": f"Bug {entry.number}: {visible(entry.record.title)}",
        "issued": {"date-parts": [[int(part) for part in entry.opened.split("-")]]},
        "URL": _bug(entry),
    }


def json_ld(entry: Entry, frame: Frame, *, version: str) -> dict[str, object]:
    """Return a record's page as a `CreativeWork` of schema.org."""
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "CreativeWork",
        "@id": address(entry, frame),
        "url": address(entry, frame),
        "name": entry.record.title,
        "identifier": str(entry.number),
        "author": {"@type": "Organization", "name": AUTHOR},
        "inLanguage": "en",
        "dateModified": entry.updated,
        "version": version,
        "license": LICENCE["path"],
        "isBasedOn": addresses.bug(entry.number),
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


def gathering(frame: Frame, url: str, name: str, description: str) -> dict[str, object]:
    """Return a page that gathers incidents, such as a CA's, as a `CollectionPage` of schema.org."""
    return {
        "@context": "https://schema.org/",
        "@type": "CollectionPage",
        "@id": f"{frame.site_url or HOME}{url}",
        "url": f"{frame.site_url or HOME}{url}",
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
