"""When the last of the certificates was revoked."""

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.chosen_day import chosen, weights, with_zone
from ca_incidents.scraper.reader.facts.dated_mentions import of_revocation
from ca_incidents.scraper.reader.facts.fact import Context, Found, why
from ca_incidents.scraper.reader.facts.stated_days import WHOLE_DAY

FACT = "revoked"


def read(document: Document, context: Context) -> Found:
    """Read when the last of the certificates was revoked; a later comment may tell a later day."""
    best = chosen(of_revocation(document), weights(FACT))
    if best is None:
        return Found()
    at, known = with_zone(str(best.value), document), context.known.revoked
    is_later = known is None or known[:WHOLE_DAY] <= at[:WHOLE_DAY]
    return Found(revoked=at if best.counts and is_later else None, why=why(FACT, (best,), document))
