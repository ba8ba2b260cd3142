"""The command `draft-report`: the current form of a report, with what is known filled in."""

import argparse
from typing import get_args

from ca_incidents.schema import dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.cli.related import plain
from ca_incidents.schema.dataset import UnknownIncident
from ca_incidents.schema.derive.similar import related
from ca_incidents.schema.record.effective import effective
from ca_incidents.scraper.reader.draft import Form, Row, draft_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `draft-report`."""
    parser.add_argument("--form", choices=get_args(Form), required=True, help="which of the three forms")
    parser.add_argument("--bug", type=int, metavar="N", help="fill in what the record of this bug says")
    parser.add_argument("--related", type=int, default=10, metavar="COUNT", help="related incidents (default: 10)")
    add_dataset_option(parser)


def run(arguments: argparse.Namespace, around: Surroundings) -> int:
    """Print the draft."""
    if arguments.bug is None:
        around.out.write(draft_of(arguments.form, None))
        return 0
    data = dataset.read(around.folder / arguments.dataset)
    record = data.incidents.get(arguments.bug)
    if record is None:
        raise UnknownIncident(f"there is no record of bug {arguments.bug}")
    record = effective(record)
    alike = related(data, bug=record.id, limit=arguments.related) if arguments.form == "full" else []
    rows = [
        Row(
            one.incident.id,
            one.incident.bugzilla.opened[:10],
            plain(f"{one.incident.title} ({'; '.join(one.reasons)})"),
        )
        for one in alike
    ]
    around.out.write(draft_of(arguments.form, record, rows))
    print(f"when each duty is due: ca-incidents deadlines --bug {record.id}", file=around.err)
    return 0
