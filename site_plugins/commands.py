"""The commands of `site_plugins`."""

from ca_incidents.schema.cli.command import Command

COMMANDS = (
    Command(
        "pages",
        "write the site's pages as Markdown files with front matter, for another site generator",
        "ca_incidents.site_plugins.command_pages",
        "site",
    ),
)
