"""The commands of `schema`."""

from ca_incidents.schema.cli.command import Command

COMMANDS = (
    Command(
        "agreement",
        "measure how far independent coders of the same incidents agree (Krippendorff's alpha)",
        "ca_incidents.schema.cli.agreement",
        "agreement",
    ),
    Command("check", "check records against the schema, the rules and each other", "ca_incidents.schema.cli.check"),
    Command(
        "deadlines",
        "list when the duties of an incident are due, from when the CA became aware",
        "ca_incidents.schema.cli.deadlines",
    ),
    Command("explain", "explain what the code of a finding means and how to fix it", "ca_incidents.schema.cli.explain"),
    Command(
        "export",
        "write the dataset as NDJSON, JSON, CSV, SQLite and Parquet, with descriptions and checksums",
        "ca_incidents.schema.cli.export",
    ),
    Command(
        "related",
        "list the incidents most similar to one, or those of a CA, tag or rule, as a full report must",
        "ca_incidents.schema.cli.related",
        "related",
    ),
    Command(
        "show",
        "show a record: what a program read, what people corrected, the effective values, and what follows",
        "ca_incidents.schema.cli.show",
    ),
)
