"""The list of commands of `scraper`."""

from ca_incidents.schema.cli.command import Command

COMMANDS = (
    Command("add", "create or update the record of one bug", "ca_incidents.scraper.cli.add", "sync"),
    Command("doubts", "list what the reader could not interpret", "ca_incidents.scraper.cli.doubts", "sync"),
    Command(
        "draft-report",
        "print the current form of a report, with what is known filled in and the rest marked",
        "ca_incidents.scraper.cli.draft_report",
        "draft",
    ),
    Command(
        "lint-appendix",
        "check the list of certificates that a report attaches, or make one from PEM files",
        "ca_incidents.scraper.cli.lint_appendix",
        "sync",
    ),
    Command(
        "lint-report",
        "check drafts of reports against the current CCADB form before they are posted",
        "ca_incidents.scraper.cli.lint_report",
        "sync",
    ),
    Command(
        "parse-report",
        "print the facts of reports as JSON, one object per line",
        "ca_incidents.scraper.cli.parse_report",
        "sync",
    ),
    Command(
        "related",
        "list related incidents, as a full report must: those most similar to a bug or draft, or of a CA, tag or rule",
        "ca_incidents.scraper.cli.related",
        "draft",
    ),
    Command("sync", "update the records from a server or a saved source", "ca_incidents.scraper.cli.sync", "sync"),
    Command(
        "take-down",
        "empty a record on request, or remove a nick or name from all records for good",
        "ca_incidents.scraper.cli.take_down",
        "sync",
    ),
)
