"""Counts of certificates in prose: shapes of sentences, and what is a count of something else."""

import pytest

from scraper.counts import counts_of


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("By mistake 4 certificates were miss-issued.", (4,)),
        ("Elm deemed [one of the certificates](  ) to be misissued.", (1,)),
        ("Two requests came, and one of the certificates was misissued.", (1,)),
        ("The following four (4) root CA certificates have been installed:", (4,)),
        ("Elm issued 8 QWAC certificates, and 5 of them are not compliant.", (5,)),
        ("Elm issued these two (pre-)certificates with wrong names.", (2,)),
        ("Elm revoked the following 4 intermediate certificates and took that back.", (4,)),
        ("Having found about 230,000 certificates whose numbers contain too little, we wrote a fix.", (230000,)),
        ("That bug was reported for a single Elm certificate.", ()),
        ("We looked at the following 4 certificates.", ()),
    ],
)
def test_a_count_has_many_shapes(text: str, counts: tuple[int, ...]) -> None:
    assert tuple(count.number for count in counts_of(text)) == counts
