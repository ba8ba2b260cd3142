"""The command `lint-appendix`: formats, the report's numbers, and lists made from certificates.

Covers: schema/derive/certificate_rows.py.
"""

import csv
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from test_schema_check_certificate_list import GOOD, OTHER, written

from ca_incidents.schema.check.certificate_list import COLUMNS
from ca_incidents.schema.cli.command import main
from ca_incidents.scraper.cli.all import COMMANDS

REPORT = """## Full Incident Report

### Summary

- **Incident description:** Certificates with a wrong field.

### Impact

- **Total number of certificates:** {total}
- **Total number of "remaining valid" certificates:** {valid}
"""
KEY = ec.generate_private_key(ec.SECP256R1())


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main(["lint-appendix", *map(str, arguments)], COMMANDS)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_right_list_has_no_findings(tmp_path: Path, capsys) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(written(GOOD))
    assert run(capsys, file) == (0, "", "1 file checked: no findings\n")


def test_findings_have_their_place_in_every_format(tmp_path: Path, capsys) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(written({**GOOD, "Serial #": "1.23E+37"}))
    status, out, err = run(capsys, file)
    assert status == 1 and err == "1 file checked: 1 finding in 1 file\n"
    assert out.startswith(f"{file}:2:") and out.endswith("[list-serial]\n")
    assert json.loads(run(capsys, file, "--format", "json")[1])["findings"][0]["line"] == 2
    assert run(capsys, file, "--format", "github")[1].startswith("::error file=")
    sarif = json.loads(run(capsys, file, "--format", "sarif")[1])
    assert sarif["runs"][0]["results"][0]["ruleId"] == "list-serial"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((2, 1), None), (("2,000", 1), None), ((1, 1), "the report says 1 in all"), ((9, 5), "that 5 are still valid")],
)
def test_the_number_is_compared_with_a_draft(tmp_path: Path, capsys, numbers, said) -> None:
    file, draft = tmp_path / "list.csv", tmp_path / "draft.md"
    file.write_bytes(written(GOOD, OTHER))
    draft.write_text(REPORT.format(total=numbers[0], valid=numbers[1]))
    status, out, _ = run(capsys, file, "--report", draft)
    assert (status, out) == (0, "") if said is None else status == 1 and said in out


def test_a_draft_without_numbers_cannot_be_compared_with(tmp_path: Path, capsys) -> None:
    file, draft = tmp_path / "list.csv", tmp_path / "draft.md"
    file.write_bytes(written(GOOD))
    draft.write_text("Nothing yet.")
    status, _, err = run(capsys, file, "--report", draft)
    assert status == 2 and "no number of certificates was found under Impact" in err


def certificate(serial: int, *, poisoned: bool = False, names: tuple[str, ...] = ("example.org",)) -> bytes:
    """Make a certificate that signs itself, or its precertificate."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example, Inc."),
            x509.NameAttribute(NameOID.COMMON_NAME, "Example CA"),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC))
    )
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
    if poisoned:
        made = made.add_extension(x509.PrecertPoison(), critical=True)
    return made.sign(KEY, SHA256()).public_bytes(Encoding.PEM)


def test_a_list_is_made_from_certificates_with_precertificates_in_their_rows(tmp_path: Path, capsys) -> None:
    (tmp_path / "b.pem").write_bytes(certificate(0xABCDEF) + certificate(2, names=()))
    (tmp_path / "a.CRT").write_bytes(certificate(0xABCDEF, poisoned=True))
    (tmp_path / "notes.txt").write_text("no certificate")
    status, out, _ = run(capsys, "--from-pem", tmp_path)
    assert status == 0 and out == run(capsys, "--from-pem", tmp_path)[1]
    first, second = csv.DictReader(io.StringIO(out))
    assert tuple(first) == COLUMNS
    assert (first["Serial #"], first["dNSNames"], first["Precertificate SHA-256 hash"]) == ("2", "N/A", "N/A")
    pem = x509.load_pem_x509_certificate((tmp_path / "a.CRT").read_bytes())
    assert second["Precertificate SHA-256 hash"] == pem.fingerprint(SHA256()).hex()
    assert second["Issuer"] == "CN=Example CA,O=Example\\, Inc." and second["Not after"] == "2026-06-30T23:59:59Z"


def test_what_a_made_list_lacks_is_found_and_nothing_else(tmp_path: Path, capsys) -> None:
    (tmp_path / "a.pem").write_bytes(certificate(0xABCDEF))
    made = run(capsys, "--from-pem", tmp_path)[1]
    (tmp_path / "list.csv").write_text(made)
    assert run(capsys, tmp_path / "list.csv")[1].count("[list-revoked]\n") == 1
    (tmp_path / "list.csv").write_text(made.replace("example.org,,,", "example.org,Yes,2026-02-01,superseded"))
    assert run(capsys, tmp_path / "list.csv")[0] == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pem", b"nothing", "a.pem: is not a PEM file of certificates"),
        ("a.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is not a PEM file"),
        ("a.pem", b"x" * 1_000_001, "has more than 1,000,000 bytes"),
        ("a.txt", b"", "has no file that ends in .pem, .crt or .cer"),
    ],
)
def test_a_folder_without_readable_certificates_is_refused(tmp_path: Path, capsys, name, content, said) -> None:
    (tmp_path / name).write_bytes(content)
    status, out, err = run(capsys, "--from-pem", tmp_path)
    assert status == 2 and out == "" and said in err


def test_a_missing_library_is_named_with_its_extra(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.delitem(sys.modules, "ca_incidents.schema.derive.certificate_rows", raising=False)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    status, _, err = run(capsys, "--from-pem", tmp_path)
    assert status == 2 and "not installed: pip install 'ca-incidents[appendix]'" in err


@pytest.mark.parametrize("arguments", [[], ["list.csv", "--from-pem", "."], ["none.csv"], ["--from-pem", "none"]])
def test_arguments_that_name_nothing_to_read_are_refused(capsys, arguments) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == "" and err.count("\n") == 1
