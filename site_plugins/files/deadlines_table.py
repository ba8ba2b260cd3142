"""The deadlines as JSON: what a script needs to compute when the duties of an incident are due."""

from typing import get_args

import msgspec

from ca_incidents.schema.derive.duties import EVENTS
from ca_incidents.schema.record.json_schema import schema_named
from ca_incidents.schema.tables import deadlines
from ca_incidents.schema.tables.deadlines import Kind

PATH = "data/v1/deadlines.json"
_TITLES: dict[Kind, str] = {
    "tls-leaf": "TLS certificates",
    "ca": "CA certificates",
    "smime": "S/MIME certificates",
    "code-signing": "code signing certificates",
    "audit-finding": "a finding of an audit",
    "delayed-revocation": "a revocation that will be late",
}


def kinds() -> dict[Kind, str]:
    """Return the kinds of incidents that rules are about, with what they are called."""
    return {kind: _TITLES[kind] for kind in get_args(Kind)}


def written() -> bytes:
    """Return the rules of `deadlines.yaml` with its keys and order, the events that start them, and the kinds."""
    table = {
        "schema": schema_named("deadlines")["$id"],
        "events": dict(EVENTS),
        "kinds": kinds(),
        "deadlines": list(deadlines.standard().rules.values()),
    }
    return msgspec.json.format(msgspec.json.encode(table), indent=1) + b"\n"
