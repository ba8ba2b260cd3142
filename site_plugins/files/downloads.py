"""Every file of the site that is not a page: the dataset below `data/v1/`, feeds, single files, and old addresses."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from ca_incidents.schema.derive.links import Links
from ca_incidents.schema.export.descriptions import DESCRIPTION, LICENCE, TITLE, citation_line, describing_files
from ca_incidents.schema.export.encoders import can_write_parquet
from ca_incidents.schema.export.files import FORMATS, File, data_files, schema_files, view_of
from ca_incidents.schema.export.folder import SUMS, sums
from ca_incidents.schema.export.tables import HOME, Material
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.files import deadlines_table, feeds, redirects, security_txt

FOLDER = "data/v1"


def written(catalogue: Catalogue, *, whole: bool = True) -> Iterator[tuple[str, bytes]]:
    """Yield every file as its path below the site's root and its bytes; those of the whole dataset only where wanted.

    Raises BadRedirects where the table of old addresses names a file that is not there.
    """
    table = redirects.standard()
    targets = {redirect.new for redirect in table}
    found: dict[str, bytes] = {}
    for name, raw in _current(catalogue, lambda name: whole or name in targets):
        if name in targets:
            found[name] = raw
        yield name, raw
    yield from redirects.written(table, catalogue.site_url or HOME, found)


def of_dataset(catalogue: Catalogue) -> Iterator[tuple[str, File]]:
    """Yield every file that holds or describes the whole dataset, by its path below the site's root."""
    for file in offered(catalogue):
        yield f"{FOLDER}/{file.name}", file


def _current(catalogue: Catalogue, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    for name, file in of_dataset(catalogue):
        if wanted(name):
            yield name, file.raw
    yield f"{FOLDER}/{SUMS}", sums((file.name, file.sha256) for file in offered(catalogue))
    for name, raw in (*_records(catalogue), *_cas(catalogue)):
        yield f"{FOLDER}/{name}", raw
    yield deadlines_table.PATH, deadlines_table.written()
    yield from feeds.written(catalogue)
    yield "llms.txt", llms(catalogue).encode()
    home = catalogue.site_url or HOME
    yield security_txt.PATH, security_txt.text_of(catalogue.today, home).encode()


@lru_cache(maxsize=1)
def offered(catalogue: Catalogue) -> tuple[File, ...]:
    """Return the files that hold or describe the whole dataset; Parquet only where it can be written."""
    if catalogue.exported is not None:
        return tuple(catalogue.exported)
    wanted = [name for name in FORMATS if name != "parquet" or can_write_parquet()]
    data = data_files(material(catalogue), wanted, catalogue.keep)
    return (*data, *describing_files(catalogue.dataset, data), *schema_files())


def material(catalogue: Catalogue) -> Material:
    """Return the export's input from what the pages have computed already."""
    return Material(
        catalogue.dataset,
        {number: entry.record for number, entry in catalogue.entries.items()},
        {number: entry.derived for number, entry in catalogue.entries.items()},
        Links(*catalogue.links),
    )


def _records(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    known = material(catalogue)
    for number in catalogue.entries:
        yield f"incidents/{number}.json", view_of(number, known) + b"\n"
    for number, tombstone in catalogue.tombstones.items():
        yield f"incidents/{number}.json", msgspec.json.encode(tombstone) + b"\n"


def _cas(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    for slug, owner in catalogue.registry.owners.items():
        found = catalogue.by_ca.get(slug, ())
        data = {**msgspec.to_builtins(owner), "incidents": [_listed(entry, slug) for entry in found]}
        yield f"cas/{slug}.json", msgspec.json.encode(data) + b"\n"


def _listed(entry: Entry, slug: str) -> dict[str, object]:
    return {
        "id": entry.number,
        "title": entry.record.title,
        "opened": entry.record.bugzilla.opened,
        "role": "concerned" if entry.record.ca == slug else "also-named",
        "tags": entry.record.tags,
        "topics": [one.topic for one in entry.record.topics],
        "status": entry.status,
    }


def llms(catalogue: Catalogue) -> str:
    """Write `llms.txt` (llmstxt.org): what the site is and where programs find its data, in Markdown."""
    home = catalogue.site_url or HOME
    data = f"{home}{FOLDER}/"
    lines = [
        f"# {TITLE}",
        "",
        f"> {DESCRIPTION}",
        "",
        f"{len(catalogue.entries):,} incidents; snapshot of {catalogue.as_of[:10]}, version {catalogue.version}; "
        f"{LICENCE['title']}. {catalogue.reach} Reports are the CAs' own statements.",
        "",
        "## Data",
        "",
        *(f"- [{file.name}]({data}{file.name}): {file.title}" for file in offered(catalogue) if _for_readers(file)),
        f"- [incidents/NUMBER.json]({data}incidents/): one incident by its bug's number",
        f"- [cas/SLUG.json]({data}cas/): one CA or auditor and its incidents",
        "",
        "## Pages",
        "",
        f"- [About]({home}about/): what this is",
        f"- [Method]({home}method/): where facts come from, and what counts cannot say",
        f"- [Data]({home}data/): files, fields, versions",
        f"- [Incidents]({home}incidents/), [CAs]({home}cas/), [Rules]({home}rules/)",
        f"- [Statistics]({home}statistics/), [Analyses]({home}analyses/): every table is also a CSV, named on the page",
        f"- [Topics]({home}topics/): what failed; [Tags]({home}tags/): as moderators gave them",
        "",
        "## Cite",
        "",
        citation_line(catalogue.dataset),
        "",
    ]
    return "\n".join(lines)


def _for_readers(file: File) -> bool:
    return file.ending in {"ndjson", "sqlite"} or file.name in {
        "incidents.csv",
        "events.csv",
        "incident.schema.json",
        "datapackage.json",
    }
