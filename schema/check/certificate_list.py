"""Check the list of certificates that is attached to a report.

Source: CCADB Incident Reporting Guidelines 3.2, full report, Appendix. Fewer than 10,000 certificates are listed as
comma-separated values with eleven fields; columns of one's own come after those. From 10,000 on, a text file with one
crt.sh link per line will do. The guidelines name no format for dates: ISO 8601 is asked for here, because everything
else can be read two ways. What spreadsheets write (a byte order mark, CRLF, quoted cells) is fine.
"""

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ca_incidents.schema.check.csv_cells import Cell, CsvSyntaxError, rows
from ca_incidents.schema.findings import UNSEEN_CLASS, Finding, in_order
from ca_incidents.schema.messages import shown
from ca_incidents.schema.record.time_spans import Span, span_of

PRECERTIFICATE, CERTIFICATE = "Precertificate SHA-256 hash", "Certificate SHA-256 hash"
SUBJECT, ISSUER, NOT_BEFORE, NOT_AFTER = "Subject", "Issuer", "Not before", "Not after"
SERIAL, DNS_NAMES = "Serial #", "dNSNames"
REVOKED, REVOKED_ON, REASON = "Is revoked?", "Revocation date", "Revocation reason"
COLUMNS = (
    PRECERTIFICATE,
    CERTIFICATE,
    SUBJECT,
    ISSUER,
    NOT_BEFORE,
    NOT_AFTER,
    SERIAL,
    DNS_NAMES,
    REVOKED,
    REVOKED_ON,
    REASON,
)
LINKS_ALLOWED_FROM = 10_000
MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
# A mistake that a program makes is in every row: the first ones are enough, with the number of the others.
MOST_ALIKE = 5

_UNSEEN_IN_CELLS = re.compile(f"(?![\t\r\n])[{UNSEEN_CLASS}]")
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{64}\Z")
_BYTES_WITH_COLONS = re.compile(r"[0-9A-Fa-f]{2}(?:[: ][0-9A-Fa-f]{2})+\Z")
_SERIAL = re.compile(r"(?:0x)?[0-9A-Fa-f]{1,42}\Z")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+\Z", re.I)
_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)? ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?\Z"
)
_LINK = re.compile(r"crt\.sh/\S*", re.I)
_CERTIFICATE_LINK = re.compile(
    r"crt\.sh/?\?(?:id=[0-9]+|q=[0-9]+|(?:sha256|q)=(?P<sha256>[0-9A-Fa-f]{64}))(?:&\S*)?\Z", re.I
)
_LINE_OF_LINKS = re.compile(r"https://crt\.sh/\?sha256=(?P<sha256>[0-9A-Fa-f]{64})\Z")
_STARTS_WITH_LINK = re.compile(r"\s*(?:https?://)?crt\.sh/", re.I)
_STATES = {"yes": "Yes", "planned": "Planned", "delayed": "Delayed", "n/a": "N/A"}
# RFC 5280, section 5.3.1.
_REASONS = (
    "unspecified",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "removeFromCRL",
    "privilegeWithdrawn",
    "aACompromise",
)
_REASON_WORDS = frozenset({*map(str.casefold, _REASONS), *"0 1 2 3 4 5 6 8 9 10".split()})


@dataclass(frozen=True, slots=True)
class Impact:
    """What the report says under Impact: all certificates, and those neither expired nor revoked."""

    total: int | None = None
    remaining_valid: int | None = None


@dataclass(slots=True)
class _List:
    """The list while it is read: findings by code and column, and what identifies the certificates so far."""

    file: str
    today: date
    found: list[Finding] = field(default_factory=list)
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    listed: int = 0
    valid: int = 0

    def add(self, code: str, path: str, message: str, line: int = 0, column: int = 0) -> None:
        """Add a finding; beyond the first few of a code and column they are only counted."""
        key = (code, path)
        self.alike[key] += 1
        if self.alike[key] <= MOST_ALIKE:
            self.last[key] = len(self.found)
            finding = Finding(file=self.file, line=line, column=column, path=path, message=message, code=code)
            self.found.append(finding)

    def at(self, cell: Cell, code: str, path: str, message: str) -> None:
        """Add a finding about a cell."""
        self.add(code, path, message, cell.line, cell.column)

    def first_line(self, kind: str, value: str, line: int) -> int | None:
        """Return the line that had this value before, or None and remember this one."""
        earlier = self.seen.setdefault((kind, value), line)
        return earlier if earlier != line else None

    def findings(self) -> list[Finding]:
        """Return the findings in order; the last of many that are alike says how many more there are."""
        for key, index in self.last.items():
            more = self.alike[key] - MOST_ALIKE
            if more > 0:
                last = self.found[index]
                said = f"{last.message} (and {more:,} more like this)"
                self.found[index] = replace(last, message=said)
        return in_order(self.found)


def check(raw: bytes, *, file: str, today: date, impact: Impact | None = None) -> list[Finding]:
    """Find what is wrong with a list; with the report's Impact, also whether the numbers agree."""
    checked = _List(file, today)
    text = _text(raw, checked)
    if text is not None:
        by_link = _STARTS_WITH_LINK.match(text) is not None
        complete = _check_links(text, checked) if by_link else _check_rows(text, checked)
        if impact is not None and complete:
            _compare(checked, impact, by_link=by_link)
    return checked.findings()


def _text(raw: bytes, checked: _List) -> str | None:
    if len(raw) > MAX_BYTES:
        checked.add("list-too-large", "", f"the file has more than {MAX_BYTES:,} bytes; split the list")
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        checked.add("not-utf-8", "", "the file is UTF-16: save it as CSV in UTF-8")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = f"the byte 0x{raw[error.start]:02x} is not UTF-8: save the file as CSV in UTF-8"
        checked.add("not-utf-8", "", message, line, column)
        return None
    if not text.strip():
        checked.add("empty-file", "", "the file is empty")
        return None
    _unseen(text, checked)
    return text


def _unseen(text: str, checked: _List) -> None:
    found = _UNSEEN_IN_CELLS.search(text)
    if found is not None:
        line, start = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start())
        message = f"the character U+{ord(found[0]):04X} cannot be seen: remove it"
        checked.add("control-character", "", message, line, found.start() - start)


def _check_links(text: str, checked: _List) -> bool:
    for line, content in enumerate(text.splitlines(), 1):
        if not content.strip():
            continue
        found = _LINE_OF_LINKS.match(content.strip())
        if found is None:
            message = f"{shown(content.strip())} is not https://crt.sh/?sha256= and the 64 digits of a certificate"
            checked.add("list-link", "", message, line, 1)
            continue
        earlier = checked.first_line(CERTIFICATE, found["sha256"].casefold(), line)
        if earlier is not None:
            checked.add("list-duplicate", "", f"the certificate is already in line {earlier}", line, 1)
            continue
        checked.listed += 1
    if checked.listed < LINKS_ALLOWED_FROM and not checked.found:
        message = (
            f"a list of links is for {LINKS_ALLOWED_FROM:,} certificates and more; this one has {checked.listed:,}: "
            f"write comma-separated values with the columns {', '.join(COLUMNS)}"
        )
        checked.add("list-header", "", message)
    return not checked.found


def _check_rows(text: str, checked: _List) -> bool:
    """Check the header and every row; return True if the list was read to its end and every certificate counted."""
    cells = rows(text)
    try:
        header = next(cells)
        places = _header(header, checked)
        if places is None:
            return False
        for number, row in enumerate(cells, 1):
            if number > MAX_ROWS:
                message = f"the list has more than {MAX_ROWS:,} rows; the rest was not read"
                checked.at(row[0], "list-too-large", "", message)
                return False
            if len(row) != len(header):
                message = f"the row has {len(row)} cells, and the header has {len(header)}"
                checked.at(row[0], "list-row", "", message)
            else:
                _row({name: row[place] for name, place in places.items()}, row, checked)
    except CsvSyntaxError as error:
        checked.add("list-syntax", "", f"{error.message}; the rest was not read", error.line, error.column)
        return False
    if not checked.listed and not checked.found:
        checked.at(header[0], "list-header", "", "there is no row below the header")
    return not checked.alike.keys() & {("list-row", "")}


def _header(header: Sequence[Cell], checked: _List) -> dict[str, int] | None:
    """Find the guidelines' columns by name; None where the first row is no header."""
    names = [_column(cell.text) for cell in header]
    known = [name for name in names if name is not None]
    if len(known) < 2:
        separator = next((word for mark, word in ((";", "semicolons"), ("\t", "tabs")) if mark in header[0].text), "")
        found = f"the file is separated by {separator}; " if separator else "the first row names no columns; "
        message = f"{found}write comma-separated values with the header {', '.join(COLUMNS)}"
        checked.at(header[0], "list-header", "", message)
        return None
    foreign = [cell for cell, name in zip(header, names, strict=True) if name is None]
    missing = [name for name in COLUMNS if name not in known]
    if missing:
        other = f"; not known: {', '.join(shown(cell.text) for cell in foreign)}" if foreign else ""
        checked.at(header[0], "list-columns", "", f"columns are missing: {', '.join(missing)}{other}")
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name is not None and places.setdefault(name, place) != place:
            checked.at(header[place], "list-columns", name, "the column is there twice")
    order = list(places)
    if order != [name for name in COLUMNS if name in places]:
        wanted = ", ".join(name for name in COLUMNS if name in places)
        checked.at(header[0], "list-order", "", f"the columns are in another order than {wanted}")
    last = max(places.values())
    for place, cell in enumerate(header[:last]):
        if names[place] is None and not missing:
            message = f"move the column {shown(cell.text)} to the right of {REASON}"
            checked.at(cell, "list-extra-column", "", message)
    return places


def _column(name: str) -> str | None:
    """Find the column that a header's cell means: the same letters, or more after them, or nearly the same."""
    folded = _folded(name)
    by_letters = {_folded(column): column for column in COLUMNS}
    begun = next((column for letters, column in by_letters.items() if folded.startswith(letters)), None)
    near = difflib.get_close_matches(folded[:80], by_letters, n=1, cutoff=0.85)
    return begun or (by_letters[near[0]] if near else None)


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _is_absent(text: str) -> bool:
    return text.casefold() in {"", "n/a", "na", "-"}


def _row(cells: dict[str, Cell], row: Sequence[Cell], checked: _List) -> None:
    hashes = {name: _fingerprint(cells[name], name, checked) for name in (PRECERTIFICATE, CERTIFICATE) if name in cells}
    serial = cells.get(SERIAL)
    _identity(cells, row, hashes, checked)
    if serial is not None:
        _serial(serial, checked)
    issuer = cells.get(ISSUER)
    if issuer is not None and not issuer.text:
        checked.at(issuer, "list-empty-cell", ISSUER, "the cell is empty")
    dates = {name: _date(cells[name], name, checked) for name in (NOT_BEFORE, NOT_AFTER, REVOKED_ON) if name in cells}
    first, last = dates.get(NOT_BEFORE), dates.get(NOT_AFTER)
    if first is not None and last is not None and first.surely_after(last):
        checked.at(cells[NOT_AFTER], "list-contradiction", NOT_AFTER, "the certificate ends before it begins")
    _revocation(cells, dates, checked)
    own = set(cells.values())
    _links([cell for cell in row if cell not in own], {value for value in hashes.values() if value}, checked)


def _fingerprint(cell: Cell, name: str, checked: _List) -> str | None:
    """Return the digits of a hash, or None where there is none; a wrong one is a finding and an empty text."""
    if _is_absent(cell.text):
        return None
    if _FINGERPRINT.match(cell.text):
        return cell.text.casefold()
    digits = re.sub(r"[: ]", "", cell.text)
    if _BYTES_WITH_COLONS.match(cell.text) and len(digits) == 64:
        message = "write the 64 digits without colons and spaces"
    elif "crt.sh" in cell.text:
        message = "is a link: write the 64 digits of the SHA-256 hash, and put links into a column on the right"
    elif len(digits) == 40:
        message = f"{shown(cell.text)} is as long as a SHA-1 hash: write the 64 digits of the SHA-256 hash"
    else:
        message = f"{shown(cell.text)} is not the 64 hexadecimal digits of a SHA-256 hash"
    checked.at(cell, "list-fingerprint", name, message)
    return ""


def _identity(cells: dict[str, Cell], row: Sequence[Cell], hashes: dict[str, str | None], checked: _List) -> None:
    """Check that the row names one certificate that no earlier row names."""
    if hashes and all(value is None for value in hashes.values()):
        name = list(hashes)[-1]
        checked.at(cells[name], "list-empty-cell", name, "the row has no SHA-256 hash")
    values = [value for value in hashes.values() if value]
    if len(values) == 2 and values[0] == values[1]:
        message = "the hash of the precertificate and of the certificate cannot be the same"
        checked.at(cells[CERTIFICATE], "list-contradiction", CERTIFICATE, message)
    for name in (CERTIFICATE, PRECERTIFICATE):
        value = hashes.get(name)
        earlier = checked.first_line(name, value, row[0].line) if value else None
        if earlier is not None:
            checked.at(cells[name], "list-duplicate", name, f"the certificate is already in line {earlier}")
            return
    checked.listed += 1
    if ISSUER in cells and SERIAL in cells and cells[SERIAL].text and cells[ISSUER].text:
        number = re.sub(r"[: ]", "", cells[SERIAL].text.casefold().removeprefix("0x")).lstrip("0")
        key = f"{cells[ISSUER].text}\0{number}"
        earlier = checked.first_line(SERIAL, key, row[0].line)
        if earlier is not None:
            message = (
                f"line {earlier} has the same issuer and serial number: "
                "write a certificate and its precertificate in one row"
            )
            checked.at(cells[SERIAL], "list-duplicate", SERIAL, message)


def _serial(cell: Cell, checked: _List) -> None:
    if _is_absent(cell.text):
        checked.at(cell, "list-empty-cell", SERIAL, "the row has no serial number")
    elif _ROUNDED.match(cell.text):
        message = f"a spreadsheet has rounded the number to {cell.text}: format the column as text and insert it again"
        checked.at(cell, "list-serial", SERIAL, message)
    elif not _SERIAL.match(cell.text) and not (_BYTES_WITH_COLONS.match(cell.text) and len(cell.text) <= 62):
        message = f"{shown(cell.text)} is not a serial number of at most 20 bytes in hexadecimal digits"
        checked.at(cell, "list-serial", SERIAL, message)


def _date(cell: Cell, name: str, checked: _List) -> Span | None:
    if not cell.text and name != REVOKED_ON:
        checked.at(cell, "list-empty-cell", name, "the cell is empty")
    if _is_absent(cell.text):
        return None
    found = _DATE.match(cell.text)
    span = _span(found) if found is not None else None
    if span is None:
        message = f"{shown(cell.text)} is not a date: write 2026-08-01, or 2026-08-01T10:00Z with a time"
        checked.at(cell, "list-date", name, message)
    return span


def _span(found: re.Match[str]) -> Span | None:
    if found["clock"] is None:
        return span_of(found["day"])
    # Without a zone: the times in a certificate are UTC.
    zone = found["zone"] or "Z"
    zone = "Z" if zone in {"UTC", "GMT"} else zone
    zone = f"{zone[:3]}:{zone[3:]}" if len(zone) == 5 else zone
    return span_of(f"{found['day']}T{found['clock']}{zone}")


def _revocation(cells: dict[str, Cell], dates: dict[str, Span | None], checked: _List) -> None:
    """Check that the state, the date and the reason of a revocation fit together."""
    if REVOKED not in cells:
        return
    cell = cells[REVOKED]
    state = _STATES.get(cell.text.casefold())
    if state is None:
        message = f"{shown(cell.text)} is not one of Yes, Planned, Delayed, or N/A for an expired certificate"
        checked.at(cell, "list-revoked", REVOKED, message)
        return
    checked.valid += state in {"Planned", "Delayed"}
    on, today = cells.get(REVOKED_ON), span_of(checked.today.isoformat())
    revoked, last = dates.get(REVOKED_ON), dates.get(NOT_AFTER)
    assert today is not None, "a date can be written and read"
    if on is not None and state in {"Yes", "Planned"} and _is_absent(on.text):
        checked.at(on, "list-contradiction", REVOKED_ON, f'"{REVOKED}" is {state}, and there is no date')
    elif on is not None and state == "N/A" and not _is_absent(on.text):
        checked.at(on, "list-contradiction", REVOKED_ON, f'"{REVOKED}" is N/A, and there is a date')
    elif on is not None and state == "Yes" and revoked is not None and revoked.surely_after(today):
        checked.at(on, "list-contradiction", REVOKED_ON, f'"{REVOKED}" is Yes, and the date is still to come')
    elif state == "N/A" and last is not None and last.surely_after(today):
        message = "N/A is for expired certificates, and this one is still valid: write Yes, Planned or Delayed"
        checked.at(cell, "list-contradiction", REVOKED, message)
    first = dates.get(NOT_BEFORE)
    if on is not None and revoked is not None and first is not None and first.surely_after(revoked):
        checked.at(on, "list-contradiction", REVOKED_ON, "the certificate was revoked before it began")
    reason = cells.get(REASON)
    if reason is not None and not _is_absent(reason.text) and not _is_reason(reason.text):
        message = f"{shown(reason.text)} is not a reason of RFC 5280: {', '.join(_REASONS)}"
        checked.at(reason, "list-reason", REASON, message)


def _is_reason(text: str) -> bool:
    """Accept a reason's name in any spelling, its number, or both."""
    letters = _folded(text)
    return letters in _REASON_WORDS or letters.strip("0123456789") in _REASON_WORDS


def _links(row: Sequence[Cell], hashes: set[str], checked: _List) -> None:
    for cell in row:
        for link in _LINK.findall(cell.text):
            found = _CERTIFICATE_LINK.match(link)
            if found is None:
                message = f"{shown(link)} leads to no certificate: write https://crt.sh/?sha256= and the 64 digits"
                checked.at(cell, "list-link", "", message)
            elif found["sha256"] and hashes and found["sha256"].casefold() not in hashes:
                checked.at(cell, "list-link", "", "the link leads to another certificate than the row's hashes")


def _compare(checked: _List, impact: Impact, *, by_link: bool) -> None:
    """Compare the number of certificates with the report's: expired ones may be left out of the list."""
    listed, total, remaining = checked.listed, impact.total, impact.remaining_valid
    if total is not None and listed > total:
        message = f"the list has {listed:,} certificates, and the report says {total:,} in all"
        checked.add("list-count", "", message)
    elif remaining is not None and listed < remaining:
        message = f"the list has {listed:,} certificates, and the report says that {remaining:,} are still valid"
        checked.add("list-count", "", message)
    elif remaining is not None and not by_link and checked.valid != remaining:
        message = (
            f"{checked.valid:,} certificates of the list are neither revoked nor expired, "
            f"and the report says that {remaining:,} are still valid"
        )
        checked.add("list-count", "", message)
