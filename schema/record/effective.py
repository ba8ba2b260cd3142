"""The effective record: what a program read, with what people gave laid over it. The only place that joins the two."""

import msgspec

from ca_incidents.schema.model import Certificates, Curated, Incident, Noncompliance, Report, Structure

_OF_RECORD = ("ca", "also_named", "tags")
_FIELD_BY_FIELD = ("noncompliance", "certificates")
_AS_A_WHOLE = (
    "disclosure_source",
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
    """Give the record that readers see: the machine's facts with `curated` laid over them.

    `ca`, `also_named` and `tags` are replaced; `noncompliance` and `certificates` field by field; every other field of
    the report as a whole. An empty list that a person gave replaces the machine's. `report.sources` no longer names a
    comment for a value that a person gave. The `curated` block stays attached, so that nothing a person gave is lost
    and applying this twice changes nothing.
    """
    curated = record.curated
    if curated is None:
        return record
    changes = {name: value for name in _OF_RECORD if (value := getattr(curated, name)) is not None}
    report = _report(record.report, curated)
    if report is not None:
        changes["report"] = report
    return msgspec.structs.replace(record, **changes)


def curated_paths(record: Incident) -> frozenset[str]:
    """Name the effective values that a person gave by their dotted paths in the effective record.

    Examples: `tags`, `report.noncompliance.start`, `report.policies`, `curated.summary`.
    """
    curated = record.curated
    if curated is None:
        return frozenset()
    found = [name for name in _OF_RECORD if getattr(curated, name) is not None]
    found += [f"report.{path}" for path in _paths_in_report(curated)]
    found += [f"curated.{name}" for name in _PERSONS_ONLY if getattr(curated, name) is not None]
    return frozenset(found)


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
