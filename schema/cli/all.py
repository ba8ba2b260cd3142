"""The list of commands of `schema`."""

from ca_incidents.schema.cli.command import Command

COMMANDS = (
    Command(
        "agreement",
        "measure how far independent coders of the same incidents agree (Krippendorff's alpha)",
        "ca_incidents.schema.cli.agreement",
        "agreement",
    ),
    Command(
        "changes",
        "list every value that differs between two versions of the dataset, as CSV or NDJSON",
        "ca_incidents.schema.cli.changes",
    ),
    Command("check", "check records against the schema, the rules and each other", "ca_incidents.schema.cli.check"),
    Command(
        "completion",
        "print a script that completes commands and options in your shell",
        "ca_incidents.schema.cli.completion",
        "completion",
    ),
    Command(
        "deadlines",
        "list when the duties of an incident are due, from when the CA became aware",
        "ca_incidents.schema.cli.deadlines",
    ),
    Command(
        "explain",
        "explain the code of a finding, or a vocabulary",
        "ca_incidents.schema.cli.explain",
    ),
    Command(
        "export",
        "write the dataset as NDJSON, JSON, CSV, SQLite and Parquet, with descriptions and checksums",
        "ca_incidents.schema.cli.export",
    ),
    Command(
        "propose",
        "print a `curated` block for a record, with the evidence for each value, for you to review",
        "ca_incidents.schema.cli.propose",
    ),
    Command(
        "show",
        "show a record: its generated, curated and effective values, and what is derived from them",
        "ca_incidents.schema.cli.show",
    ),
)
