"""Whether a report says that issuance was stopped, or that it went on: answers, sentences and events of a timeline.

A sentence counts where a verb for stopping is beside a word for issuance or for the place where certificates are
ordered, or where it says that nothing is issued. Promises, conditions, questions, an issuance of CRLs, and what a check
or a failure stopped say nothing. Evidence with fitted weights decided no better.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.form.fields import TIMELINES
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, MOST_IN_SENTENCE, sentences_of

_ISSUANCE = r"\b(?:issuances?|issuing(?! CA)|production|to issue|(?:to be|being) issued)\b"
# What certificates are ordered from: whoever closes it stops issuance, too.
_SOURCE = (
    r"\b(?:sales?|enrol+ments?|renewals?|(?:order|enrol+ment|request) (?:form|page|portal|system)s?"
    r"|(?:(?:the|this|these|our) (?:\w+ )?|order(?:ing)? )(?:channel|interface|endpoint|webshop)s?)\b"
)
_AWAY = r"(?:off(?:-?line)?|down|on hold|out of (?:service|use|sale))"
_STOP = (
    r"\b(?:(?:stop|suspen|halt|ceas|paus|discontinu|disabl|freez|froz|interrupt)\w*|blocked|closed|no longer|not being"
    rf"|on hold|stands still|(?:gone|put|taken|turned|switched|shut) {_AWAY})\b"
)
_ON = r"\b(?:continue[sd]?|(?:are|is) continuing|kept|goes on|went on|still|working as usual)\b"
_ANOTHER_CLAUSE = r"because|when|while|until|after|before|but|if|since(?! been)|so|CRLs?|OCSP"
_TO_OBJECT = rf"(?:(?!(?:{_ANOTHER_CLAUSE}|for|as|that|to(?! (?:issu|prevent)))\b)[\w/&'.()-]+ ){{0,12}}?"
_TO_VERB = rf"(?:(?!(?:{_ANOTHER_CLAUSE})\b)[\w/&'.()\"-]+,? ){{0,8}}?"
# A match of an earlier pattern counts before one of a later pattern at the same place.
_IN_PROSE = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<stop>{_STOP}) {_TO_OBJECT}(?:{_ISSUANCE}|(?P<source>{_SOURCE}))",
        rf"(?:{_ISSUANCE}|(?P<source>{_SOURCE})):?[*_]* (?P<between>{_TO_VERB})(?P<stop>{_STOP})",
        rf"\b(?P<stop>(?:shut|turned|switched|took|put) {_TO_OBJECT}(?:{_ISSUANCE}|{_SOURCE}) {_TO_OBJECT}{_AWAY})\b",
        r"\b(?P<stop>(?:no longer|not being)(?: being)? issue[sd]?)\b",
        # That no wrong certificate is issued is a fix.
        r"\b(?P<stop>(?:no|nothing)(?: (?!(?:wrong|incorrect|mis-?issued|faulty|invalid|CRLs?|lists?)\b)[\w/-]+){0,6}?"
        r" (?:is|are|can)(?: (?:be|being|currently|presently|now)){0,2} issued"
        r"(?![^.;]*\b(?:without|unless|except|after|if|where|only)\b)"
        r"|not (?:currently |presently |now )?issuing (?:any|such|these)\b(?=.*\b(?:now|at present|until)\b))",
        rf"{_ON} {_TO_OBJECT}{_ISSUANCE}",
        rf"{_ISSUANCE} {_TO_OBJECT}{_ON}",
    )
)
_IN_ANSWER = (re.compile(rf"(?P<stop>{_STOP})|{_ON}", re.I),)
_DENIED = re.compile(r"\b(?:not|never|no|neither|against)\b|n't\b", re.I)
_DENIED_AFTER = re.compile(r" (?:was|is|were|has|had)(?: not|n't| never)\b", re.I)
_OTHER_ISSUANCE = re.compile(
    r"\b(?:[CA]RLs?|OCSP|lists?|time-?stamps?|issuance of (?:an?|one|this|the) (?:[\w-]+ )?certificate)\b", re.I
)
_OTHER_PRODUCT = (
    r"(?:(?:any|new|further|more|such|the|our|paper) )*(?!(?:pre-?)?cert|this\b|these\b|across\b|leaves\b)"
    r"(?-i:[a-z]{2,}s)\b(?! (?:or (?:other )?)?(?:pre-?)?cert)"
)
_NO_PERSON = r"\b(?:outage|failure|fault|error|crash|bug|checks?|linter|linting|flag|system|software)\b"
_NOT_SO = re.compile(
    r"\b(?:(?<!as )if|whether|why|unless|until|before|prior to|(?<!at )once|during|upon|would|could|should|will|must"
    r"|can|to(?! have| an?\b)|(?:ought|supposed|claimed?|said) to have|had(?! (?:\w+ )?been\b)|(?-i:may)|might"
    r"|(?:(?:nobod|polic)(?:y|ies)|(?:provider|supplier|vendor|customer|reseller|partner|browser|procedure|rule)s?"
    r"|CPS?|(?:an)?other CAs?)(?! (?:we|and)\b)|(?:claim|alleg|suppos|assum)\w*)"
    rf"(?: \w+){{0,3}} ?$|{_NO_PERSON}(?: \w+ly)? ?$|^of {_OTHER_PRODUCT}",
    re.I,
)
_NOT_SO_AFTER = re.compile(
    rf" by (?:the |an? |our )?(?:[\w-]+ )?{_NO_PERSON}|(?: certificates)?:| (?:if|whenever|in case)\b|(?<=stops) when\b"
    rf"|(?<=issuing|ssuance|o issue) (?:of )?{_OTHER_PRODUCT}"
    r"|(?<=continues) (?:with|from|only|after|under)\b",
    re.I,
)
# "The old order form was closed in 2015" is history, "the form is closed to him" is about others.
_HISTORY = re.compile(
    r"[^.]{0,50}\b(?:in|since) (?:19|20)[0-9]{2}\b(?![-/.][0-9])|,? (?:to|for (?:one|an?|some|this|that))\b", re.I
)
_UNTIL = re.compile(r"(?: [\w-]+){0,6} until\b", re.I)
_ASKED = re.compile(
    r"\?\W*$|^\W*(?:if|whenever|unless)\b|\byour?\b|\bplease\b|\bwhy\b|^\W*(?:the )?CA has stopped [^.:]{1,60}:", re.I
)
# A question that its answer follows on the same line, "**Are we still issuing?** No."
_QUESTION = re.compile(r"(?:(?<=[.!?]\s)|^)[^.!?\n]{1,200}\?(?=[*_]* )", re.M)
_PLAIN_ANSWER = re.compile(
    r"\W*(?:(?P<yes>(?:yes|confirmed|correct|indeed)\b(?!,? (?:[\w ]{0,20} )?not?\b)|we (?:have|did)(?=\W*(?:[;.,]|$)))"
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
    # "**Has issuance stopped?** Only for them; yes.": the rest of the line is the answer.
    for asked in _QUESTION.finditer(text):
        if re.search(_STOP, asked[0], re.I) and re.search(_ISSUANCE, asked[0], re.I):
            answer = stop_in_answer(text[asked.end() :].partition("\n")[0])
            if answer is not None:
                return answer
    said = {
        stopped
        for sentence in sentences_of(_QUESTION.sub(" ", text))
        if not _ASKED.search(sentence)
        for stopped in _said_in(sentence, _IN_PROSE)
    }
    return said.pop() if len(said) == 1 else None


def _said_in(sentence: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[bool]:
    text, read_to = sentence[:LONGEST_SENTENCE], list[tuple[int, int]]()
    for pattern in patterns:
        for match in islice(pattern.finditer(text), MOST_IN_SENTENCE):
            if not any(start < match.end() and match.start() < end for start, end in read_to):
                read_to.append(match.span())
                yield from _said_at(match)


def _said_at(match: re.Match[str]) -> Iterator[bool]:
    said = match.groupdict()
    stops, between, text = said.get("stop"), said.get("between") or "", match.string
    lead = text[: match.start()][-60:]
    if _OTHER_ISSUANCE.search(text[max(0, match.start() - 8) : match.end() + 12]):
        return
    denied = stops and (_DENIED.search(f"{lead}{between}"[-40:]) or _DENIED_AFTER.match(text, match.end()))
    if not stops and _UNTIL.match(text, match.end()):
        return
    if said.get("source") and (denied or _HISTORY.match(text, match.end())):
        return
    if denied or not (_NOT_SO.search(lead) or _NOT_SO.search(between) or _NOT_SO_AFTER.match(text, match.end())):
        yield bool(stops) and not denied
