"""Every number on Home, Statistics, three CA pages, Compare and the analyses equals a query on the SQLite file."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from ca_incidents.schema.derive.parties import family_of
from ca_incidents.schema.record.time_spans import days_between
from ca_incidents.schema.tables import deadlines, registry
from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.pages import charts
from ca_incidents.site_plugins.pages.wording import FLAGS, REPORTERS
from ca_incidents.site_plugins.views import recurrences
from ca_incidents.site_plugins.views.statistics import ENOUGH
from tests import built_site

CAS = ("sectigo", "entrust", "google-trust-services")
CATEGORIES = {term.slug for term in terms("tag").values() if term.group == "category"}
Numbers = list[float]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_site.built_once(tmp_path_factory)


@pytest.fixture(scope="module")
def database(site: Path) -> Iterator[sqlite3.Connection]:
    """Open the database, with a table of the incidents whose thread was read completely beside its own."""
    with closing(sqlite3.connect(site / "data/v1/ca-incidents.sqlite")) as found:
        found.execute("CREATE TEMP TABLE complete (incident INTEGER PRIMARY KEY)")
        for line in (site / "data/v1/incidents.ndjson").read_text("utf-8").splitlines():
            record = json.loads(line)
            texts = record.get("report", {}).get("texts", {})
            comments = record["bugzilla"].get("comments", ())
            if comments and texts.get("read", 0) >= len(comments) and not texts.get("cut"):
                found.execute("INSERT INTO complete VALUES (?)", (record["id"],))
        yield found


def page(site: Path, url: str) -> str:
    html = (site / url / "index.html").read_text("utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    # How far the data reaches stands in a sentence of its own, whose numbers are no figures of the page.
    return re.sub(r"The dataset is complete to .*? is not known\.", "", article)


def section(html: str, name: str) -> str:
    """Cut out what stands between a heading and the next."""
    return re.split(r"<h2 id=", html[html.index(f'<h2 id="{name}"') :])[1].partition("</h2>")[2]


def numbers(html: str) -> Numbers:
    """Read every number that a reader sees, dates left out, in their order."""
    plain = re.sub(r"<time.*?</time>|<title>.*?</title>|<script.*?</script>|<[^>]*>", " ", html, flags=re.S)
    return [float(text.replace(",", "")) for text in re.findall(r"(?<![\w-])\d[\d,]*(?:\.\d+)?", unescape(plain))]


def listed(html: str) -> int:
    """Count the incidents of a list, and those that a cut list says it leaves out."""
    left_out = re.findall(r"The newest (\d+) of (\d[\d,]*)\xa0", html)
    shown = html.count('<tr><td class="ci-day">')
    return shown + sum(int(total.replace(",", "")) - int(most) for most, total in left_out)


# Whether a bug of which only a list is known is still open is not known.
OPEN = "status != 'closed' AND bug_status != 'UNKNOWN'"


def flat(rows: Iterable[Iterable[Any]]) -> Numbers:
    return [float(cell) for row in rows for cell in row if cell is not None]


def bars(rows: Iterable[tuple[int, float]]) -> Numbers:
    """List the labels and values of a chart, which leaves out the years before the first with a value."""
    counts = list(rows)
    first = next((n for n, (_, value) in enumerate(counts) if value), len(counts))
    return flat(counts[-max(len(counts) - first, charts.FEWEST) :])


def by_year(database: sqlite3.Connection, condition: str = "1", *values: str) -> list[tuple[int, int]]:
    """Count the incidents of every year that meet a condition."""
    query = f"SELECT year, sum({condition}) FROM incidents GROUP BY year ORDER BY year"
    return [(year, count) for year, count in database.execute(query, values)]


def tagged(database: sqlite3.Connection, tag: str) -> list[tuple[int, int]]:
    return by_year(database, "EXISTS (SELECT 1 FROM tags WHERE incident = id AND tag = ?)", tag)


def of(database: sqlite3.Connection, slug: str | None) -> str:
    """Return the condition that an incident names a CA; true of all without one."""
    return f"id IN (SELECT incident FROM incident_cas WHERE ca = '{slug}')" if slug else "1"


def one(database: sqlite3.Connection, query: str, *values: str) -> int:
    return int(database.execute(query, values).fetchone()[0] or 0)


def last_comments(database: sqlite3.Connection, condition: str) -> dict[int, list[float]]:
    """Return, by year, the days from the opening of each resolved bug to its last comment."""
    query = f"""SELECT year, opened, max(at) FROM incidents JOIN events ON incident = id AND origin = 'bugzilla'
        AND (comment IS NOT NULL) WHERE status = 'closed' AND {condition} GROUP BY id"""
    found: dict[int, list[float]] = defaultdict(list)
    for year, opened, last in database.execute(query):
        days = days_between(opened, last)
        found[year] += [] if days is None else [days]
    return found


def answers(database: sqlite3.Connection, condition: str) -> dict[tuple[int, int], list[float]]:
    """Return, by year and incident, the days from a waiting comment of others to the CA's next."""
    query = f"""SELECT year, id, at, party FROM incidents JOIN events ON incident = id AND origin = 'bugzilla'
        AND comment IS NOT NULL WHERE {condition} ORDER BY id, comment"""
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    waiting: dict[int, str] = {}
    for year, number, at, party in database.execute(query):
        if party == "other":
            waiting.setdefault(number, at)
            continue
        began = waiting.pop(number, None)
        days = days_between(began, at) if party == "ca" and began else None
        found[year, number] += [] if days is None else [days]
    return found


def measures(database: sqlite3.Connection, slug: str | None) -> list[tuple[float | None, int, int]]:
    """Compute what Compare calls measures: value, number of values, number of incidents without one."""
    condition = of(database, slug)
    total = one(database, f"SELECT count(*) FROM incidents WHERE {condition}")
    closed = one(database, f"SELECT count(*) FROM incidents WHERE status = 'closed' AND {condition}")
    last = [days for found in last_comments(database, condition).values() for days in found]
    answered = [found for found in answers(database, condition).values() if found]
    response = [days for found in answered for days in found]
    kinds = Counter(k for (k,) in database.execute(f"SELECT reporter_kind FROM incidents WHERE {condition}"))
    known = total - kinds["unknown"]
    return [
        (median(last) if last else None, len(last), closed - len(last)),
        (median(response) if response else None, len(response), total - len(answered)),
        (kinds["ca"] if known else None, known, kinds["unknown"]),
    ]


def shown_measures(found: list[tuple[float | None, int, int]]) -> Numbers:
    return flat((None if value is None else round(value, 1), *rest) for value, *rest in found)


def test_home(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "")
    as_of = json.loads((site / "data/v1/snapshot.json").read_bytes())["as_of"][:10]
    recent = f"length(opened) > 4 AND substr(opened, 1, 10) BETWEEN date('{as_of}', '-365 days') AND '{as_of}'"
    total = one(database, "SELECT count(*) FROM incidents")
    last_year = one(database, f"SELECT count(*) FROM incidents WHERE {recent}")
    concerned = one(database, f"SELECT count(DISTINCT ca) FROM incidents WHERE {recent}")
    still_open = one(database, f"SELECT count(*) FROM incidents WHERE {OPEN}")
    first = one(database, "SELECT min(year) FROM incidents")
    lead, _, rest = html.partition('<ul class="ci-figures">')
    assert numbers(lead.partition("</h1>")[2]) == [total]
    figures = [numbers(item) for item in re.findall(r"<li>.*?</li>", rest.partition("</ul>")[0])]
    assert figures == [[still_open], [last_year, 12], [concerned, 12], [total, first]]
    first_day = "substr(opened_between, 1, 10)"
    day = f"CASE {first_day} WHEN substr(opened_between, 12) THEN {first_day} ELSE opened END"
    later = one(database, f"SELECT count(*) FROM incidents WHERE substr({day}, 1, 10) > '{as_of}'")
    said = re.search(r"the total includes (\d+)\sincidents? opened later", rest)
    assert int(said[1] if said else 0) == later
    leads_to = page(site, "incidents/recent")
    assert listed(section(leads_to, "incidents")) == last_year
    assert section(leads_to, "cas").count("<li>") == concerned
    assert listed(section(page(site, "incidents"), "open")) == still_open
    for name, condition in (
        ("closing", "close_on IS NOT NULL"),
        ("next", f"next_update >= '{as_of}' AND close_on IS NULL"),
    ):
        due = "close_on" if name == "closing" else "next_update"
        query = f"SELECT {due} FROM incidents WHERE {OPEN} AND {condition} ORDER BY 1 LIMIT 12"
        days = re.findall(r'class="ci-day"><time datetime="([^"]*)"', section(html, name))
        assert days == [day for (day,) in database.execute(query)]
    assert numbers(section(html, "years"))[: 2 * len(by_year(database))] == flat(by_year(database))


def test_statistics_of_years_and_categories(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "statistics")
    years = by_year(database)
    still_open = dict(by_year(database, OPEN))
    assert numbers(section(html, "years")) == [*bars(years), *flat((y, n, still_open[y]) for y, n in years)]
    counted = {tag: [n for _, n in tagged(database, tag)] for tag in CATEGORIES}
    ordered = sorted((tag for tag in CATEGORIES if sum(counted[tag])), key=lambda tag: (-sum(counted[tag]), tag))
    table = flat([(year for year, _ in years)]) + flat((sum(counted[t]), *filter(None, counted[t])) for t in ordered)
    assert numbers(section(html, "categories")) == [*flat([(sum(counted[tag]),) for tag in ordered]), *table]
    delays = [tagged(database, tag) for tag in ("leaf-revocation-delay", "ca-revocation-delay")]
    rows = [(year, n, m) for (year, n), (_, m) in zip(*delays, strict=True)]
    shown = numbers(section(html, "revocations"))
    drawn = [*bars(delays[0]), *bars(delays[1])]
    assert shown[: len(drawn) + 3 * len(rows)] == [*drawn, *flat(rows)]


def test_statistics_of_days(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "statistics")
    last = {y: found for y, found in sorted(last_comments(database, "1").items()) if found}
    responses: dict[int, list[float]] = defaultdict(list)
    for (year, _), found in sorted(answers(database, "1").items()):
        responses[year] += found
    total = one(database, "SELECT count(*) FROM incidents")
    answered = sum(bool(found) for found in answers(database, "1").values())
    for name, values, between in (("closing", last, []), ("responses", responses, [answered, total])):
        rows = [(year, round(median(found), 1), len(found)) for year, found in values.items() if found]
        drawn = bars((year, value) for year, value, count in rows if count >= ENOUGH)
        expected = [*drawn, *between, ENOUGH, *flat(rows)]
        expected += bars(by_year(database, OPEN)) if name == "closing" else []
        assert numbers(section(html, name)) == expected, name
    assert numbers(section(html, "all")) == shown_measures(measures(database, None))


def test_statistics_of_late_reports(site: Path, database: sqlite3.Connection) -> None:
    html = section(page(site, "statistics"), "late")
    rows = []
    for rule in deadlines.standard().rules.values():
        if rule.clock not in {"disclosure", "finding-disclosure", "full-report"}:
            continue
        counts = [
            one(
                database,
                f"""SELECT count(*) FROM clocks WHERE rule = ? AND state IN ({states})
                AND incident IN (SELECT incident FROM complete)""",
                rule.slug,
            )
            for states in ("'met'", "'late', 'overdue'")
        ]
        query = "SELECT count(*) FROM incidents WHERE substr(opened, 1, 10) BETWEEN ? AND ?"
        opened = one(database, query, rule.since, rule.until or "9999")
        if sum(counts):
            rows.append([*numbers(rule.title), *counts, opened - sum(counts), opened])
    table = re.findall(r"<tr><th.*?</tr>", html.partition("<tbody>")[2].partition("</tbody>")[0])
    assert sorted(map(numbers, table)) == sorted(rows) and rows
    flags = []
    for flag in FLAGS:
        found = by_year(database, "(' ' || flags || ' ') LIKE ?", f"%{flag}%")
        total = sum(n or 0 for _, n in found)
        flags += [total, *flat(row for row in found if row[1])] if total else []
    assert numbers(html.partition('<dl class="ci-facts">')[2]) == flags


def test_statistics_of_who_filed_and_who_found(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "statistics")
    total = one(database, "SELECT count(*) FROM incidents")
    counted = {kind: [n for _, n in by_year(database, "reporter_kind = ?", kind)] for kind in REPORTERS}
    unknown = sum(counted["unknown"])
    rows: list[list[float]] = []
    for place, (year, n) in enumerate(by_year(database)):
        by_ca, not_known = counted["ca"][place], counted["unknown"][place]
        parts = (by_ca, n - by_ca - not_known, not_known)
        rows.append([year, n, *(cell for part in parts for cell in (part, round(100 * part / n)))])
    kinds = [kind for kind in REPORTERS if sum(counted[kind])]
    years = [year for year, _ in by_year(database)]
    expected = [total - unknown, total, unknown, *flat(rows), *(sum(counted[kind]) for kind in kinds), *years]
    expected += flat((sum(counted[kind]), *filter(None, counted[kind])) for kind in kinds)
    assert numbers(section(html, "reporters")) == expected
    query = "SELECT disclosure_source, count(*) FROM incidents WHERE disclosure_source IS NOT NULL GROUP BY 1"
    sources = dict(database.execute(query).fetchall())
    found = sum(sources.values())
    listed = [sources[slug] for slug in terms("disclosure_source") if slug in sources]
    assert numbers(section(html, "disclosures")) == [found, total, total - found, *listed]


@pytest.mark.parametrize("slug", CAS)
def test_a_ca(site: Path, database: sqlite3.Connection, slug: str) -> None:
    html, condition = page(site, f"cas/{slug}"), of(database, slug)
    total = one(database, f"SELECT count(*) FROM incidents WHERE {condition}")
    still_open = one(database, f"SELECT count(*) FROM incidents WHERE {OPEN} AND {condition}")
    lead = html[: html.index('<ul class="ci-actions"')].partition('<p class="ci-lead">')[2]
    programs = [badge] if (badge := len(set(re.findall(r"<dt>Distrust: (.*?)</dt>", html)))) else []
    assert numbers(lead) == [total, *([still_open] if still_open else []), *programs]
    assert section(html, "open").count("<tr><td>") == still_open
    assert listed(section(html, "incidents")) == total
    years = [(year, n) for year, n in by_year(database, condition)]
    drawn = bars(years)
    first = int(drawn[0])
    counted = {
        tag: by_year(database, f"{condition} AND EXISTS (SELECT 1 FROM tags WHERE incident = id AND tag = ?)", tag)
        for tag in terms("tag")
    }
    totals = {tag: sum(n for _, n in found) for tag, found in counted.items()}
    categories = sorted((t for t in CATEGORIES if totals[t]), key=lambda t: (-totals[t], t))
    others = sorted((t for t in totals if t not in CATEGORIES and totals[t]), key=lambda t: (-totals[t], t))
    span = [year for year, _ in years if year >= first]
    expected = [*drawn, span[0], span[-1], *flat((max(n for _, n in counted[t]), totals[t]) for t in categories)]
    expected += [span[0], span[-1], *span]
    for tag in categories:
        expected += [*(n for year, n in counted[tag] if year >= first and n), totals[tag]]
    assert numbers(section(html, "counts")) == [*expected, *(totals[tag] for tag in others)]
    own, everyone = measures(database, slug), measures(database, None)
    table = section(html, "measures").partition("</table>")[0]
    pairs = zip(own, everyone, strict=True)
    assert numbers(table) == [n for pair in pairs for n in shown_measures(list(pair))]


def test_compare(site: Path, database: sqlite3.Connection) -> None:
    data = json.loads((site / "assets/compare.json").read_bytes())
    assert len(data["cas"]) == one(database, "SELECT count(DISTINCT ca) FROM incident_cas")
    for row in ({"slug": None, **data["all"]}, *(ca for ca in data["cas"] if ca["slug"] in CAS)):
        condition = of(database, row["slug"])
        assert row["total"] == one(database, f"SELECT count(*) FROM incidents WHERE {condition}")
        assert row["open"] == one(database, f"SELECT count(*) FROM incidents WHERE {OPEN} AND {condition}")
        assert list(zip(data["years"], row["years"], strict=True)) == by_year(database, condition)
        for (tag, _), count in zip(data["tags"], row["tags"], strict=True):
            query = (
                f"SELECT count(*) FROM incidents WHERE {condition} AND id IN (SELECT incident FROM tags WHERE tag = ?)"
            )
            assert count == one(database, query, tag)
        for (flag, _), count in zip(data["late"], row["late"], strict=True):
            query = f"SELECT count(*) FROM incidents WHERE {condition} AND flags LIKE ?"
            assert count == one(database, query, f"%{flag}%")
        for shown, asked in zip(row["measures"], measures(database, row["slug"]), strict=True):
            assert shown[0] == pytest.approx(asked[0], abs=0.006) and tuple(shown[1:]) == asked[1:]


def cells(html: str) -> list[list[str]]:
    """Read the text of every cell of a table's rows; a time as it is written for machines."""
    rows = re.findall(r"<tr>(<t[dh].*?)</tr>", html.partition("<tbody>")[2].partition("</tbody>")[0], re.S)
    return [[_said(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in rows]


def _said(cell: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r'<time datetime="([^"]*)">.*?</time>', r"\1", cell)))


def test_the_distrust_timeline(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "distrust")
    as_of = json.loads((site / "data/v1/snapshot.json").read_bytes())["as_of"][:10]
    owners = registry.standard().owners.values()
    found = [(owner, end) for owner in owners for end in (*owner.distrust, *owner.removals)]
    said = numbers(html.partition('<p class="ci-lead">')[2].partition("</p>")[0])
    assert said == [len(found), len({owner.slug for owner, _ in found}), sum(len(owner.distrust) for owner in owners)]
    query = """SELECT count(*) FROM incidents JOIN incident_cas ON incident = id WHERE incident_cas.ca = :ca
        AND substr(opened, 1, 10) <= :day AND (status != 'closed' OR substr(coalesce(resolved,
            (SELECT max(at) FROM events WHERE incident = id AND comment IS NOT NULL AND origin = 'bugzilla'),
            opened), 1, 10) >= :day)"""
    expected = []
    for owner, end in found:
        known = len(end.on or "") == len(as_of) and (end.on or "") <= as_of
        count = database.execute(query, {"ca": owner.slug, "day": end.on}).fetchone()[0] if known else "–"
        expected.append((end.on or "not known", owner.name, str(count)))
    rows = cells(html)
    assert sorted((row[0], row[2], row[4]) for row in rows) == sorted(expected)
    assert any(row[4] not in {"0", "–"} for row in rows)


def test_root_programs_at_work(site: Path, database: sqlite3.Connection) -> None:
    html, known = page(site, "root-programs"), registry.standard()
    query = """SELECT id, ca, also_named, comment, at, nick, affiliation FROM incidents JOIN events ON incident = id
        AND origin = 'bugzilla' AND comment IS NOT NULL ORDER BY id, comment"""
    work: dict[tuple[str, int], list[set[tuple[int, int]]]] = defaultdict(lambda: [set(), set(), set()])
    filer, answered = {}, set()
    for number, ca, also, comment, at, nick, affiliation in database.execute(query):
        filer.setdefault(number, nick)
        is_first = nick != filer[number] and number not in answered
        answered |= {number} if is_first else set()
        own = family_of((ca, *(also or "").split()), known) if ca else frozenset()
        roles = known.roles_on(affiliation, at[:10])
        program = next((role.program for role in roles if role.program), None)
        if program is None or any(role.ca in own for role in roles):
            continue
        opened, written, first = work[program, int(at[:4])]
        (written if comment else opened).add((number, comment))
        first |= {(number, comment)} if is_first else set()
    for slug, program in known.programs.items():
        expected = [
            [year, len(opened), len({number for number, _ in written}), len(written), len(first)]
            for (of, year), (opened, written, first) in sorted(work.items(), reverse=True)
            if of == slug
        ]
        rows = [[int(cell.rstrip("*")) for cell in row] for row in cells(section(html, slug))]
        assert rows == expected, program.name
    assert len(work) > 15
    comments = """SELECT count(*) FROM events JOIN incidents ON incident = id
        WHERE origin = 'bugzilla' AND comment IS NOT NULL AND bug_status != 'UNKNOWN'"""
    totals = [one(database, f"{comments} AND affiliation IS NOT NULL"), one(database, comments)]
    assert [n for n in numbers(html.partition("<h2")[0]) if n > 100] == totals


def test_recurrences(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "recurrences")
    specific = [t.slug for t in terms("topic").values() if t.group in {"what", "process"}]
    specific = [slug for slug in specific if slug not in {"several-faults", "audit-opinion"}]
    day = "CASE WHEN length(opened) > 4 THEN opened ELSE opened_between END"
    query = f"""WITH told AS (SELECT DISTINCT id, ca, topic, julianday(substr({day}, 1, 10)) AS day,
            substr({day}, 1, 10) AS opened FROM incidents JOIN incident_topics ON incident = id
            WHERE ca IS NOT NULL AND coalesce(read_in, '') != 'text' AND topic IN ({",".join("?" * len(specific))})),
        again AS (SELECT *, lag(id) OVER line AS earlier, day - lag(day) OVER line AS days FROM told
            WINDOW line AS (PARTITION BY ca, topic ORDER BY opened, id))
        SELECT id, ca, topic, earlier, CAST(days AS INTEGER) FROM again WHERE days <= 730"""
    found = database.execute(query, specific).fetchall()
    pairs = {(later, earlier, days) for later, _, _, earlier, days in found}
    by_topic = {topic: [row for row in found if row[2] == topic] for topic in specific}
    titles = terms("topic")
    lead = html.partition('<p class="ci-lead">')[2].partition("</p>")[0]
    assert numbers(lead) == [len(pairs), 2, len({ca for _, ca, *_ in found})]
    rows = [
        [titles[topic].title, str(len(ones)), str(len({one[1] for one in ones})), f"{median(o[4] for o in ones):.0f}"]
        for topic, ones in by_topic.items()
        if ones
    ]
    assert sorted(cells(section(html, "topics"))) == sorted(rows) and len(rows) > 20
    newest = cells(section(html, "newest"))
    assert {(int(row[3]), int(row[4]), int(row[5])) for row in newest} <= pairs and len(newest) == recurrences.NEWEST


def test_sections_cited_again(site: Path, database: sqlite3.Connection) -> None:
    html = section(page(site, "rules"), "again")
    query = """WITH cited AS (SELECT DISTINCT id, ca, document, section, substr(opened, 1, 10) AS opened FROM incidents
            JOIN citations ON incident = id WHERE section IS NOT NULL AND ca IS NOT NULL AND document != 'other'),
        again AS (SELECT *, lag(id) OVER line AS earlier, julianday(opened) - julianday(lag(opened) OVER line) AS days
            FROM cited WINDOW line AS (PARTITION BY ca, document, section ORDER BY opened, id))
        SELECT document, section, ca, earlier, id, CAST(days AS INTEGER) FROM again WHERE days <= 730"""
    of_rule: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for document, cited, ca, earlier, later, days in database.execute(query):
        after = "on the same day" if not days else f"{days} day later" if days == 1 else f"{days} days later"
        of_rule[document, cited].append((registry.standard().owners[ca].name, f"{earlier}, then {later} {after}"))
    shown = [row[1] for row in cells(html)]
    counted = [sorted(Counter(name for name, _ in pairs).items()) for pairs in of_rule.values()]
    assert sorted(shown) == sorted(", ".join(f"{name} {n}" for name, n in owners) for owners in counted)
    assert len(shown) > 10
    for (document, cited), pairs in of_rule.items():
        items = re.findall(r"<li>(.*?)</li>", section(page(site, f"rules/{document}/{cited.lower()}"), "again"))
        said = sorted(_said(item).replace("\u00a0", " ") for item in items)
        assert said == sorted(f"{name}: {pair}" for name, pair in pairs), (document, cited)
    known = one(database, "SELECT count(DISTINCT incident) FROM citations")
    assert [known, one(database, "SELECT count(*) FROM incidents")] == numbers(html.partition("<table")[0])[:2]


def test_quarters_and_months(site: Path, database: sqlite3.Connection) -> None:
    html = page(site, "statistics/periods")
    day = "CASE WHEN length(opened) > 4 THEN opened ELSE opened_between END"
    tagged = "sum(EXISTS (SELECT 1 FROM tags WHERE incident = id AND tag = '{}-revocation-delay'))"
    for name, period in (
        ("quarters", f"substr({day}, 1, 4) || '-Q' || ((substr({day}, 6, 2) + 2) / 3)"),
        ("months", f"substr({day}, 1, 7)"),
    ):
        query = f"SELECT {period} AS period, count(*), {tagged.format('leaf')}, {tagged.format('ca')} FROM incidents"
        counted = {row[0]: [str(n) for n in row] for row in database.execute(f"{query} GROUP BY period")}
        rows = cells(section(html, name))
        assert [row for row in rows if row[1] != "0"] == [
            counted[row[0]] for row in rows if row[0] in counted
        ] and rows[0][0] == max(counted)
        assert len(rows) >= 36 and len({row[0] for row in rows}) == len(rows)
