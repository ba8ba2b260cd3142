"""Whether a clause cites a document that it names: as a rule that binds or was broken, or merely in passing."""

import re
from collections.abc import Iterator, Sequence

from ca_incidents.schema.tables.policies import Mention

_OBEYING = re.compile(
    r"violat|\bstates?\b|conflict|compl(?:y|i(?:es|ed|ant|ance))|breach|infring|contra(?:ry|ven|dict)|\bmee?t\b|conform"
    r"|adher|accord(?:ing|ance)|\bper\b|against (?:the|our|its|their)\b|\bbreaks?\b|\bbroken?\b|requires?\b"
    r"|required by|requirements? (?:of|in)\b|(?<!not )\b(?:in line|aligned) with\b|mandate|prohibit"
    r"|not (?:permitted|allowed|defined)|\bMUST\b|\bSHALL\b|\bdemands?\b|forbid|prescrib|specifies|stipulat|fulfil"
    r"|discrepan|mis(?:match|align)|\brequirement (?:comes|came|goes|went|takes|took)\b|\bprovide for\b",
    re.I,
)
_NOT_BINDING = re.compile(
    r"(?:\bnot|n't) (?:\w+ )?(?:required?|apply|a requirement|mandated|prohibited|forbidden|in (?:force|effect))\b",
    re.I,
)
_KEPT = re.compile(
    r"\b(?:(?:complie[sd]|(?:fully|do) comply|in (?:full )?compliance|(?<!non-)compliant"
    r"|(?:is|are|was|were|fully) (?:aligned|in line)|conform(?:s|ed)?|(?<!non-)conformant) (?:with|to)"
    r"|(?:conducted|performed|carried out|handled|processed) (?:according to|in (?:accordance|compliance|line) with)"
    r"|(?:is|are|was|were) (?:allowed|permitted) by|created following|report follows"
    r"|not (?:\w+ ){0,2}?(?:violat\w+|breach\w*|subject to|governed by)"
    r"|no (?!future|further|more)(?:\w+ )?(?:violat|breach)\w* of|neither(?=[^.;]* (?:violat|breach))"
    r"|not (?:claim|alleg|suggest|say)\w* [\w\s.',-]{0,60}?(?:foul|violat\w+|breach\w*))\b|n't (?:violat|breach)",
    re.I,
)
# What was "considered to be compliant", "must be compliant" or was done "without checking the compliance" need not be.
_NOT_KEPT = re.compile(
    r"\b(?:(?:considered|believed|thought|assumed|deemed|regarded|supposed|must|shall|should|need\w*|ha(?:ve|s|d) to"
    r"|require[sd]?|expected|ensur\w+|order to|whether|if|partially)\b[^,.;]{0,40}|without\b[^,.;]{0,70}"
    r"|(?:not|\w+n't|never|nor|fail\w*|unable) (?:\w+ )?)\Z",
    re.I,
)
_NOT_BROKEN = re.compile(
    r"[^.;:,]{0,40}\b(?:was|were|is|are|been) (?:not|neither|never) (?:\w+ )?(?:violated|breached|broken|infringed)\b",
    re.I,
)
_BUT, _EXCEPTED = re.compile(r"\bnot\b|\bbut\b", re.I), re.compile(r"\bexcept", re.I)
_FARTHEST_KEPT, _CONTEXT = 50, 80
_AUDITED = re.compile(r"\b(?:audit|assess|accredit|report)", re.I)
# What stands behind a document's name may be the thing meant: an audit of it, its edition as such, a field's label.
_ANOTHER_THING = re.compile(
    r"(?:(?: and|,|/| &) ?(?:EV|SSL|TLS|S/MIME|NetSec)(?: SSL| TLS)?){0,3}"
    r"[ -](?:(?:self[ -]?)?assessments?|audits?|reports?|reviews?|versions?(?! ?v?[0-9])|ballots?|changes|updates"
    r"|working groups?|OIDs?|URLs?|links?)\b|[^.;:]{0,50}\b(?:do|does|did|would) not (?:have )?appl(?:y|ied)\b",
    re.I,
)
_IN_PASSING = re.compile(
    r"\b(?:(?:difference|change|update|amendment|discussion|draft|regulation|audit)s? (?:between|to|in|of|on|about)"
    r"|(?:re)?read(?:ing)?|review(?:ed|ing)?|amend(?:ed|ing)?|(?:outside|out of scope)(?: of)?|familiar with"
    r"|training (?:on|in|about)) (?:the |our |new |current |latest ){0,3}\Z",
    re.I,
)
_OWN = r"(?:(?:a|an|of|(?!(?:under|as|in|to|for|with|by|on|at)\b)[\w.&'’-]{1,25}) ){0,5}"
# What is said in the CA's own document, what is done with it, and what it says.
_SAID = "(?:specifi|stat|describ|defin|outlin|indicat|promis|prescrib)e"
_CHANGED = "(?:updat|amend|revis|publish|disclos|upload)"
_SAID_IN = re.compile(
    rf"\b(?:(?:{_SAID}d|documented|detailed|practices?|provisions?) (?:in|by|within|under|of)"
    rf"|(?:{_CHANGED}|submit|follow|renew|harmoni[sz])(?:t?e|es|t?ed|t?ing)?(?: with)?"
    rf"|(?:chang|releas)(?:ed|ing)|deviat\w+ from) {_OWN}\Z",
    re.I,
)
_SAYS = re.compile(
    rf"\W{{0,3}}(?:[\w./()'’-]{{1,25}} ){{0,8}}?(?:{_SAID}[sd]|{_CHANGED}e?d|says|said|released|permit(?:s|ted)"
    r"|allow(?:s|ed)|lack(?:s|ed)|contain(?:s|ed)|outdated|overdue|gives?|(?:does|did) not \w+)\b",
    re.I,
)


def kept_in(clause: str, mentions: Sequence[Mention]) -> Iterator[int]:
    """Find the documents that a clause says were kept ("are compliant with the BRs, but not with the CPS")."""
    ends = [one.end() for one in _KEPT.finditer(clause) if not _NOT_KEPT.search(clause[: one.start()][-_CONTEXT:])]
    for index, mention in enumerate(mentions):
        nearest = max((end for end in ends if mention.start - _FARTHEST_KEPT < end <= mention.start), default=None)
        is_kept = nearest is not None and not _BUT.search(clause, nearest, mention.start)
        if (is_kept and not _EXCEPTED.search(clause, mention.end)) or _NOT_BROKEN.match(clause, mention.end):
            yield index


def is_cited(clause: str, mention: Mention, *, listed: bool) -> bool | None:
    """Return whether a clause speaks of a document as a rule that is kept or broken; None if it merely names it.

    The CA's own document counts as the thing updated or disclosed, too (`tests/labels/GUIDE.md`). A list of rules
    (`listed`) needs no verb, but the criteria of audits may be part of the title of a report on them.
    """
    if listed:
        return mention.document != "webtrust" or not _AUDITED.search(clause, mention.end)
    before, after = clause[: mention.start][-_CONTEXT:], clause[mention.end :][:_CONTEXT]
    is_own, is_of_audits = mention.document == "cp-cps", mention.document in {"etsi", "webtrust"}
    is_in_passing = _ANOTHER_THING.match(after) or (not is_own and _IN_PASSING.search(before))
    if is_in_passing or _NOT_BINDING.search(clause) or (is_of_audits and _AUDITED.search(clause)):
        return False
    if _OBEYING.search(clause) or (is_own and (_SAID_IN.search(before) or _SAYS.match(after))):
        return True
    is_program = clause.endswith(("Program", "program"), mention.start, mention.end)
    return False if is_own or is_of_audits or is_program else None
