"""The year in which a bug was filed, told by its number: Bugzilla numbers bugs in the order in which they are filed."""

# First and last bug of the component in each year, from the dates of 1,690 bugs. Between two years nothing is known.
BUGS_OF_YEAR = {
    2014: (988633, 1029147),
    2016: (1262610, 1319609),
    2017: (1330482, 1427034),
    2018: (1428832, 1516599),
    2019: (1517617, 1606380),
    2020: (1608333, 1684442),
    2021: (1685142, 1747915),
    2022: (1748634, 1806728),
    2023: (1808485, 1872374),
    2024: (1872738, 1938236),
    2025: (1939809, 2008260),
}


def year_of(bug: int) -> str | None:
    """Return the year in which a bug of bugzilla.mozilla.org was filed where its number proves it, else None."""
    return next((str(year) for year, (first, last) in BUGS_OF_YEAR.items() if first <= bug <= last), None)
