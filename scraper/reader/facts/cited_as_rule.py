"""Whether a clause cites a document that it names: as a rule that binds or was broken, or merely in passing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ca_incidents.schema.tables.policies import Mention

_OBEYING = re.compile(
    r"violat|\bstates?\b|conflict|compl(?:y|ies|iant|iance|ied)|breach|infring|contrary|\bmeet\b"
    r"|\bmet\b|conform|accord(?:ing|ance)|as per\b|\bper\b|adher|contraven"
    r"|against (?:the|our|its|their)\b|\bbreaks?\b|\bbroken?\b"
    r"|required by|requires?\b|requirements? (?:of|in)|in line with|mandate|prohibit"
    r"|not permitted|not allowed|\bMUST\b|\bSHALL\b|\bdemands?\b|forbid|prescrib|specifies|stipulat"
    r"|fulfil|discrepan|mismatch|misalign|contradict"
    r"|(?<!not )\baligned with\b"
    r"|\brequirement (?:goes|comes|came|went|takes|took)\b|\bprovide for\b|\bdefines\b|\bnot defined (?:in|by)\b",
    re.I,
)
_NOT_BINDING = re.compile(
    r"\b(?:do|does|did) not (?:require|apply)|n't (?:require|apply)|not a requirement"
    r"|\bnot (?:\w+ )?(?:required|mandated|prohibited|forbidden|in (?:force|effect))\b",
    re.I,
)
_KEPT = re.compile(
    r"\b(?:(?:complie[sd]|(?:fully|do) comply|in (?:full )?compliance|(?<!non-)compliant) with"
    r"|(?:(?:is|are|was|were|be|fully) )+(?:aligned|in line) with"
    r"|(?:conforms?|conformed|(?<!non-)conformant) (?:to|with)"
    r"|(?:conducted|performed|carried out|handled|processed) (?:according to|in (?:accordance|compliance|line) with)"
    r"|(?:is|are|was|were) (?:allowed|permitted) by)\b"
    r"|\bnot (?:\w+ ){0,2}?(?:(?:violation|breach) of|violat\w+|breach(?:ed|ing)?|subject to|governed by)\b"
    r"|\bno (?!future|further|more)(?:\w+ )?(?:violations?|breach(?:es)?) of|\bn't (?:violate|breach)\b"
    r"|\b(?:created following|report follows)\b|\bneither\b(?=[^.;]* (?:violat|breach|infring))"
    r"|\bnot (?:claim|alleg|suggest|say)\w* [\w\s.',-]{0,60}?(?:foul|violat\w+|breach\w*)\b",
    re.I,
)
# What was "considered to be compliant", "must be compliant" or was done "without checking the compliance" need not be.
_NOT_KEPT = re.compile(
    r"\b(?:(?:considered|believed|thought|assumed|deemed|judged|regarded|supposed|must|shall|should|needs?|needed"
    r"|ha(?:ve|s|d) to|required?|requires|expected|ensur\w+|order to|whether|if|partially)\b[^,.;]{0,40}"
    r"|without\b[^,.;]{0,70}"
    r"|(?:not|\w+n't|never|nor|fail\w*|unable) (?:\w+ )?)\Z",
    re.I,
)
_NOT_BROKEN = re.compile(
    r"[^.;:,]{0,40}\b(?:was|were|is|are|been) (?:not|neither|never) (?:\w+ )?(?:violated|breached|broken|infringed)\b",
    re.I,
)
_BUT = re.compile(r"\bnot\b|\bbut\b", re.I)
_EXCEPTED = re.compile(r"\bexcept", re.I)
_FARTHEST_KEPT = 50
_REPORTED = re.compile(r"[^.;]{0,60}?\b(?:reports?|audits?|statements?|seals?|opinions?)\b", re.I)
_AUDITED = re.compile(r"\b(?:audit(?:s|ed|ing|ors?)?|assess(?:ed|ments?)|accredit\w+)\b", re.I)
_CONTEXT = 80
# What stands behind a document's name may be the thing meant: an audit of it, its edition as such, a field's label.
_ANOTHER_THING = re.compile(
    r"(?:(?: and|,|/| &) ?(?:EV|SSL|TLS|S/MIME|NetSec)(?: SSL| TLS)?){0,3}"
    r"[ -](?:self[ -]?assessments?|assessments?|audits?|reports?|reviews?|versions?(?! ?v?[0-9])|ballots?"
    r"|changes|updates|working groups?|OIDs?|URLs?|links?|last update|same as)\b"
    r"|[^.;:]{0,50}\b(?:do|does|did|would|could) not (?:have )?appl(?:y|ied)\b",
    re.I,
)
_IN_PASSING = re.compile(
    r"\b(?:differences? between|changes? (?:to|in|of)|amend(?:s|ed|ing|ments?)?(?: to| of)?|updates? (?:to|of)"
    r"|(?:re)?read(?:ing)?|review(?:s|ed|ing)?(?: of)?|discussions? (?:of|on|about)|drafts? of|regulations of"
    r"|outside(?: of)?(?: the scope of)?|out of scope of"
    r"|familiar with|audits? of|training (?:on|in|about))"
    r" (?:the |our |new |current |latest |relevant ){0,3}\Z",
    re.I,
)
_OWN = (
    r"(?:(?:a|an|the|our|their|its|his|this|that|new|newly|own|current|latest|combined|version|of"
    r"|(?!(?:under|as|in|to|for|with|by|on|at)\b)[\w.&'’-]{1,25}) ){0,5}"
)
_SAID_IN = re.compile(
    r"\b(?:specified|defined|stated|described|documented|outlined|detailed|disclosed|indicated|mentioned|published"
    r"|practices?|(?:set|laid) (?:out|down)|language|provisions?|commitments?) (?:in|by|within|under|of) "
    rf"{_OWN}\Z"
    rf"|\b(?:updat|amend|revis|publish|disclos|upload|submit|follow|renew|harmoni[sz])(?:t?e|es|t?ed|t?ing)?"
    rf"(?: with)? {_OWN}\Z"
    rf"|\b(?:releas|correct|chang)(?:ed|ing) {_OWN}\Z|\bdeviat\w+ from {_OWN}\Z",
    re.I,
)
_SAYS = re.compile(
    r"\W{0,3}(?:[\w./()'’-]{1,25} ){0,8}?(?:(?:was|were|is|are|has|have|had|been|be|being|not|newly|never) ){0,4}"
    r"(?:describ(?:ed|es)|specif(?:ied|ies)|stat(?:ed|es)|says|said|outlin(?:ed|es)|defin(?:ed|es)|disclosed"
    r"|updated|amended|revised|published|uploaded|released|permit(?:s|ted)|allow(?:s|ed)|indicat(?:ed|es)|lacks?|lacked"
    r"|contain(?:ed|s)|gives?|names?|promis(?:ed|es)|prescrib(?:ed|es)|older than|outdated|overdue"
    r"|does not (?:specify|state|describe|contain|allow|permit|refer)|did not \w+)\b",
    re.I,
)


def kept_in(clause: str, mentions: Sequence[Mention]) -> Iterator[int]:
    """Find the documents that a clause says were kept ("are compliant with the BRs, but not with the CPS")."""
    ends = [
        match.end() for match in _KEPT.finditer(clause) if not _NOT_KEPT.search(clause[: match.start()][-_CONTEXT:])
    ]
    for index, mention in enumerate(mentions):
        nearest = max((end for end in ends if end <= mention.start), default=-_FARTHEST_KEPT)
        between = clause[nearest : mention.start] if nearest >= 0 else ""
        near = mention.start - nearest < _FARTHEST_KEPT
        if _NOT_BROKEN.match(clause, mention.end) or (
            near and not _BUT.search(between) and not _EXCEPTED.search(clause, mention.end)
        ):
            yield index


def is_reported_on(clause: str, mention: Mention) -> bool:
    """Return whether the name of an audit's criteria is no more than the title of a report on it."""
    return mention.document == "webtrust" and _REPORTED.match(clause[mention.end :]) is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clause speaks of the documents that it names without a section."""

    clause: str
    binding: bool
    obeying: bool
    audited: bool

    def is_rule(self, mention: Mention) -> bool:
        """Return whether a document is spoken of as a rule that is kept or broken.

        The CA's own document counts as the thing updated or disclosed, too (`tests/labels/README.md`).
        """
        if not self.binding or self._is_in_passing(mention):
            return False
        if mention.document in {"etsi", "webtrust"} and self.audited:
            return False
        if self.obeying:
            return True
        before, after = self._around(mention)
        return mention.document == "cp-cps" and (_SAID_IN.search(before) or _SAYS.match(after)) is not None

    def is_spoken_of(self, mention: Mention) -> bool:
        """Return whether it stays open how a rule is spoken of: it is one by its name, unless named in passing."""
        return (
            self.binding
            and mention.document not in {"cp-cps", "webtrust", "etsi"}
            and not self.clause.endswith(("Program", "program"), mention.start, mention.end)
            and not self._is_in_passing(mention)
        )

    def _around(self, mention: Mention) -> tuple[str, str]:
        before = self.clause[max(0, mention.start - _CONTEXT) : mention.start]
        return before, self.clause[mention.end : mention.end + _CONTEXT]

    def _is_in_passing(self, mention: Mention) -> bool:
        """Return whether a document is only the name of another thing, or what somebody read, changed or compared."""
        before, after = self._around(mention)
        changed = mention.document != "cp-cps" and _IN_PASSING.search(before) is not None
        return changed or _ANOTHER_THING.match(after) is not None


def standing_of(clause: str) -> Standing:
    """Look once at the words of a clause."""
    return Standing(
        clause=clause,
        binding=_NOT_BINDING.search(clause) is None,
        obeying=_OBEYING.search(clause) is not None,
        audited=_AUDITED.search(clause) is not None,
    )
