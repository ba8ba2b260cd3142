"""Whether a report says that issuance was stopped, or that it went on: answers, sentences and events of a timeline.

A sentence counts where a verb for stopping stands beside a word for issuance. Promises, conditions, questions,
an issuance of CRLs, and what a check or a failure stopped say nothing. Evidence with fitted weights decided no better.
"""

import re
from collections.abc import Iterator
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.form.fields import TIMELINES
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, MOST_IN_SENTENCE, sentences_of

_ISSUANCE = (
    r"(?<!pre-)(?:\b(?:certificate )?(?:issuances?|issuing(?! CA)|production)|\bto issue|\bbeing issued"
    r"|\bissues?(?= such))\b"
)
_STOP = (
    r"(?:stop(?:s|ped|ping)?(?: to)?|suspen(?:ds?|ded|ding|sion)|halt(?:s|ed|ing)?|ceas(?:es?|ed|ing)"
    r"|paus(?:es?|ed|ing)|discontinu(?:e|ed|ing)|disabl(?:e|ed|ing)|fr(?:o|ee)zen?|blocked|deactivated|on hold"
    r"|an end to|stands still|(?:turn|switch|shut)(?:ed)? (?:off|down)|no longer|not being)\b"
)
_ON = (
    r"(?:continu(?:es?|ed|ing)|went on|goes on|going on|ongoing|still|(?:work|operat|runn)ing (?:as usual|normally))\b"
)
_ANOTHER_CLAUSE = r"because|when|while|until|after|before|but|if|since(?! been)|so|CRLs?|OCSP"
_TO_OBJECT = rf"(?:(?!(?:{_ANOTHER_CLAUSE}|for|as|that|to(?! issue))\b)[\w/&'.()-]+ ){{0,8}}?"
_TO_VERB = rf"(?:(?!(?:{_ANOTHER_CLAUSE})\b)[\w/&'.()-]+,? ){{0,8}}?"
_IN_PROSE = re.compile(
    rf"\b(?P<stop>{_STOP}) {_TO_OBJECT}{_ISSUANCE}|{_ISSUANCE} (?P<between>{_TO_VERB})\b(?P<stopped>{_STOP})"
    rf"|\b{_ON} {_TO_OBJECT}{_ISSUANCE}|{_ISSUANCE} {_TO_OBJECT}\b{_ON}"
    r"|\b(?P<ended>no longer (?:being )?issued|not being issued)\b",
    re.I,
)
_IN_ANSWER = re.compile(rf"\b(?P<stop>{_STOP})|\b{_ON}", re.I)
_DENIED = re.compile(r"\b(?:not|never|no|unnecessary)\b|n't\b", re.I)
_OTHER_ISSUANCE = re.compile(r"\b(?:CRLs?|ARLs?|OCSP|responses?|time-?stamps?|lists?|mails?)\b", re.I)
_NOT_SO = re.compile(
    r"\b(?:if|whether|why|unless|until|before|prior to|(?<!at )once|during|upon|would|could|should|will|must|to|had"
    r"|(?-i:may)|might|like|seems?|appears?)(?: \w+){0,3} ?$"
    r"|\b(?:outage|failure|fault|error|crash|bug|checks?|linter|linting|flag|system|software)(?: \w+ly)? ?$",
    re.I,
)
# A stop that is told with a year alone is history.
_NOT_SO_AFTER = re.compile(
    r" by (?:the |an? |our )?(?:[\w-]+ )?(?:outage|failure|fault|error|checks?|linter|system|software)\b"
    r"|[^.]{0,50}\b(?:in|since) (?:19|20)[0-9]{2}\b(?![-/.][0-9])"
    r"|(?<=continues) (?:with|from|only|after|under)\b",
    re.I,
)
_DENIED_AFTER = re.compile(r" (?:was|is|were|has|had)(?: not|n't| never)\b", re.I)
_ASKED = re.compile(r"\?\W*$|\byour?\b|\bplease\b|\bwhy\b", re.I)
_PLAIN_ANSWER = re.compile(
    r"\W*(?:(?P<yes>yes|confirmed|correct|affirmative|indeed|we (?:have|did)(?=\W*(?:[;.,]|$)))\b"
    r"(?!,? (?:that )?(?:(?:it|issuance) (?:was|is) )?(?:not|no)\b)"
    r"|(?:(?:it|this|we|the CA) (?:was|has|have|did) )?(?:no|not)\b)"
    r"(?! (?:certificates?|end|other|longer|new|further|more|required|applicable|stated|a)\b)",
    re.I,
)


def read(document: Document, context: Context) -> Found:
    """Read whether issuance was stopped: the form's answer, else plain prose; a later comment can only say yes."""
    if not context.is_report:
        return Found(issuance_stopped=stop_in_prose(document.own_lines) or None)
    stopped = None
    for section in document.named("stopped", "q-stopped") if context.is_form else ():
        answer = stop_in_answer(section.value)
        stopped = stopped if answer is None else answer
    if stopped is None and context.known.issuance_stopped is None:
        events = "\n".join(line.text for section in document.named(*TIMELINES) for line in section.lines())
        stopped = stop_in_prose(f"{document.said()}\n{events}")
    return Found(issuance_stopped=stopped)


def stop_in_answer(value: str) -> bool | None:
    """Read the answer to the form's question whether issuance was stopped: its first sentence that says so."""
    for sentence in sentences_of(value):
        if _ASKED.search(sentence) or is_nothing_said(sentence):
            continue
        plain = _PLAIN_ANSWER.match(sentence)
        if plain:
            return plain["yes"] is not None
        for stopped in _said_in(sentence, _IN_ANSWER):
            return stopped
    return None


def stop_in_prose(text: str) -> bool | None:
    """Read whether a text plainly says that issuance was stopped, or that it went on; both say nothing."""
    said = {
        stopped
        for sentence in sentences_of(text)
        if "issu" in sentence.lower() or "production" in sentence.lower()
        for stopped in (() if _ASKED.search(sentence) else _said_in(sentence, _IN_PROSE))
    }
    return said.pop() if len(said) == 1 else None


def _said_in(sentence: str, pattern: re.Pattern[str]) -> Iterator[bool]:
    text = sentence[:LONGEST_SENTENCE]
    for match in islice(pattern.finditer(text), MOST_IN_SENTENCE):
        said = match.groupdict()
        stops = said["stop"] or said.get("stopped") or said.get("ended")
        lead, between = text[: match.start()][-60:], said.get("between") or ""
        if _OTHER_ISSUANCE.search(text[max(0, match.start() - 8) : match.end() + 12]):
            continue
        denied = stops and (_DENIED.search(f"{lead}{between}"[-40:]) or _DENIED_AFTER.match(text, match.end()))
        if denied or not (_NOT_SO.search(lead) or _NOT_SO.search(between) or _NOT_SO_AFTER.match(text, match.end())):
            yield bool(stops) and not denied
