"""Lists of certificates: what is right, and what is found in every way to be wrong.

Covers: schema/check/csv_cells.py.
"""

import csv
import io
import time
from datetime import date

import pytest

from ca_incidents.schema.check import certificate_list
from ca_incidents.schema.check.certificate_list import COLUMNS, Impact
from ca_incidents.schema.check.csv_cells import CsvSyntaxError, rows
from ca_incidents.schema.findings import Finding

TODAY = date(2026, 8, 1)
GOOD = {
    "Precertificate SHA-256 hash": "a" * 64,
    "Certificate SHA-256 hash": "B" * 64,
    "Subject": 'CN=example.org, O="Example, Inc."',
    "Issuer": "CN=Example CA 1",
    "Not before": "2026-01-02T03:04:05Z",
    "Not after": "2026-06-30 23:59:59 UTC",
    "Serial #": "00AB12",
    "dNSNames": "example.org, www.example.org",
    "Is revoked?": "Yes",
    "Revocation date": "2026-03-01",
    "Revocation reason": "superseded (4)",
}
OTHER = {
    **GOOD,
    "Precertificate SHA-256 hash": "N/A",
    "Certificate SHA-256 hash": "c" * 64,
    "Serial #": "0xab13",
    "Not after": "2026-12-31T23:59:59+0000",
    "Is revoked?": "planned",
    "Revocation date": "2026-08-05T10:00+02:00",
    "Revocation reason": "KEY_COMPROMISE",
}


def written(*listed: dict[str, str], columns=COLUMNS, end: str = "\n") -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, columns, lineterminator=end, extrasaction="ignore")
    table.writeheader()
    table.writerows(listed)
    return out.getvalue().encode()


def found(raw: bytes, impact: Impact | None = None) -> list[Finding]:
    return certificate_list.check(raw, file="list.csv", today=TODAY, impact=impact)


def places(raw: bytes, impact: Impact | None = None) -> list[tuple[str, int, int]]:
    return [(finding.code, finding.line, finding.column) for finding in found(raw, impact)]


@pytest.mark.parametrize(
    "raw",
    [
        written(GOOD, OTHER),
        written(GOOD, OTHER, end="\r\n"),
        b"\xef\xbb\xbf" + written(GOOD, OTHER, end="\r\n") + b"\r\n\r\n",
        written(GOOD, {**OTHER, "Issuer": "CN=Example CA\n2"}).rstrip(),
        written({**GOOD, "Link": "https://crt.sh/?sha256=" + "b" * 64 + "&opt=zlint"}, columns=[*COLUMNS, "Link"]),
        written({**GOOD, "Link": "crt.sh/?id=12"}, columns=[*COLUMNS, "Link"]),
        # The spelling of the header is free, in so far as it is clear.
        written(GOOD).replace(b"Serial #", b"Serial number (hex)").replace(b"dNSNames", b"DNS names"),
        # Expired, not revoked; and a subject that is not disclosed.
        written({**GOOD, "Is revoked?": "N/A", "Revocation date": "N/A", "Revocation reason": "", "Subject": ""}),
        written({**GOOD, "Is revoked?": "Delayed", "Revocation date": "N/A", "Revocation reason": "9"}),
    ],
)
def test_a_right_list_has_no_findings(raw: bytes) -> None:
    assert found(raw) == []


@pytest.mark.parametrize(
    ("column", "value", "code", "said"),
    [
        ("Precertificate SHA-256 hash", ":".join(["ab"] * 32), "list-fingerprint", "without colons"),
        ("Certificate SHA-256 hash", "b" * 40, "list-fingerprint", "SHA-1"),
        ("Certificate SHA-256 hash", "b" * 63, "list-fingerprint", "is not the 64 hexadecimal digits"),
        ("Certificate SHA-256 hash", "https://crt.sh/?sha256=" + "b" * 64, "list-fingerprint", "is a link"),
        ("Certificate SHA-256 hash", "a" * 64, "list-contradiction", "cannot be the same"),
        ("Issuer", "", "list-empty-cell", "is empty"),
        ("Not before", "", "list-empty-cell", "is empty"),
        ("Not before", "01/02/2026", "list-date", "write 2026-08-01"),
        ("Not before", "2026-02-30", "list-date", "is not a date"),
        ("Not after", "2025-01-01", "list-contradiction", "ends before it begins"),
        ("Serial #", "", "list-empty-cell", "no serial number"),
        ("Serial #", "1.23E+37", "list-serial", "format the column as text"),
        ("Serial #", "xyz", "list-serial", "is not a serial number"),
        ("Serial #", "1" * 43, "list-serial", "at most 20 bytes"),
        ("Is revoked?", "No", "list-revoked", "Yes, Planned, Delayed, or N/A"),
        ("Revocation date", "N/A", "list-contradiction", "there is no date"),
        ("Revocation date", "2026-09-01", "list-contradiction", "still to come"),
        ("Revocation date", "2025-09-01", "list-contradiction", "before it began"),
        ("Revocation reason", "customer request", "list-reason", "keyCompromise"),
        ("Revocation reason", "7", "list-reason", "RFC 5280"),
    ],
)
def test_a_wrong_cell_is_found_where_it_is(column, value, code, said) -> None:
    row = {**GOOD, column: value}
    (finding,) = found(written(OTHER, row))
    assert finding.code == code and said in finding.message and finding.path == column
    before = written(row, columns=COLUMNS[: COLUMNS.index(column)] or ["none"]) if COLUMNS.index(column) else b"\n\n"
    assert (finding.line, finding.column) == (3, len(before.splitlines()[1]) + (2 if COLUMNS.index(column) else 1))


def test_the_column_of_a_cell_counts_characters_after_quoted_line_breaks() -> None:
    raw = written({**GOOD, "Subject": 'a\n"é"', "Issuer": ""})
    assert places(raw) == [("list-empty-cell", 3, 8)]


def test_a_row_needs_a_hash_and_an_expired_certificate_has_no_revocation() -> None:
    none = {**GOOD, "Precertificate SHA-256 hash": "N/A", "Certificate SHA-256 hash": ""}
    assert [f.message for f in found(written(none))] == ["the row has no SHA-256 hash"]
    valid = {**OTHER, "Is revoked?": "N/A", "Revocation date": "N/A"}
    assert [f.code for f in found(written(valid))] == ["list-contradiction"]
    dated = {**GOOD, "Is revoked?": "N/A"}
    assert ["there is a date" in f.message for f in found(written(dated))] == [True]


def test_a_certificate_is_listed_once() -> None:
    same = {**OTHER, "Certificate SHA-256 hash": "b" * 64}
    assert [(f.code, f.line, f.message) for f in found(written(GOOD, same))] == [
        ("list-duplicate", 3, "the certificate is already in line 2")
    ]
    apart = {**GOOD, "Precertificate SHA-256 hash": "", "Certificate SHA-256 hash": "d" * 64, "Serial #": "ab:12"}
    assert ["one row" in f.message for f in found(written(GOOD, apart))] == [True]


def test_columns_are_complete_in_order_and_own_ones_are_on_the_right() -> None:
    swapped = [COLUMNS[1], COLUMNS[0], *COLUMNS[2:]]
    assert places(written(GOOD, columns=swapped)) == [("list-order", 1, 1)]
    first = written({**GOOD, "Order": "1"}, columns=[*COLUMNS[:2], "Order", *COLUMNS[2:]])
    assert places(first) == [("list-extra-column", 1, 54)]
    assert "to the right of Revocation reason" in found(first)[0].message
    short = [name for name in COLUMNS if name != "dNSNames"]
    (missing,) = found(
        written({**{n: GOOD[n] for n in short}, "Hosts": "x"}, columns=[*short[:3], "Hosts", *short[3:]])
    )
    assert missing.code == "list-columns" and missing.message == 'columns are missing: dNSNames; not known: "Hosts"'
    twice = written(GOOD).replace(b"Issuer", b"Subject", 1)
    assert {f.code for f in found(twice)} == {"list-columns"} and "twice" in str(found(twice))


@pytest.mark.parametrize(
    ("raw", "code", "said"),
    [
        (b"", "empty-file", "is empty"),
        (b"\xef\xbb\xbf \r\n", "empty-file", "is empty"),
        (written(GOOD).replace(b",", b";"), "list-header", "separated by semicolons"),
        (written(GOOD).replace(b",", b"\t"), "list-header", "separated by tabs"),
        (written(GOOD).split(b"\n", 1)[1], "list-header", "names no columns"),
        (written(), "list-header", "no row below the header"),
        (written(GOOD).decode().encode("utf-16"), "not-utf-8", "UTF-16"),
        (written({**GOOD, "Subject": "Zürich"}).decode().encode("latin-1"), "not-utf-8", "0xfc"),
        (written({**GOOD, "Subject": "a\0b"}), "control-character", "U+0000"),
        (written({**GOOD, "Subject": "a\u202eb"}), "control-character", "U+202E"),
        (b"x" * (certificate_list.MAX_BYTES + 1), "list-too-large", "split the list"),
        (written(GOOD) + b'"a,b\n1,2\n', "list-syntax", "never closed"),
        (written(GOOD) + b'"a"b,c\n', "list-syntax", "closing quotation mark"),
        (written(GOOD) + b"a,b\n", "list-row", "the row has 2 cells, and the header has 11"),
    ],
)
def test_a_file_that_is_no_list_gives_one_finding(raw, code, said) -> None:
    (finding,) = found(raw)
    assert finding.code == code and said in finding.message


def test_an_unclosed_quotation_mark_is_named_where_it_opens() -> None:
    text = 'a,b\n"x\ny",2\n3,"open\n'
    with pytest.raises(CsvSyntaxError) as error:
        list(rows(text))
    assert (error.value.line, error.value.column) == (4, 3)


@pytest.mark.parametrize(
    "raw",
    [
        written(GOOD) + b",\n" * 1_000_000,
        written(GOOD) + b"," * 1_000_000,
        written(GOOD) + b"\n" * 1_000_000,
        written(GOOD) + b'""""' * 1_000_000,
        written(GOOD) + b'"' * 999_999,
        b'"' + b"a" * 5_000_000,
        b"https://crt.sh/\n" * 1_000_000,
        written(GOOD) + written(dict.fromkeys(COLUMNS, "x")).split(b"\n", 1)[1] * 200_000,
    ],
    ids=["short rows", "cells", "blank lines", "quotes", "odd quotes", "unclosed", "links", "wrong cells"],
)
def test_a_hostile_list_is_read_in_seconds_and_gives_few_findings(raw: bytes) -> None:
    began = time.process_time()
    assert len(found(raw)) <= certificate_list.MOST_ALIKE * 12
    assert time.process_time() - began < 30


def test_many_findings_that_are_alike_are_counted() -> None:
    listed = [
        {
            **GOOD,
            "Certificate SHA-256 hash": f"{n:064x}",
            "Precertificate SHA-256 hash": "",
            "Serial #": f"{n}",
            "Not before": "yesterday",
        }
        for n in range(1, 100)
    ]
    dates = [f for f in found(written(*listed)) if f.code == "list-date"]
    assert len(dates) == 5 and dates[-1].message.endswith("(and 94 more like this)")


@pytest.mark.parametrize(
    ("impact", "said"),
    [
        (Impact(), None),
        (Impact(2, 1), None),
        (Impact(10, 1), None),
        (Impact(1, 1), "the list has 2 certificates, and the report says 1 in all"),
        (Impact(10, 3), "the list has 2 certificates, and the report says that 3 are still valid"),
        (Impact(2, 0), "1 certificates of the list are neither revoked nor expired, and the report says that 0 are"),
    ],
)
def test_the_number_is_compared_with_the_reports(impact, said) -> None:
    messages = [f.message for f in found(written(GOOD, OTHER), impact) if f.code == "list-count"]
    assert (said is None and messages == []) or (said is not None and messages[0].startswith(said))


def test_a_list_that_was_not_read_to_its_end_is_not_counted() -> None:
    assert [f.code for f in found(written(GOOD) + b'"', Impact(50, 40))] == ["list-syntax"]


def test_links_are_for_ten_thousand_certificates() -> None:
    links = [f"https://crt.sh/?sha256={n:064x}" for n in range(10_000)]
    assert found("\n".join(links).encode(), Impact(10_000)) == []
    assert [f.code for f in found("\n".join(links[:9]).encode())] == ["list-header"]
    wrong = "\n".join([*links, links[0], "https://crt.sh/?id=1"]).encode()
    assert places(wrong) == [("list-duplicate", 10_001, 1), ("list-link", 10_002, 1)]


def test_a_link_leads_to_the_certificate_of_its_row() -> None:
    for link in ("https://crt.sh/?caid=12", "https://crt.sh/?sha256=" + "e" * 64):
        raw = written({**GOOD, "Link": link}, columns=[*COLUMNS, "Link"])
        assert [f.code for f in found(raw)] == ["list-link"]
