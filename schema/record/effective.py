"""The effective record: generated facts overridden by curated ones. The only place that combines the two."""

import msgspec

from ca_incidents.schema.model import Certificates, Curated, Incident, Noncompliance, Report, Structure, Topic

_OF_RECORD = ("ca", "also_named", "tags")
_FIELD_BY_FIELD = ("noncompliance", "certificates")
_AS_A_WHOLE = (
    "disclosure_source",
    "discovery",
    "aware",
    "ca_owner_id",
    "issuance_stopped",
    "revoked",
    "policies",
    "timeline",
    "action_items",
    "related",
)
_PERSONS_ONLY = ("summary", "root_causes", "coding", "notes", "reviewed")


def effective(record: Incident) -> Incident:
    """Return the record that readers see: its generated facts overridden by `curated`.

    `ca`, `also_named`, `tags` and `topics` are replaced; `noncompliance` and `certificates` field by field; every other
    field of the report completely. An empty curated list replaces the generated one. `report.sources` has no entry for
    curated values. The `curated` block stays attached, so that nothing is lost and applying this twice changes nothing.
    """
    curated = record.curated
    if curated is None:
        return record
    changes: dict[str, object] = {name: value for name in _OF_RECORD if (value := getattr(curated, name)) is not None}
    if curated.topics is not None:
        changes["topics"] = tuple(Topic(topic=topic) for topic in curated.topics)
    report = _report(record.report, curated)
    if report is not None:
        changes["report"] = report
    return msgspec.structs.replace(record, **changes)


def curated_paths(record: Incident) -> frozenset[str]:
    """Return the dotted paths, in the effective record, of the values that come from `curated`.

    Examples: `tags`, `report.noncompliance.start`, `report.policies`, `curated.summary`.
    """
    curated = record.curated
    if curated is None:
        return frozenset()
    found = [name for name in (*_OF_RECORD, "topics") if getattr(curated, name) is not None]
    found += [f"report.{path}" for path in _paths_in_report(curated)]
    found += [f"curated.{name}" for name in _PERSONS_ONLY if getattr(curated, name) is not None]
    return frozenset(found)


def estimated_counts(record: Incident) -> frozenset[str]:
    """Return the paths below `report` of the counts that the report gives as estimates, except curated ones."""
    by_person = curated_paths(record)
    found = {doubt.where for doubt in record.doubts if doubt.kind == "estimated-count"}
    return frozenset(path for path in found if f"report.{path}" not in by_person)


def _report(report: Report | None, curated: Curated) -> Report | None:
    paths = _paths_in_report(curated)
    if not paths:
        return report
    machine = report or Report()
    changes: dict[str, object] = {name: getattr(curated, name) for name in _AS_A_WHOLE if name in paths}
    if curated.noncompliance is not None:
        changes["noncompliance"] = _over(machine.noncompliance or Noncompliance(), curated.noncompliance)
    if curated.certificates is not None:
        changes["certificates"] = _over(machine.certificates or Certificates(), curated.certificates)
    if machine.sources:
        changes["sources"] = {key: n for key, n in machine.sources.items() if key not in paths}
    return msgspec.structs.replace(machine, **changes)


def _paths_in_report(curated: Curated) -> frozenset[str]:
    found = [name for name in _AS_A_WHOLE if getattr(curated, name) is not None]
    for name in _FIELD_BY_FIELD:
        found += [f"{name}.{field}" for field in _given(getattr(curated, name))]
    return frozenset(found)


def _given(part: Structure | None) -> list[str]:
    if part is None:
        return []
    return [name for name in part.__struct_fields__ if getattr(part, name) not in (None, ())]


def _over(machine: Structure, given: Structure) -> Structure:
    return msgspec.structs.replace(machine, **{name: getattr(given, name) for name in _given(given)})
