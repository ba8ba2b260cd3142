"""Where a topic is read: the title first, then the text, then the tags."""

from ca_incidents.schema.derive.topic_evidence import Sentence, evidence_of
from ca_incidents.schema.model import Topic

SILENT = "Alder CA: Bug for what happened in May"
OUTAGE = Sentence("The repository had an outage.", 3)


def topics(title: str, **told: object) -> list[Topic]:
    return [one.topic for one in evidence_of(title, **told)]  # type: ignore[arg-type]


def test_the_title_names_the_topics_and_its_words_are_given() -> None:
    (found,) = evidence_of("Alder CA: CRL signed with the wrong key", tags=("ocsp-failure",), sentences=(OUTAGE,))
    assert found.topic == Topic(topic="crl", read_in="title")
    assert found.words == ("crl",)


def test_the_name_of_the_ca_names_no_topic() -> None:
    assert topics("OCSP Systems: Key usage wrong") == [Topic(topic="extensions", read_in="title")]
    assert topics("Underscores in names certified by Alder CA") == [Topic(topic="name-form", read_in="title")]


def test_a_text_is_asked_only_where_the_title_says_nothing() -> None:
    assert topics(SILENT, sentences=(Sentence("We are Alder CA.", 3), OUTAGE), tags=("crl-failure",)) == [
        Topic(topic="outage", read_in="text", source=3)
    ]


def test_words_that_say_little_do_not_count_in_a_text() -> None:
    assert topics(SILENT, sentences=(Sentence("There was an issue with a certificate.", 0),)) == []


def test_tags_come_last_and_each_topic_once() -> None:
    tags = ("external", "dv-misissuance", "ov-misissuance", "crl-failure")
    assert topics(SILENT, tags=tags) == [
        Topic(topic="several-faults", read_in="tags"),
        Topic(topic="crl", read_in="tags"),
    ]
    assert topics(SILENT, tags=("external",)) == []


def test_a_second_organisation_in_the_title_is_a_supplier() -> None:
    found = evidence_of("Alder CA / Birch CA: CRL signed with the wrong key", also_named=("birch",))
    assert [(one.topic.topic, one.words) for one in found] == [("crl", ("crl",)), ("supplier", ("birch",))]


def test_a_second_organisation_alone_says_nothing() -> None:
    assert topics("Alder CA / Birch CA: Bug for May", also_named=("birch",)) == []
