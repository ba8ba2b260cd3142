"""What accounts of root programs did on the bugs of CAs, by program and year."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ca_incidents.schema.derive.parties import family
from ca_incidents.schema.model import Comment
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.site_plugins.catalogue import Catalogue, Entry
from ca_incidents.site_plugins.statistics.table import Table

DAY = len("2024-01-31")


@dataclass(slots=True)
class Work:
    """What the accounts of one program did in one year: bugs opened, commented on, answered first, and comments."""

    opened: set[int] = field(default_factory=set)
    commented: set[int] = field(default_factory=set)
    answered_first: set[int] = field(default_factory=set)
    comments: int = 0

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The numbers in the order of the table's columns."""
        return len(self.opened), len(self.commented), self.comments, len(self.answered_first)


def by_program(catalogue: Catalogue) -> Mapping[str, Mapping[int, Work]]:
    """Return the work of every program of the registry by year, in the order of the years.

    The year is that of the comment. The first comment is the filing. A program answers first if, on a bug that another
    account filed, the next account to comment is one of the program's.
    """
    found: dict[str, dict[int, Work]] = {slug: defaultdict(Work) for slug in catalogue.registry.programs}
    for entry in catalogue.newest:
        first = _first_answer(entry.record.bugzilla.comments)
        for comment, program in _spoken(entry, catalogue.registry):
            work = found[program][int((comment.at or "")[:4])]
            if comment.number == 0:
                work.opened.add(entry.number)
                continue
            work.commented.add(entry.number)
            work.comments += 1
            if comment is first:
                work.answered_first.add(entry.number)
    return {program: dict(sorted(years.items())) for program, years in found.items()}


def program_of(affiliation: str | None, at: str, own: frozenset[str], registry: Registry) -> str | None:
    """Return the program for which an account spoke on a bug about the CA whose family is `own`.

    An organisation that is both a CA and a root program is the CA on its own bugs.
    """
    roles = registry.roles_on(affiliation, at[:DAY])
    if any(role.ca in own for role in roles):
        return None
    return next((role.program for role in roles if role.program), None)


def table(catalogue: Catalogue) -> Table:
    """Return the work of all programs as a table."""
    return Table(
        "root-programs",
        "Bugs opened, commented on and answered first by accounts of root programs, by year",
        ("program", "year", "bugs_opened", "bugs_commented", "comments", "first_answers"),
        tuple(
            (program, year, *work.counts)
            for program, years in by_program(catalogue).items()
            for year, work in years.items()
        ),
    )


def _spoken(entry: Entry, registry: Registry) -> Iterator[tuple[Comment, str]]:
    """Yield the comments that accounts of programs wrote, where their day is known."""
    own = family(entry.record, registry)
    for comment in entry.record.bugzilla.comments:
        at = comment.at or ""
        program = program_of(comment.affiliation, at, own, registry) if len(at) >= DAY else None
        if program is not None:
            yield comment, program


def _first_answer(comments: tuple[Comment, ...]) -> Comment | None:
    """Return the first comment by another account than the filer's; None where one up to it is not known."""
    if not comments or comments[0].number != 0 or comments[0].nick is None:
        return None
    place, first = next(((n, c) for n, c in enumerate(comments) if c.nick != comments[0].nick), (0, None))
    return first if first is not None and first.nick is not None and first.number == place else None
