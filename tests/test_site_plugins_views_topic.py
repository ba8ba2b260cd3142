"""The pages of topics: their index, and one page per topic with what it means and whom it befell."""

from functools import cache

from ca_incidents.schema.tables.vocabulary import terms
from ca_incidents.site_plugins.catalogue import Catalogue
from ca_incidents.site_plugins.pages import html as markup
from ca_incidents.site_plugins.pages.page import Page
from ca_incidents.site_plugins.views import topic
from tests.export_material import FULL, data


@cache
def pages() -> dict[str, Page]:
    return {page.url: page for page in topic.pages(Catalogue(data()))}


def test_every_topic_has_a_page_and_a_group() -> None:
    assert set(pages()) == {"topics/", *(f"topics/{slug}/" for slug in terms("topic"))}
    assert {term.group for term in terms("topic").values()} == set(topic.GROUPS)


def test_the_index_counts_the_incidents_of_each_topic() -> None:
    catalogue, html = Catalogue(data()), pages()["topics/"].body()
    for term in catalogue.topics.values():
        count = len(catalogue.by_topic.get(term.slug, ()))
        row = html.partition(f"<code>{term.slug}</code>")[2].partition("</tr>")[0]
        assert row.endswith(f'<td class="ci-number">{count}</td>'), term.slug
    unknown = sum(not entry.record.topics for entry in catalogue.newest)
    assert unknown and f'<a href="../explore/?topic=none">{markup.plural(unknown, "incident")}</a>' in html


def test_a_page_has_meaning_example_incidents_and_other_topics() -> None:
    term = terms("topic")["crl"]
    page = pages()["topics/crl/"]
    html = page.body()
    assert page.title == term.title and page.kind == "topic"
    for part in (
        term.description,
        '<a href="../../topics/#what">What was wrong</a>',
        term.example,
        f'<a href="../../incidents/{FULL}/">',
        '<a href="../../explore/?topic=crl">Open ',
        '<a href="../../cas/digicert/">',
        '<a href="../../topics/outage/">Outage or disaster</a> <span class="ci-count">1</span>',
    ):
        assert part in html, part


def test_a_topic_without_incidents_says_so() -> None:
    catalogue = Catalogue(data())
    unused = next(slug for slug in catalogue.topics if slug not in catalogue.by_topic)
    assert "No incident has this topic." in pages()[f"topics/{unused}/"].body()
