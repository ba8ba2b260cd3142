"""Ready queries on the published database, one for each question that researchers ask most.

If no source gives the moment of filing, `opened` is only the year, four characters long, and `opened_between` holds the
first and the last possible day.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the query that answers it; its last numeric column is what a chart shows."""

    title: str
    sql: str


EXAMPLES = (
    Example(
        "Incidents per month",
        """\
SELECT CASE
         WHEN length(opened) > 4 THEN substr(opened, 1, 7)
         WHEN substr(opened_between, 1, 7) = substr(opened_between, 12, 7) THEN substr(opened_between, 1, 7)
         ELSE opened || ', month not known'
       END AS month,
       count(*) AS incidents
FROM incidents
GROUP BY month
ORDER BY month DESC""",
    ),
    Example(
        "Delayed revocations by quarter",
        """\
SELECT CASE
         WHEN length(opened) > 4 THEN substr(opened, 1, 4) || ' Q' || ((substr(opened, 6, 2) + 2) / 3)
         WHEN substr(opened_between, 1, 7) = substr(opened_between, 12, 7)
           THEN opened || ' Q' || ((substr(opened_between, 6, 2) + 2) / 3)
         ELSE opened || ', month not known'
       END AS quarter,
       count(DISTINCT incidents.id) AS incidents
FROM incidents
JOIN tags ON tags.incident = incidents.id
WHERE tags.tag IN ('leaf-revocation-delay', 'ca-revocation-delay')
GROUP BY quarter
ORDER BY quarter DESC""",
    ),
    Example(
        "The same topic again at the same CA within two years",
        """\
SELECT incidents.ca, first.topic, before.id AS earlier, incidents.id AS incident,
       CAST(julianday(incidents.opened) - julianday(before.opened) AS INTEGER) AS days
FROM incidents
JOIN incident_topics AS again ON again.incident = incidents.id
JOIN incident_topics AS first ON first.topic = again.topic
JOIN incidents AS before ON before.id = first.incident AND before.ca = incidents.ca
WHERE julianday(incidents.opened) - julianday(before.opened) BETWEEN 0 AND 730
  AND length(incidents.opened) > 4 AND length(before.opened) > 4 AND before.id < incidents.id
ORDER BY incidents.opened DESC""",
    ),
    Example(
        "CAs whose reports cite a section in more than one incident",
        """\
SELECT incidents.ca, document || ' ' || section AS rule, count(DISTINCT incidents.id) AS incidents
FROM citations
JOIN incidents ON incidents.id = citations.incident
WHERE section IS NOT NULL AND incidents.ca IS NOT NULL
GROUP BY incidents.ca, rule
HAVING incidents > 1
ORDER BY incidents DESC, incidents.ca, rule""",
    ),
    Example(
        "Response time by year: the median of each incident's median, in days",
        """\
WITH ranked AS (
  SELECT substr(opened, 1, 4) AS year, median_response_days AS days,
         row_number() OVER (PARTITION BY substr(opened, 1, 4) ORDER BY median_response_days) AS place,
         count(*) OVER (PARTITION BY substr(opened, 1, 4)) AS incidents
  FROM incidents
  WHERE median_response_days IS NOT NULL
)
SELECT year, max(incidents) AS incidents, round(avg(days), 2) AS median_days
FROM ranked
WHERE place IN ((incidents + 1) / 2, incidents / 2 + 1)
GROUP BY year
ORDER BY year DESC""",
    ),
    Example(
        "How incidents were found, by year, with those that do not say",
        """\
SELECT substr(opened, 1, 4) AS year, count(*) AS incidents,
       sum(disclosure_source IS NULL) AS not_known,
       sum(disclosure_source = 'self-reported') AS self_reported,
       round(100.0 * sum(disclosure_source = 'self-reported') / count(disclosure_source), 1) AS percent_of_known
FROM incidents
GROUP BY year
ORDER BY year DESC""",
    ),
    Example(
        "Open incidents by age",
        """\
SELECT id, ca, title, substr(opened, 1, 10) AS opened,
       CAST(julianday((SELECT value FROM dataset WHERE name = 'as_of')) - julianday(opened) AS INTEGER) AS days
FROM incidents
WHERE bug_status NOT IN ('RESOLVED', 'VERIFIED', 'CLOSED', 'UNKNOWN') AND length(opened) > 4
ORDER BY days DESC""",
    ),
    Example(
        "Comments by year from accounts at root programs and the CCADB, on bugs of others",
        """\
SELECT substr(at, 1, 4) AS year, affiliation, count(*) AS comments
FROM events
WHERE party = 'other' AND kind IN ('comment', 'opened')
  AND affiliation IN ('apple.com', 'ccadb.org', 'fastly.com', 'google.com', 'mozilla.com', 'mozilla.org')
GROUP BY year, affiliation
ORDER BY year DESC, comments DESC""",
    ),
    Example(
        "Incidents opened while another of the same CA was open",
        """\
SELECT incidents.id AS incident, incidents.ca, substr(incidents.opened, 1, 10) AS opened, count(*) AS others_open
FROM incidents
JOIN incidents AS other
  ON other.ca = incidents.ca AND other.id <> incidents.id AND other.opened < incidents.opened
 AND (other.resolved > incidents.opened
      OR (other.resolved IS NULL AND other.bug_status NOT IN ('RESOLVED', 'VERIFIED', 'CLOSED', 'UNKNOWN')))
WHERE length(incidents.opened) > 4 AND length(other.opened) > 4
GROUP BY incidents.id
ORDER BY others_open DESC, incidents.opened DESC""",
    ),
)
