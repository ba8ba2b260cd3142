"""Lists of related incidents: the options of the command `related`, and its output as text, JSON or Markdown."""

import argparse
import json
import re
from collections.abc import Sequence

from ca_incidents.schema import addresses, dataset
from ca_incidents.schema.cli.command import Surroundings
from ca_incidents.schema.cli.dataset_option import add_dataset_option
from ca_incidents.schema.derive.similar import Related, related
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.messages import shown
from ca_incidents.schema.tables import registry
from ca_incidents.schema.tables.registry import Registry
from ca_incidents.schema.tables.vocabulary import folded, tag_spellings, terms

_MARKS = re.compile(r"([\\`*_{}\[\]<>|#~])")
_RFC = re.compile(r"rfc[0-9]+\Z")


class WrongQuestion(CaIncidentsError):
    """The arguments do not name anything to look for; the text says which."""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose incidents."""
    parser.add_argument(
        "--ca",
        help="only incidents of this CA, by its slug or any name that titles use; with a draft: the CA that reports",
    )
    parser.add_argument("--tag", help="only incidents with this tag")
    parser.add_argument("--policy", metavar="DOCUMENT[ SECTION]", help='only those that cite it, as "tls-br 4.9.1"')
    parser.add_argument("--years", type=int, default=2, help="only the last YEARS years; 0 for all (default: 2)")
    parser.add_argument("--limit", type=int, default=20, help="number of incidents; 0 for all (default: 20)")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="format (default: text)")
    add_dataset_option(parser)


def found(arguments: argparse.Namespace, around: Surroundings, bug: int | None) -> list[Related]:
    """Return the incidents like a bug, or those that meet the options; raises WrongQuestion."""
    known = registry.standard()
    ca, tag, policy = slug_of_ca(arguments.ca, known), _tag(arguments.tag), _policy(arguments.policy)
    if bug is None and ca is tag is policy is None:
        raise WrongQuestion("name a bug or a draft, or --ca, --tag or --policy")
    check_limits(arguments)
    return related(
        dataset.read(around.folder / arguments.dataset, known),
        bug=bug,
        ca=ca,
        tag=tag,
        policy=policy,
        years=arguments.years or None,
        limit=arguments.limit or None,
    )


def check_limits(arguments: argparse.Namespace) -> None:
    """Raise WrongQuestion where a number is negative."""
    if arguments.years < 0 or arguments.limit < 0:
        raise WrongQuestion("--years and --limit cannot be negative; 0 means all")


def write(incidents: Sequence[Related], arguments: argparse.Namespace, around: Surroundings) -> None:
    """Print incidents in the chosen format."""
    as_format = {"text": as_text, "json": as_json, "markdown": as_markdown}[arguments.format]
    print(as_format(incidents), file=around.out)


def slug_of_ca(name: str | None, known: Registry) -> str | None:
    """Return the slug of a CA by its slug or name; raises WrongQuestion where there is none."""
    if name is None or name in known.owners:
        return name
    slug = known.slug_of(name)
    if slug is None:
        raise WrongQuestion(f"the registry has no CA or auditor {shown(name)}")
    return slug


def _tag(tag: str | None) -> str | None:
    if tag is None:
        return None
    slug = tag_spellings().get(folded(tag))
    if slug is None:
        raise WrongQuestion(f"there is no tag {shown(tag)}; the tags are: {', '.join(terms('tag'))}")
    return slug


def _policy(policy: str | None) -> str | None:
    if policy is None:
        return None
    document = policy.replace(":", " ").partition(" ")[0]
    if document not in terms("policy_document") and not _RFC.match(document):
        raise WrongQuestion(f"there is no document {shown(document)}; there are: {', '.join(terms('policy_document'))}")
    return policy


def as_text(found: Sequence[Related]) -> str:
    """Write one incident per line with its score, and its reasons below."""
    lines = []
    for one in found:
        score = f"  {one.score:.1f}" if one.score else ""
        lines.append(f"{one.incident.id}  {one.incident.bugzilla.opened[:10]}{score}  {one.incident.title}")
        lines += [f"    {reason}" for reason in one.reasons]
    return "\n".join(lines) or "nothing found"


def as_json(found: Sequence[Related]) -> str:
    """Write a list of objects: bug, url, opened, ca, title, score, reasons."""
    data = [
        {
            "bug": one.incident.id,
            "url": addresses.bug(one.incident.id),
            "opened": one.incident.bugzilla.opened,
            "ca": one.incident.ca,
            "title": one.incident.title,
            "score": one.score,
            "reasons": list(one.reasons),
        }
        for one in found
    ]
    return json.dumps(data, ensure_ascii=False, indent=2)


def as_markdown(found: Sequence[Related]) -> str:
    """Write the table of a full report's section Related Incidents (CCADB Incident Reporting Guidelines 3.x)."""
    rows = ["| Bug | Date | Description |", "| --- | --- | --- |"]
    for one in found:
        link = f"[{one.incident.id}]({addresses.bug(one.incident.id)})"
        why = plain("; ".join(one.reasons))
        rows.append(f"| {link} | {one.incident.bugzilla.opened[:10]} | {plain(one.incident.title)} ({why}) |")
    return "\n".join(rows)


def plain(text: str) -> str:
    """Return a text whose signs mean nothing in Markdown."""
    return _MARKS.sub(r"\\\1", text)
