"""The fields of the report forms and the spellings of their names."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the forms: its slug and the folded spellings of its name; a long question starts with a stem."""

    slug: str
    names: tuple[str, ...]
    stems: tuple[str, ...] = ()


FIELDS = (
    Field(
        "summary",
        ("summary", "incident summary", "executive summary", "summary of incident", "summary of the incident"),
    ),
    Field("impact", ("impact", "impacts", "impact analysis", "incident impact")),
    Field(
        "timeline",
        (
            "timeline",
            "incident timeline",
            "timeline of events",
            "timeline of actions",
            "timeline utc",
            "timeline all times are utc",
            "timeline all times in utc",
            "timeline all times utc",
            "events timeline",
            "time line",
            "detailed timeline",
            "timeline of the incident",
            "timelines",
        ),
    ),
    Field(
        "root-cause",
        (
            "root cause analysis",
            "root cause",
            "root causes",
            "root causes analysis",
            "root cause analysis rca",
            "root cause and analysis",
        ),
    ),
    Field("factor", ("contributing factor", "contributing factors")),
    Field("lessons", ("lessons learned", "lesson learned", "lessons learnt")),
    Field("went-well", ("what went well",)),
    Field("went-badly", ("what didnt go well", "what did not go well", "what went wrong", "what went badly")),
    Field("lucky", ("where we got lucky", "where did we get lucky")),
    Field(
        "action-items",
        (
            "action items",
            "action item",
            "actions items",
            "action plan",
            "actions",
            "action items status",
            "updated action items",
            "action items updated",
            "action item update",
            "action items update",
            "remediation action items",
            "action items list",
            "list of action items",
            "remediation items",
            "remaining action items",
            "status of action items",
            "action item status",
        ),
    ),
    Field("appendix", ("appendix", "appendices", "appendix a", "annex")),
    Field(
        "affected",
        (
            "details of affected certificates",
            "detail of affected certificates",
            "affected certificates",
            "list of affected certificates",
            "details of the affected certificates",
            "impacted certificates",
        ),
    ),
    Field("related-incidents", ("related incidents", "related incident", "related bugs", "similar incidents")),
    Field("incident-description", ("incident description", "description of incident", "description of the incident")),
    Field(
        "relevant-policies",
        (
            "relevant policies",
            "relevant policy",
            "relevant policys",
            "relevant polices",
            "relevant policies and requirements",
            "relevant policies requirements",
        ),
    ),
    Field(
        "disclosure-source",
        (
            "source of incident disclosure",
            "source of the incident disclosure",
            "source of disclosure",
            "incident disclosure source",
            "disclosure source",
            "source of incident disclosures",
        ),
    ),
    Field(
        "ca-owner-id",
        (
            "ca owner ccadb unique id",
            "ccadb unique id",
            "ca owner unique id",
            "ca owner ccadb id",
            "ca owners ccadb unique id",
            "ca owner ccadb unique identifier",
        ),
    ),
    Field("timeline-summary", ("timeline summary", "summary of timeline")),
    Field(
        "nc-start",
        (
            "non compliance start date",
            "noncompliance start date",
            "non compliance start",
            "non compliance start time",
            "non compliance start date time",
            "noncompliance start",
            "non conformity start date",
        ),
    ),
    Field(
        "nc-identified",
        (
            "non compliance identified date",
            "noncompliance identified date",
            "non compliance identified",
            "non compliance identification date",
            "non compliance identified time",
            "noncompliance identified",
            "non conformity identified date",
            "non compliance identified date time",
        ),
    ),
    Field(
        "nc-end",
        (
            "non compliance end date",
            "noncompliance end date",
            "non compliance end",
            "non compliance end time",
            "noncompliance end",
            "non conformity end date",
            "non compliance end date time",
        ),
    ),
    Field(
        "total",
        (
            "total number of certificates",
            "total number of certificate",
            "total number of affected certificates",
            "total certificates",
            "number of affected certificates",
            "total number of impacted certificates",
            "number of certificates",
        ),
    ),
    Field(
        "remaining",
        (
            "total number of remaining valid certificates",
            "number of remaining valid certificates",
            "remaining valid certificates",
            "total number of remaining certificates",
            "total number of valid certificates",
            "total number of remaining valid certificate",
        ),
    ),
    Field(
        "types",
        (
            "affected certificate types",
            "affected certificate type",
            "affected certificates types",
            "certificate types",
            "affected certificate type s",
            "impacted certificate types",
        ),
    ),
    Field("heuristic", ("incident heuristic", "incident heuristics", "heuristic")),
    Field(
        "stopped",
        (
            "was issuance stopped in response to this incident and why or why not",
            "was issuance stopped in response to this incident",
            "was issuance stopped and why or why not",
            "was issuance stopped",
            "was certificate issuance stopped",
        ),
        ("was issuance stopped",),
    ),
    Field("analysis", ("analysis",)),
    Field("considerations", ("additional considerations", "additional consideration", "other considerations")),
    Field("closure-causes", ("incident root cause s", "incident root causes", "incident root cause")),
    Field("closure-remediation", ("remediation description", "description of remediation")),
    Field("closure-commitments", ("commitment summary", "commitments summary", "summary of commitments")),
    Field("additional", ("additional",)),
    Field("description", ("description",)),
    Field("detection", ("detection",)),
    Field("interaction", ("interaction with other factors",)),
    Field(
        "methodology",
        ("root cause analysis methodology used", "root cause analysis methodology", "rca methodology used"),
    ),
    Field(
        "q-aware",
        (
            "how we became aware",
            "how the ca became aware",
            "how your ca became aware",
            "how your ca first became aware",
            "how we first became aware",
            "how we were made aware",
            "how you became aware",
            "how ca first became aware of the problem",
            "how became aware",
            "ca first became aware",
            "ca first become aware",
            "first awareness",
            "how we found out",
            "how the ca found out",
            "how we learned of it",
        ),
        (
            "how your ca first became aware",
            "how your ca became aware",
            "how the ca first became aware",
            "how our ca first became aware",
            "how we first became aware of",
            "how we became aware first",
            "how we became aware of",
            "how the ca became aware",
            "how ca first became aware",
            "how our ca became aware",
            "how we were first made aware",
            "how we learned of the",
            "how your ca was first made aware",
            "how did your ca first become aware",
            "how did you first become aware",
        ),
    ),
    Field(
        "q-timeline",
        (),
        (
            "a timeline of the actions",
            "timeline of the actions your ca",
            "a timeline of actions your ca",
            "timeline of actions your ca",
            "timeline of the actions taken",
            "a timeline of the action",
            "timeline of actions taken in response",
            "timeline of the actions we",
            "timeline of actions we",
            "timeline of our actions",
        ),
    ),
    Field(
        "q-stopped",
        (
            "issuance stopped",
            "certificate issuance stopped",
            "whether we have stopped issuance",
            "stopped",
            "have we stopped",
            "did we stop",
            "stop of issuance",
        ),
        (
            "whether your ca has stopped",
            "whether or not your ca has stopped",
            "whether we have stopped",
            "whether the ca has stopped",
            "whether ca has stopped",
            "confirmation that your ca has stopped",
            "prompt confirmation that your ca has",
            "whether our ca has stopped",
            "has your ca stopped",
        ),
    ),
    Field(
        "q-summary",
        (
            "summary of problematic certificates",
            "summary of the problematic certificates",
            "summary of affected certificates",
            "summary of the affected certificates",
            "summary of the certificates",
            "summary of certificates",
        ),
        (
            "a summary of the problematic certificates",
            "summary of the problematic certificates",
            "a summary of problematic certificates",
            "summary of problematic certificates",
            "in a case involving certificates a summary",
            "a summary of the affected certificates",
            "in a case involving tls server certificates a summary",
            "complete list of certificates that your ca",
        ),
    ),
    Field(
        "q-data",
        ("complete certificate data", "certificate data", "the complete certificate data"),
        (
            "the complete certificate data",
            "complete certificate data for",
            "in a case involving certificates the complete",
            "in a case involving tls server certificates the complete",
            "the complete data for the problematic",
        ),
    ),
    Field(
        "q-why",
        ("explanation", "why", "explanation of how and why", "how and why", "how and why the mistakes were made"),
        (
            "explanation about how and why",
            "explanation of how and why",
            "an explanation of how and why",
            "explanation on how and why",
            "explanation how and why",
            "an explanation about how and why",
            "explanation about how the mistakes",
        ),
    ),
    Field(
        "q-steps",
        (
            "steps",
            "next steps",
            "list of steps",
            "steps taken",
            "steps we take",
            "steps we are taking",
            "steps we have taken",
            "our steps",
            "our next steps",
            "further steps",
            "planned steps",
            "what we do next",
            "what we will do",
            "what we are doing",
            "list of steps taken",
            "remediation steps",
            "list of remediation steps",
        ),
        (
            "list of steps your ca",
            "a list of steps your ca",
            "list of steps the ca",
            "list of steps we are taking",
            "list of steps our ca",
            "list of steps that your ca",
            "list of steps being taken",
            "steps your ca is taking",
            "steps we are taking to",
            "steps to resolve",
        ),
    ),
)


TIMELINES = ("timeline", "q-timeline", "factor-timeline")
QUESTIONS = ("q-aware", "q-timeline", "q-stopped", "q-summary", "q-data", "q-why", "q-steps")


TITLES = ("title", "title-preliminary", "title-full", "title-audit", "title-closure", "finding")


_NOT_WORD = re.compile(r"[^0-9a-z]+")


def folded(text: str) -> str:
    """Normalise the name of a field: lower case, letters and digits only, single spaces.

    Tags are folded differently (`vocabulary.folded`): their hyphens are part of the slug.
    """
    return _NOT_WORD.sub(" ", text.casefold().replace("'", "").replace("’", "")).strip()
