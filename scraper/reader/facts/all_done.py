"""Whether a comment says that everything promised is done."""

import re
from collections.abc import Iterable

from ca_incidents.scraper.reader.facts.action_progress import in_full
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE

_WHICH = (
    r"(?:(?:of|our|the|these|those|planned|remaining|remediation|outstanding|open|other|listed|committed|corrective"
    r"|above|aforementioned|agreed|promised|announced|\w+(?= (?:action|item|step|measure|task|point)))\s+){0,5}"
)
_THINGS = (
    r"(?:(?:action|remediation|corrective) )?(?:items?|steps?|tasks?|measures?|actions?|commitments?|remediations?"
    r"|points?|promises|work)"
)
_LIST = rf"(?:(?:(?:action|to-?do|task|our) )+list|list of {_WHICH}{_THINGS}|plan(?! of (?!{_WHICH}{_THINGS})))\b"
_NOW = r"(?:now |all |already |thus |therefore |also |fully |successfully |meanwhile |finally )*"
_IS = rf"(?:have|has|is|are|was|were) {_NOW}(?:been )?{_NOW}"
_DONE = (
    r"(?:completed?|done|implemented|finished|closed|fulfilled|concluded|carried out|executed|worked off|in place)\b"
)
_CONCLUDES = (
    r"\b(?:complet(?:es?|ed|ing)|conclud(?:es?|ed)|finish(?:es|ed)?|fulfill?ed|delivered|implemented|done(?: with)?)"
)
_ALL_DONE = re.compile(
    rf"\b(?:all|both|every|each)(?: one)? {_WHICH}{_THINGS} (?:[\w-]+ ){{0,6}}?{_IS}{_DONE}"
    rf"|\b(?:everything|(?:all|the rest)(?: of (?:them|this|these|it))?(?: the)?(?: others?| rest)?) {_IS}{_DONE}"
    rf"|(?:^|[.:;] )\W*(?:all|everything)(?: is| are| now)? {_DONE}"
    rf"|{_CONCLUDES} (?:all|our|the) {_WHICH}(?:{_THINGS}\b|{_LIST})(?!\W*#?[0-9])"
    rf"|{_CONCLUDES} everything\b"
    rf"|\bno {_WHICH}{_THINGS}(?: is| are)? (?:left|remain\w*|open|outstanding|pending)\b"
    rf"|\bno (?:more |further |other )?(?:open|outstanding|remaining|pending) {_THINGS}\b"
    r"|\b(?:nothing|none)(?: more| else)?(?: of \w+)? (?:(?:is|remains) )?(?:left )?(?:open|outstanding|left|to do)\b"
    rf"|\b(?:this|that|it|which|these|those) (?:was|is|were|are) (?:the|our) (?:last|final) "
    rf"(?:one |ones )?(?:of )?(?:our |the )?(?:open |remaining )*{_THINGS}\b"
    rf"|\b{_LIST} {_IS}{_DONE}"
    rf"|\b(?:that|this|which) (?:close|complete|finishe|conclude)s (?:the list\b(?! of)|(?:the )?{_LIST})"
    r"|\bthat is everything\b|\bwe are (?:now |thus )?(?:done|finished|through)(?= here|[.!]|$| with everything\b)",
    re.I,
)
_NOT_YET = re.compile(
    r"\b(?:not|once|when|until|unless|if|will|would|should|shall|can|(?-i:may)|might|must|expect\w*|confirm|assum\w+"
    r"|in theory|theoretically|in principle|on paper"
    r"|please|(?:plan|intend) to|hop(?:e|ing)\w*|wish|as soon as|before|nor|far|how|what|why|whether|almost|nearly"
    r"|(?:an)?other CAs?|(?-i:(?!Our|The|As)[A-Z][\w-]* CA)|nobody|no one|ask(?:s|ed|ing)?|claim\w*|said|says?)\b",
    re.I,
)
# What is done for something, in another bug, or but for something is not all.
_GOES_ON = re.compile(r"\W{0,3}(?:for|to|so|other than|except|apart from|but)\b", re.I)
_ANOTHER_BUG = re.compile(r"\bbugs? #?[0-9]{4,}|\bof (?-i:[A-Z]\w+ CA)\b", re.I)


def announces_all_done(sentences: Iterable[str]) -> bool:
    """Return whether a text says that everything promised is done."""
    return any(
        (match := _ALL_DONE.search(text))
        and not _NOT_YET.search(text[: match.start()])
        and not _GOES_ON.match(text, match.end())
        and not _ANOTHER_BUG.search(text)
        for text in (in_full(sentence[:LONGEST_SENTENCE]) for sentence in sentences)
    )
