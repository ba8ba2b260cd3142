"""The page of root causes: what each means, the records that people coded with it, and how to code one."""

from collections.abc import Iterator, Sequence

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.pages import cached_body, html
from ca_incidents.site_plugins.pages.page import GATHERS, Page, SearchEntry, Section

URL = "root-causes/"
# How many incidents the page offers to a coder.
TO_CODE = 12


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the only page."""
    coded = [entry for entry in catalogue.newest if entry.root_causes]
    described = (
        f"Why incidents happened, as people coded it: {len(coded):,} of "
        f"{html.plural(len(catalogue.newest), 'incident')}."
    )
    causes = terms("root_cause")
    yield Page(
        url=URL,
        kind="list",
        title="Root causes",
        description=described,
        updated=max((entry.updated for entry in coded), default=catalogue.as_of[:10]),
        sections=(
            Section("causes", "Causes"),
            *(Section(slug, cause.title) for slug, cause in causes.items()),
            Section("code", "Code an incident"),
        ),
        body=cached_body.body(
            "root_causes.html",
            URL,
            lambda: {
                "coded": len(coded),
                "total": len(catalogue.newest),
                "rows": [(cause, [e for e in coded if slug in e.root_causes]) for slug, cause in causes.items()],
                "to_code": to_code(catalogue.newest),
            },
        ),
        search=SearchEntry(
            "Root causes", f"{described} {', '.join(cause.title for cause in causes.values())}", boost=GATHERS
        ),
    )


def to_code(newest: Sequence[Entry]) -> list[Entry]:
    """Return closed incidents that nobody has coded, those with action items first, then the newest.

    Action items name what the CA changed, which helps a coder most.
    """
    waiting = [entry for entry in newest if entry.status == "closed" and not entry.root_causes]
    found = sorted(waiting, key=lambda entry: not (entry.record.report and entry.record.report.action_items))
    return found[:TO_CODE]
