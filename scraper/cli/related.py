"""The command `related`: incidents like a bug, like a draft report that has no bug yet, or of a CA, tag or rule."""

import argparse
import dataclasses

from ca_incidents.schema import dataset
from ca_incidents.schema.cli import related as of_bugs
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.derive.similar import Related, related
from ca_incidents.schema.model import Bugzilla, Incident
from ca_incidents.schema.tables import policies
from ca_incidents.scraper.cli.report_files import stop_if, texts
from ca_incidents.scraper.reader.document import document_of
from ca_incidents.scraper.reader.thread import read_thread
from ca_incidents.scraper.sources.bug import WireComment

# No bug has this number.
DRAFT = 0
LONGEST_TITLE = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `related`."""
    parser.add_argument(
        "subject",
        nargs="?",
        metavar="BUG|DRAFT",
        help="the incidents most like this bug, or like this draft of a report",
    )
    parser.add_argument("--title", help="title of the draft's bug (default: the start of its incident description)")
    of_bugs.options(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the related incidents."""
    subject: str | None = arguments.subject
    if subject is None or subject.isdecimal():
        of_bugs.write(of_bugs.found(arguments, around, None if subject is None else int(subject)), arguments, around)
        return 0
    unread: list[str] = []
    drafts = [text for _, text in texts([subject], around, unread)]
    stop_if(unread)
    of_bugs.write(_like(drafts[0], arguments, around), arguments, around)
    return 0


def _like(text: str, arguments: argparse.Namespace, around: Surroundings) -> list[Related]:
    of_bugs.check_limits(arguments)
    data = dataset.read(around.folder / arguments.dataset)
    draft = incident_of(
        text,
        title=arguments.title,
        ca=of_bugs.slug_of_ca(arguments.ca, data.registry),
        opened=around.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    data = dataclasses.replace(data, incidents={DRAFT: draft, **data.incidents})
    found = related(data, bug=DRAFT, years=arguments.years or None, limit=arguments.limit or None)
    return [dataclasses.replace(one, reasons=tuple(map(_of_the_draft, one.reasons))) for one in found]


def _of_the_draft(reason: str) -> str:
    return reason.replace(f"by bug {DRAFT}", "by the draft")


def incident_of(text: str, *, title: str | None, ca: str | None, opened: str) -> Incident:
    """Return a draft as if it were a bug opened at this moment, with what the reader finds in it."""
    described = next((s for s in document_of(text).sections if s.slug == "incident-description"), None)
    title = title or (described.value if described else "") or "Draft"
    reading = read_thread([WireComment(number=0, at=None, text=text)], bug=None, policies=policies.standard())
    return Incident(
        id=DRAFT,
        title=" ".join(title.split())[:LONGEST_TITLE],
        ca=ca,
        bugzilla=Bugzilla(status="NEW", opened=opened),
        report=reading.report,
    )
