"""Rows of a certificate list, made from the certificates themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtensionOID

from ca_incidents.schema.check import certificate_list as columns
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible

NOT_STATED = "N/A"


class UnreadableCertificate(CaIncidentsError):
    """A file holds no certificate that can be read."""


@dataclass(slots=True)
class _Pair:
    """A certificate and its precertificate: they have the same issuer and serial number."""

    certificate: x509.Certificate | None = None
    precertificate: x509.Certificate | None = None
    names: list[str] = field(default_factory=list)


def rows_from(files: Iterable[tuple[str, bytes]]) -> list[dict[str, str]]:
    """Return a row for each certificate of PEM files, in the order of their start and serial number.

    A precertificate shares the row of its certificate. Nothing in a certificate says whether it is revoked, so that
    those cells stay empty for a person to fill in.
    """
    pairs: dict[tuple[bytes, int], _Pair] = {}
    for name, raw in files:
        for certificate in _certificates(name, raw):
            try:
                key = (certificate.issuer.public_bytes(), certificate.serial_number)
                is_precertificate = _is_precertificate(certificate)
            except (ValueError, UnsupportedAlgorithm) as error:
                raise _unreadable(name, error) from None
            pair = pairs.setdefault(key, _Pair())
            pair.names.append(name)
            if is_precertificate:
                pair.precertificate = certificate
            else:
                pair.certificate = certificate
    return sorted((_row(pair) for pair in pairs.values()), key=_order)


def _certificates(name: str, raw: bytes) -> Iterator[x509.Certificate]:
    try:
        yield from x509.load_pem_x509_certificates(raw)
    except ValueError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: Exception) -> UnreadableCertificate:
    return UnreadableCertificate(f"{visible(name)}: is not a PEM file of certificates: {visible(str(error))}")


def _is_precertificate(certificate: x509.Certificate) -> bool:
    """Look for the poison extension (RFC 6962, section 3.1)."""
    return any(extension.oid == ExtensionOID.PRECERT_POISON for extension in certificate.extensions)


def _row(pair: _Pair) -> dict[str, str]:
    certificate = pair.certificate or pair.precertificate
    assert certificate is not None, "a pair is made for a certificate"
    try:
        return {
            columns.PRECERTIFICATE: _hash(pair.precertificate),
            columns.CERTIFICATE: _hash(pair.certificate),
            columns.SUBJECT: certificate.subject.rfc4514_string(),
            columns.ISSUER: certificate.issuer.rfc4514_string(),
            columns.NOT_BEFORE: _time(certificate.not_valid_before_utc),
            columns.NOT_AFTER: _time(certificate.not_valid_after_utc),
            columns.SERIAL: f"{certificate.serial_number:x}",
            columns.DNS_NAMES: ", ".join(_dns_names(certificate)) or NOT_STATED,
            columns.REVOKED: "",
            columns.REVOKED_ON: "",
            columns.REASON: "",
        }
    except ValueError as error:
        raise _unreadable(pair.names[0], error) from None


def _hash(certificate: x509.Certificate | None) -> str:
    return certificate.fingerprint(SHA256()).hex() if certificate is not None else NOT_STATED


def _dns_names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return names.value.get_values_for_type(x509.DNSName)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _order(row: dict[str, str]) -> tuple[str, ...]:
    return (row[columns.NOT_BEFORE], row[columns.SERIAL], row[columns.ISSUER], row[columns.CERTIFICATE])
