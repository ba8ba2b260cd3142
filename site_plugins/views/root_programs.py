"""The page of what root programs do on the bugs of CAs, by program and year."""

from collections.abc import Iterator, Mapping

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import cached_body
from ca_incidents.site_plugins.pages.page import Page, SearchEntry, Section
from ca_incidents.site_plugins.statistics import program_work

URL = "root-programs/"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the page."""
    yield Page(
        url=URL,
        kind="root-programs",
        title="Root programs at work",
        description="Bugs that root programs opened, commented on and answered first, by program and year.",
        updated=catalogue.as_of[:10],
        sections=tuple(Section(program.slug, program.name) for program in catalogue.registry.programs.values()),
        body=cached_body.body("root_programs.html", URL, lambda: _values(catalogue)),
        search=SearchEntry("Root programs at work", "Comments of Mozilla, Chrome, Apple, Microsoft and CCADB by year"),
    )


def _values(catalogue: Catalogue) -> Mapping[str, object]:
    comments = [comment for entry in catalogue.newest for comment in entry.record.bugzilla.comments]
    return {
        "programs": [
            (catalogue.registry.programs[slug], [(year, work.counts) for year, work in years.items()])
            for slug, years in program_work.by_program(catalogue).items()
        ],
        "comments": len(comments),
        "affiliated": sum(comment.affiliation is not None for comment in comments),
        "file": program_work.table(catalogue).file,
        "as_of": catalogue.as_of,
        "is_current": catalogue.today.year,
    }
