"""Which kinds of certificates are concerned: fields of a form first, then the kinds in prose, judged by evidence.

The grammar proposes every name of a kind; a kind's evidence is that of all its mentions.
"""

import re
from collections.abc import Iterator
from itertools import islice

from ca_incidents.schema.tables.policies import Policies
from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.bug import tag_tests, without_ca_name
from ca_incidents.scraper.reader.evidence.mentions import Mention, Proposal, Sentence, holding, proposals, sentences_in
from ca_incidents.scraper.reader.evidence.scores import judged
from ca_incidents.scraper.reader.facts.certificate_numbers import LINKING, NO_NOUN_AFTER, PLACE
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt, why
from ca_incidents.scraper.reader.text.numbers import WORDS, any_of
from ca_incidents.scraper.reader.text.sentences import MOST_IN_SENTENCE

FACT = "certificates.kinds"
ORDER = ("dv", "ov", "iv", "ev", "tls", "qwac", "smime", "code-signing", "client", "timestamping", "root", "ca", "ocsp")
_LEVELS = {"ev": "extended", "ov": "organi[sz]ation(?:al)?", "iv": "individual", "dv": "domain"}
_ABOVE = frozenset({"ca", "root", "ocsp"})
_CERT = r"(?:pre-?)?cert(?:ificate)?s?\b"
_NAMES = {
    level: rf"\b(?:(?-i:{level.upper()})|Q?{level}CP)\b|{word}[- ]validat(?:ed|ion(?= (?:(?:TLS|SSL) )?{_CERT}))"
    for level, word in _LEVELS.items()
} | {
    "qwac": r"\bQWACs?\b|qualified web(?:site)? authentication",
    "smime": r"S/?MIME|e-?mail[- ](?:protection|cert)|(?:mailbox|sponsor)[- ]validat(?:ion|ed)",
    "code-signing": r"code[- ]?signing",
    "ocsp": r"OCSP (?:signing|signers?|(?:delegated )?responders?)(?:'s?)?",
    "root": r"(?-i:\b[Rr]oots?\b)(?! (?:cause|program|store))(?: CAs?\b)?",
    "ca": r"(?:(?:intermediate|subordinate)s?|issuing(?=[- ]CA)|cross[- ]?(?:sign(?:ed|s|ing)?\b|(?=(?-i:cert))))"
    r"(?:[- ](?:root )?CA'?s?\b)?|\b(?:sub-?|I)CA'?s?\b|\bCAs?\b(?= cert)|(?-i:\bCAs\b)",
    "client": r"client(?: auth(?:entication)?)?(?= cert)",
    "timestamping": r"time-?stamp(?:ing)?\b|\bTS[AU]\b",
    "tls": r"(?<!non-)\b(?:TLS|SSL)(?:/(?:TLS|SSL))?\b(?!\.[a-z])(?!-(?!cert))|(?<!non-)server[- ]?auth\w*"
    r"|\b(?:web)?server(?= cert)",
}
_KIND = re.compile("|".join(f"(?P<{kind.replace('-', '_')}>{names})" for kind, names in _NAMES.items()), re.I)
_NOT_APPLICABLE = re.compile(r"\W*(?:n ?/ ?a|n\.a|na|not applicable|none)\b", re.I)
_NO_ATTRIBUTE = rf"{LINKING}|without|under|not|issue[ds]|its|our|their|CAs?|keys?"
_NOUN = re.compile(
    rf"[ \[(]*(?:(?!(?:{_NO_ATTRIBUTE})\b)[\w/&.'+()-]{{1,24}},? ){{0,5}}?\(?(?:{_CERT}|QWACs?|ICAs?){NO_NOUN_AFTER}",
    re.I,
)
# "Certificates (DV and OV)", "all of them DV or OV", "both are DV".
_NOUN_BEFORE = re.compile(
    rf"(?:{_CERT},? ?\(?(?:all |all of them |of the )?|\b(?:they|both|all|these|those|which) (?:are|were) )"
    r"(?:[\w/]+(?:,|,? and|,? or|/| &) ?){0,4}\Z",
    re.I,
)
# "388 certificates (DV and OV)" counts kinds as "388 DV certificates" does.
_NUMBERED = re.compile(
    rf"(?:(?<![\w.])[0-9][0-9,.']*|\b(?:{any_of(WORDS)}|all|some|several|many)) (?:(?:[\w/-]+|&) ){{0,4}}"
    rf"(?:{_CERT} ?\((?:[\w/]+(?:,|/| and| or| &)? ){{0,4}})?\Z",
    re.I,
)
_LATE_IN_TITLE = re.compile(
    r"\b(?:\w*-?disclos(?:e|ed|ure)|unrevoked|revo(?:ke|king|cation)) (?:(?!CRLs?\b|OCSP\b|audits?\b)[\w/.-]+ ){0,6}\Z",
    re.I,
)
_TITLE_OTHER = re.compile(r" (?:CRLs?|CPS?|audits?|records?)\b", re.I)
# What a CA is able to issue is not what is concerned.
_MAY_ISSUE = re.compile(
    r"\b(?:(?:cap)?able|allowed|permitted|trusted) (?:of|to|for) issu(?:e|ing|ance of) (?:[\w/-]+ ){0,2}\Z", re.I
)
# A CA's name: "SSL Certification Authority 001".
_OF_NAME = re.compile(r"(?: (?!and\b)[\w-]+){0,3}? (?:Certifica(?:tion|te) Authorit|CA\b(?! cert))")
_TAG_OF = {level: rf"\b{level}-" for level in _LEVELS} | {
    "smime": "smime",
    "ca": r"\bca-(?:misissuance|revocation|onecrl)",
}


def read(document: Document, context: Context) -> Found:
    """Read the kinds of certificates concerned: first in the fields of a form, in prose only where none is known."""
    if not context.is_report:
        return Found()
    found = _in_fields(document) if context.is_form else None
    if found is not None:
        return Found(kinds=found or None)
    every = judged(FACT, kind_proposals(document, context.policies, context.title, context.whiteboard))
    counted = {str(one.value) for one in every if one.counts}
    found_kinds = in_order(counted or _of_title(context.title) & {str(one.value) for one in every}) or None
    doubtful = () if found_kinds or context.known.kinds else (one for one in every if one.is_doubtful)
    doubts = tuple(doubt("unsure-kind", FACT, str(one.value), document) for one in doubtful)
    return Found(kinds=found_kinds, doubts=doubts, why=why(FACT, every, document))


def _of_title(title: str) -> set[str]:
    """Return the kinds that a title says were disclosed or revoked too late, wrongly or not at all."""
    return {
        _kind(match)
        for match in islice(_KIND.finditer(title), MOST_IN_SENTENCE)
        if _LATE_IN_TITLE.search(title[: match.start()][-120:]) and not _TITLE_OTHER.match(title, match.end())
    }


def _in_fields(document: Document) -> tuple[str, ...] | None:
    found: tuple[str, ...] | None = None
    for section in document.named("types"):
        # "N/A" is an answer, too: prose does not name what the field leaves out.
        found = () if _NOT_APPLICABLE.match(section.value) and not found else kinds(section.value) or found
    return found


def kinds(text: str) -> tuple[str, ...]:
    """Name the kinds of certificates that a field lists, in the order of the schema's vocabulary."""
    return in_order({_kind(match) for match in _KIND.finditer(text)})


def in_order(found: set[str]) -> tuple[str, ...]:
    """Order kinds as the schema does, without those that another kind makes superfluous."""
    if "smime" in found and "tls" not in found:
        found -= _LEVELS.keys() - {"ev"}
    elif found & _LEVELS.keys():
        # The schema's levels are kinds of TLS certificates; `tls` says that no level is known.
        found.discard("tls")
    if len(found) > 1:
        # A qualified certificate for web sites is one of the kinds beside which it is named.
        found.discard("qwac")
    return tuple(kind for kind in ORDER if kind in found)


def kind_proposals(
    document: Document, policies: Policies, title: str = "", whiteboard: str = ""
) -> tuple[Proposal, ...]:
    """Propose the kinds that a comment mentions, with the evidence for each."""
    found = proposals(mention for sentence in sentences_in(document) for mention in _mentions(sentence, policies))
    tags = tag_tests(whiteboard) if title or whiteboard else frozenset({"without its bug"})
    tagged = {kind for kind, tag in _TAG_OF.items() if re.search(tag, whiteboard, re.I)}
    titled = {_kind(match) for match in islice(_KIND.finditer(without_ca_name(title)), MOST_IN_SENTENCE)}
    return tuple(_with_bug(one, titled, tagged, tags) for one in found)


def _with_bug(one: Proposal, titled: set[str], tagged: set[str], tags: frozenset[str]) -> Proposal:
    """Compare a kind with the bug's title and tags, too; CA certificates have weights of their own."""
    above = one.value in {"ca", "root"}
    tests = {
        "in the bug's title": one.value in titled,
        "agrees with a tag": one.value in tagged,
        "a kind of CA": above,
        "a level of validation": one.value in _LEVELS,
    }
    # "OCSP signer" is the name of the certificate itself.
    own = one.evidence - {"beside a status service"} if one.value == "ocsp" else one.evidence
    return Proposal(one.value, own | holding(tests) | {f"{tag}, a CA" if above else tag for tag in tags})


def _mentions(sentence: Sentence, policies: Policies) -> Iterator[Mention]:
    text = sentence.text
    if not _KIND.search(text):
        return
    rules = [(one.start, one.end) for one in policies.mentions(text)]
    for match in islice(_KIND.finditer(text), MOST_IN_SENTENCE):
        before = text[: match.start()]
        if any(start <= match.start() < end for start, end in rules) or _MAY_ISSUE.search(before[-60:]):
            continue
        noun = _NOUN.match(text, match.end())
        named = noun or _NOUN_BEFORE.search(before[-60:]) or "delegated" in match[0].lower()
        is_above = _kind(match) in _ABOVE
        if (is_above and not noun and PLACE.search(before)) or (not is_above and _OF_NAME.match(text, match.end())):
            continue
        notes = {
            "in the first sentence": sentence.is_first,
            "names certificates": bool(named),
            "names a CA": not named and is_above,
            "beside a number": _NUMBERED.search(before[-80:]) is not None,
        }
        end = noun.end() if noun else match.end()
        yield Mention(_kind(match), sentence, match.start(), end, holding(notes))


def _kind(match: re.Match[str]) -> str:
    return str(match.lastgroup).replace("_", "-")
