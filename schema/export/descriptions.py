"""Files that describe an export to programs: Data Package, Croissant, Datasette's metadata, schema.org, citation file.

Each says the same in another vocabulary; titles and meanings come from the tables, which take them from the schema.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ca_incidents.schema import addresses
from ca_incidents.schema.dataset import Dataset
from ca_incidents.schema.export.files import DATABASE, File, held
from ca_incidents.schema.export.tables import HOME, TABLES, Column, Table
from ca_incidents.schema.record import yaml_text

NAME = "ca-incidents"
TITLE = "ca-incidents: a public, checked dataset of Web PKI compliance incidents"
AUTHORS = "The ca-incidents contributors"
DESCRIPTION = (
    "One record for each public bug of Mozilla's Bugzilla component CA Certificate Compliance: facts, dates, "
    "categories and links, read by a program and corrected by people. Counts of incidents are not a ranking of CAs."
)
LICENCE = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}
REPOSITORY = "https://github.com/ca-incidents/ca-incidents"
KEYWORDS = ("Web PKI", "certification authority", "compliance incident", "dataset")
DATA = f"{HOME}data/v1/"
_SOURCES = (
    ("Bugzilla, product CA Program, component CA Certificate Compliance", f"{addresses.BUGZILLA}/"),
    ("Common CA Database", "https://www.ccadb.org/"),
)
_SCHEMA_ORG = {"integer": "sc:Integer", "number": "sc:Float", "string": "sc:Text", "boolean": "sc:Boolean"}


def describing_files(dataset: Dataset, data: Sequence[File]) -> list[File]:
    """Give the files that describe the data files of one export."""
    return [
        held(
            "datapackage.json", _json(data_package(dataset, data)), "Frictionless Data Package: every file and column."
        ),
        held("croissant.json", _json(croissant(dataset, data)), "Croissant: the same for machine learning tools."),
        held("metadata.json", _json(datasette_metadata()), f"Datasette's metadata for {DATABASE}."),
        held("CITATION.cff", citation_file(dataset), "How to cite this version, for programs."),
    ]


def _json(data: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def data_package(dataset: Dataset, data: Sequence[File]) -> dict[str, Any]:
    """Describe files as a Data Package (Frictionless, version 1 of the standard)."""
    return {
        "profile": "data-package",
        "name": NAME,
        "id": DATA,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": dataset.version,
        "created": dataset.snapshot.as_of,
        "homepage": HOME,
        "licenses": [LICENCE],
        "sources": [{"title": title, "path": path} for title, path in _SOURCES],
        "contributors": [{"title": AUTHORS, "role": "author"}],
        "keywords": list(KEYWORDS),
        "resources": [_resource(file) for file in data],
    }


def _resource(file: File) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": file.name.replace(".csv", "").replace(".", "-"),
        "path": file.name,
        "title": file.table.title if file.table else file.name,
        "description": file.title,
        "format": file.ending,
        "mediatype": file.media,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "profile": "data-resource",
    }
    if file.table and file.ending == "csv":
        found |= {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": _table_schema(file.table)}
        found["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True, "header": True}
    return found


def _table_schema(table: Table) -> dict[str, Any]:
    keys = {t.name: t for t in TABLES}
    return {
        "fields": [_field(c, required=c.name in table.key) for c in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": own, "reference": {"resource": keys[to].stem, "fields": keys[to].key[0]}}
            for own, to in table.references.items()
        ],
    }


def _field(column: Column, *, required: bool) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.kind, "description": column.description}
    return field | {"constraints": {"required": True}} if required else field


def croissant(dataset: Dataset, data: Sequence[File]) -> dict[str, Any]:
    """Describe files by Croissant 1.0: each file, and each CSV's columns."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": DESCRIPTION,
        "url": HOME,
        "license": LICENCE["path"],
        "version": dataset.version,
        "datePublished": dataset.snapshot.as_of[:10],
        "creator": {"@type": "sc:Organization", "name": AUTHORS, "url": REPOSITORY},
        "keywords": list(KEYWORDS),
        "citeAs": citation_line(dataset),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.name,
                "name": file.name,
                "description": file.title,
                "contentUrl": f"{DATA}{file.name}",
                "contentSize": f"{file.size} B",
                "encodingFormat": file.media,
                "sha256": file.sha256,
            }
            for file in data
        ],
        "recordSet": [_record_set(file.table, file.name) for file in data if file.table and file.ending == "csv"],
    }


def _record_set(table: Table, name: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.stem,
        "name": table.stem,
        "description": table.description,
        "key": [{"@id": f"{table.stem}/{column}"} for column in table.key],
        "field": [_croissant_field(table, column, name) for column in table.columns],
    }


def _croissant_field(table: Table, column: Column, name: str) -> dict[str, Any]:
    keys = {t.name: t for t in TABLES}
    found: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.stem}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _SCHEMA_ORG[column.kind],
        "source": {"fileObject": {"@id": name}, "extract": {"column": column.name}},
    }
    to = keys.get(table.references.get(column.name, ""))
    return found | {"references": {"field": {"@id": f"{to.stem}/{to.key[0]}"}}} if to else found


_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def datasette_metadata() -> dict[str, Any]:
    """Describe the database's tables and columns for Datasette."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "license": LICENCE["title"],
        "license_url": LICENCE["path"],
        "source": _SOURCES[0][0],
        "source_url": _SOURCES[0][1],
        "about": NAME,
        "about_url": HOME,
        "databases": {
            NAME: {
                "tables": {
                    table.name: {
                        "title": table.title,
                        "description": table.description,
                        "columns": {column.name: column.description for column in table.columns},
                        **_SHOWN.get(table.name, {}),
                    }
                    for table in TABLES
                }
            }
        },
    }


_SHOWN: Mapping[str, Mapping[str, Any]] = {
    "incidents": {"label_column": "title", "sort_desc": "opened", "facets": ["ca", "status", "year"]},
    "cas": {"label_column": "name", "sort": "slug", "facets": ["kind", "country"]},
    "tags": {"facets": ["tag"]},
    "incident_topics": {"facets": ["topic", "read_in"]},
    "events": {"facets": ["origin", "kind", "party"]},
}


def schema_org(dataset: Dataset, data: Sequence[File]) -> dict[str, Any]:
    """Describe the dataset as a `Dataset` of schema.org."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{HOME}data/",
        "name": TITLE,
        "description": DESCRIPTION,
        "url": f"{HOME}data/",
        "version": dataset.version,
        "dateModified": dataset.snapshot.as_of[:10],
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "creator": {"@type": "Organization", "name": AUTHORS, "url": REPOSITORY},
        "isBasedOn": [path for _, path in _SOURCES],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": f"{DATA}{file.name}",
                "encodingFormat": file.media,
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in data
        ],
    }


def citation_line(dataset: Dataset) -> str:
    """Cite the dataset in one line of text, pinned to its version."""
    return f"{AUTHORS} ({dataset.snapshot.as_of[:4]}). {TITLE}. Version {dataset.version}. {HOME}data/"


def citation_file(dataset: Dataset) -> bytes:
    """Write a citation file (CFF 1.2.0) for this version."""
    return yaml_text.dump(
        {
            "cff-version": "1.2.0",
            "message": "Please cite the version that you used.",
            "type": "dataset",
            "title": TITLE,
            "authors": [{"name": AUTHORS}],
            "version": dataset.version,
            "date-released": dataset.snapshot.as_of[:10],
            "license": LICENCE["name"],
            "repository-code": REPOSITORY,
            "url": f"{HOME}data/",
        }
    ).encode()
