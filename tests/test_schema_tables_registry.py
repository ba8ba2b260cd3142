"""The registry: every error in `cas.yaml` is named by its line, list and entry."""

import pytest

from ca_incidents.schema.tables import registry

SOUND = """\
schema_version: 1
as_of: "2026-03-15"
cas:
  - slug: alpha
    name: Alpha Trust
    kind: ca
    domains: [alpha.example]
  - slug: beta
    name: Beta
    kind: subordinate
    names: [Beta CA]
    domains: [beta.example]
    parent: alpha
programs:
  - slug: browser
    name: Browser
    kind: root-program
    domains: [browser.example]
domain_roles:
  - domain: browser.example
    program: browser
    from: "2020-01-01"
exceptions:
  - bug: 1000001
    reason: The title names nobody.
    ca: alpha
"""

# case: (what is written, instead of what, the message)
WRONG: dict[str, tuple[str, str, str]] = {
    "a list that is a text": (
        "names: [Beta CA]",
        "names: Beta CA",
        'schema/cas.yaml:11: cas, "beta", names: "Beta CA" must be a list: write [Beta CA]',
    ),
    "an item twice": (
        "names: [Beta CA]",
        "names: [Beta CA, Beta CA]",
        'schema/cas.yaml:11: cas, "beta", names: "Beta CA" is in this list twice; keep one of them',
    ),
    "a key misspelt": (
        "parent: alpha",
        "parrent: alpha",
        'schema/cas.yaml:13: cas, "beta", parrent: unknown key "parrent"; did you mean "parent"?',
    ),
    "a name of two entries": (
        "names: [Beta CA]",
        "names: [ALPHA TRUST]",
        'schema/cas.yaml:8: cas, "beta": "ALPHA TRUST" is a name of "alpha" too',
    ),
    "a domain of two entries": (
        "domains: [beta.example]",
        "domains: [beta.example, alpha.example]",
        'schema/cas.yaml:12: cas, "beta", domains[1]: "alpha.example" is a domain of "alpha" too',
    ),
    "an unknown parent": (
        "parent: alpha",
        "parent: alphas",
        'schema/cas.yaml:13: cas, "beta", parent: there is no entry "alphas"; did you mean "alpha"?',
    ),
    "an unknown CA of a bug": (
        "    ca: alpha\n",
        "    ca: gamma\n",
        'schema/cas.yaml:26: exceptions, 1000001, ca: there is no entry "gamma"',
    ),
    "an unknown program": (
        "program: browser\n",
        "program: other\n",
        'schema/cas.yaml:21: domain_roles, "browser.example", program: there is no entry "other"',
    ),
    "a slug twice": (
        "slug: beta",
        "slug: alpha",
        'schema/cas.yaml:8: cas, "alpha", slug: the slug "alpha" is there twice',
    ),
    "a key that its kind does not have": (
        "kind: ca\n",
        "kind: ca\n    parent: beta\n",
        'schema/cas.yaml:7: cas, "alpha", parent: the key "parent" does not fit the other keys here',
    ),
    "a key without the one that belongs to it": (
        "    kind: ca\n",
        "    kind: ca\n    distrust_source: [https://www.ccadb.org/cas/]\n",
        'schema/cas.yaml:7: cas, "alpha", distrust_source: "distrust_source" needs the key "distrust" next to it',
    ),
    "an unquoted day": (
        'as_of: "2026-03-15"',
        "as_of: 2026-03-15",
        'schema/cas.yaml:2: as_of: some YAML readers read "2026-03-15" as a date; put it in double quotes',
    ),
    "an entry that is no mapping": (
        "  - slug: alpha\n",
        "  - nothing\n  - slug: alpha\n",
        "schema/cas.yaml:4: cas[0]: ",
    ),
    "an exception that is a number": (
        "exceptions:\n",
        "exceptions:\n  - 7\n",
        "schema/cas.yaml:24: exceptions[0]: this item needs `key: value` lines below it",
    ),
    "a bracket that is not closed": (
        "names: [Beta CA]",
        "names: [Beta CA",
        "schema/cas.yaml:11: the bracket that opens here is not closed on this line",
    ),
}


def test_a_sound_registry_is_read() -> None:
    read = registry.read(SOUND.encode())
    assert (read.slug_of("beta ca"), read.owners["beta"].parent) == ("beta", "alpha")


@pytest.mark.parametrize("case", WRONG)
def test_an_error_is_named_by_its_line_its_list_and_its_entry(case: str) -> None:
    old, new, said = WRONG[case]
    assert SOUND.count(old) == 1
    with pytest.raises(registry.RegistryError) as refused:
        registry.read(SOUND.replace(old, new).encode())
    assert str(refused.value).split("\n")[0].startswith(said)


def test_all_errors_are_listed_in_the_order_of_the_file() -> None:
    text = SOUND.replace("parent: alpha", "parent: gamma").replace(
        "domains: [beta.example]", "domains: [alpha.example]"
    )
    with pytest.raises(registry.RegistryError) as refused:
        registry.read(text.encode())
    assert [line.split(": ")[0] for line in str(refused.value).split("\n")] == [
        "schema/cas.yaml:12",
        "schema/cas.yaml:13",
    ]
