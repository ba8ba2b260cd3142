"""The kinds of pages, one module each; every module offers `pages`."""

from collections.abc import Iterator

from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages.page import Page
from ca_incidents.site_plugins.views import (
    analyses,
    audit_period,
    ca,
    code,
    compare,
    coverage,
    data,
    deadlines,
    distrust,
    due_dates,
    explore,
    glossary,
    home,
    incident,
    incidents,
    periods,
    recent,
    recurrences,
    root_cause,
    root_programs,
    rule,
    sql,
    statistics,
    tag,
    topic,
    year,
)

KINDS = (
    home,
    explore,
    compare,
    deadlines,
    due_dates,
    statistics,
    periods,
    analyses,
    distrust,
    root_programs,
    recurrences,
    audit_period,
    sql,
    data,
    coverage,
    incidents,
    recent,
    incident,
    ca,
    tag,
    topic,
    year,
    rule,
    root_cause,
    glossary,
    code,
)


def all_pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield every page that is made from the dataset."""
    for kind in KINDS:
        yield from kind.pages(catalogue)
