"""Other bugs that a report names."""

import re

from ca_incidents.schema.model import RelatedBug
from ca_incidents.scraper.reader.gathered import Gathered, Reader

_BUG = re.compile(
    r"(?:show_bug\.cgi\?id=|bugzil\.la/|\bbug(?:zilla)?s?(?: (?:bugs?|ids?|tickets?|reports?"
    r"|incidents?|issues?|entry|entries))?[ :]{0,2}(?:\[?#|no\.? ?|number ?|\[|\()? ?)"
    r"([0-9]{6,7})(?![0-9])((?:(?:, ?(?:and )?| and | & |/)(?:bugs? )?#?[0-9]{6,7}(?![0-9]))*)",
    re.I,
)


_HASH = re.compile(r"(?<![0-9A-Za-z/&#=?])#([12][0-9]{6})(?![0-9])")


_SEVEN = re.compile(r"(?<![0-9.,/=#-])[0-9]{6,7}(?![0-9.,/-])")


def _read_related(reader: Reader, gathered: Gathered, bug: int | None) -> None:
    related = _bugs_in("\n".join(line.text for s in reader.named("related-incidents") for line in s.lines()))
    rows = (line for s in reader.named("related-incidents") for line in s.body if line.kind == "row" and line.cells)
    related += [int(m[0]) for line in rows for m in [_SEVEN.search(line.cells[0])] if m]
    for number, relation in [
        *((n, "related-incident") for n in related),
        *((n, "cited") for n in _bugs_in(reader.text)),
    ]:
        known = gathered.related.get(number)
        if number != bug and (known is None or (known.relation == "cited" and relation != "cited")):
            gathered.related[number] = RelatedBug(bug=number, relation=relation, source=reader.number)


def _bugs_in(text: str) -> list[int]:
    found = []
    for match in _BUG.finditer(text):
        found.append(int(match[1]))
        found += [int(n) for n in re.findall(r"[0-9]{6,7}", match[2])]
    found += [int(match[1]) for match in _HASH.finditer(text)]
    return list(dict.fromkeys(found))
