"""Whether a report says that issuance was stopped, or that it went on: answers, sentences and events of a timeline.

A sentence counts where it says so of issuance itself and as a fact: promises, conditions, questions to the CA, an
issuance of CRLs, and what a check or a rule stopped say nothing.
"""

import re

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.form.fields import TIMELINES
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of

_DONE = (
    r"(?:stopped|suspended|halted|ceased|paused|discontinued|disabled|frozen|(?:turned|switched|shut) (?:off|down))\b"
)
_BARE = r"(?:stop|suspend|halt|cease|pause|discontinue|disable|freeze)"
_NO_LIST = (
    r"(?! (?:of )?(?:(?:the|all|any|new|its|our|further) ){0,2}(?:CRL|ARL|OCSP|response|time-?stamp|CA\b|roots?\b))"
)
_ISSUING = rf"\b(?:issuance|issuing|production)\b{_NO_LIST}"
# What may stand between the verb and its object: no word that begins another clause, and no list or response.
_BETWEEN = (
    r"(?:(?!(?:because|when|while|until|after|before|but|that|which|for|to|if|as|since|so|with|in|on|at|by|CRLs?"
    r"|OCSP)\b)[\w/&'-]+ ){0,6}?"
)
_OF_WHAT = (
    r"(?: (?:process|system|service|pipeline|operations?|activit(?:y|ies)))?(?: (?:of|for|to|from|under|via|through"
    r"|using|with|in|on)(?: (?:that|this))?(?: (?!not\b|no\b|which\b|that\b|until\b)[\w/.'-]+){1,8}?)?"
)
_ADVERB = r"(?: (?:\w+ly|then|therefore|thus|also|now|all))?"
_BE = r" (?:was|is|were|(?:has|have)(?: (?:since|now|also|\w+ly))? been|has|being|remains?|is still|stays?)"
_STOPPED_IT = re.compile(
    rf"\b{_DONE} {_BETWEEN}{_ISSUING}|\b(?:stopped|ceased|discontinued|suspended) (?:using"
    rf"|the use of) [^.;\n]{{1,90}}?\b(?:to issue|for issu)"
    rf"|\b(?:is|are)(?: (?:currently|now|temporarily|also))? (?:stopping|suspending|halting"
    rf"|pausing) {_BETWEEN}{_ISSUING}"
    rf"|\b(?:decision|decided) to {_BARE} {_BETWEEN}{_ISSUING}[^.;\n]{{0,60}}, (?:which was done|and did so)\b"
    rf"|(?<!CRL )(?<!OCSP ){_ISSUING}{_OF_WHAT}{_BE}{_ADVERB} (?:{_DONE}(?! by\b)|(?:put |placed )?on hold\b)"
    rf"|(?<!n't )(?<!not )\bput (?:an end|a (?:\w+ )?stop) to {_BETWEEN}{_ISSUING}"
    rf"|{_ISSUING}{_OF_WHAT} (?:stands still|is at a standstill|came to a (?:halt|stop))\b"
    rf"|{_ISSUING}{_OF_WHAT}{_BE} (?:currently|temporarily|immediately) blocked\b"
    rf"|\b(?:put|placed) {_BETWEEN}{_ISSUING}(?: [\w/]+){{0,4}}? on hold\b"
    r"|\bno such certificates? (?:is|are) (?:being )?issued (?:any ?more|any longer|since)\b"
    r"|\bno (?:further|more) (?:\w+ )?certificates (?:will|can) be issued\b"
    r"|\b(?:is|are) (?:now )?(?:no longer (?:being )?|not being )issued (?:any ?more )?(?:with|without)\b"
    r"|\b(?:(?:is|are)(?: (?:currently|now))? no longer issuing|no longer issues?) (?:any )?(?:such|these|those"
    r"|affected|mis\w+|certificates with(?:out)?)\b",
    re.I,
)
_EVENT = re.compile(rf"(?<!CRL )(?<!OCSP ){_ISSUING}{_OF_WHAT} {_DONE}(?! by\b)", re.I)
_WENT_ON = re.compile(
    rf"\bno (?:\w+ ){{0,2}}{_ISSUING}{_OF_WHAT}(?:{_BE}| (?:had|has|needed) to be) {_DONE}"
    rf"|{_ISSUING}{_OF_WHAT} (?:(?:was|is|has|were){_ADVERB} not|(?:was|is|has|were)n't) (?:been )?(?:yet )?{_DONE}"
    rf"|\b(?:(?:have|has|did) not|(?:have|has|did)n't)(?: yet| \w+ly| \w+ or)? {_BARE}(?:p?ed|d)? {_BETWEEN}{_ISSUING}"
    rf"|{_ISSUING}[^.;\n]{{1,60}}? (?:and|so|but|it|therefore) (?:was|is|has)(?: \w+ly"
    rf"| therefore)? not (?:been )?{_DONE}|{_ISSUING} (?:continues|is continuing|is ongoing|went on"
    rf"|goes on)\b(?! (?:with|from|on|using|only|after|under))|\bno (?:need|reason) to {_BARE} {_BETWEEN}{_ISSUING}"
    rf"|\b(?:not|n't) (?:see|find|have) (?:an?|any) (?:need|reason) (?:to {_BARE}|for (?:stopping|suspending|halting"
    rf"|pausing)) {_BETWEEN}{_ISSUING}"
    rf"|\bnot (?:been )?(?:\w+ )?(?:necessary|required|needed) to {_BARE} {_BETWEEN}{_ISSUING}"
    rf"|{_ISSUING}{_OF_WHAT} (?:(?:was|has|is) never(?: been)?|never) {_DONE}"
    rf"|\b(?:did|do|does)(?: not|n't) (?:have|need) to {_BARE} {_BETWEEN}{_ISSUING}"
    rf"|\bnever (?:had to {_BARE}|{_DONE}) {_BETWEEN}{_ISSUING}"
    rf"|\b(?:stop|halt|suspension|pause) (?:of|in|to) {_BETWEEN}{_ISSUING} (?:was|is|has)(?: not|n't) (?:been )?"
    r"(?:\w+ )?(?:needed|necessary|required|made|ordered)\b"
    rf"|\bno (?:need|reason|cause) for (?:an? |the )?(?:stop|halt|suspension|pause) (?:of|in|to) {_BETWEEN}{_ISSUING}"
    rf"|{_ISSUING}{_OF_WHAT} (?:is|was) (?:still )?(?:going on|running)\b(?! (?:with|from|on|using|only|after|under))"
    r"|\bcontinues? (?:to issue|issuing) (?:such|these|affected|mal\w+|mis\w+)\b",
    re.I,
)
_NOT_SO = re.compile(
    r"(?:\bnot|n't|\bnever|\bno|\bif|\bwhether|\bunless|\buntil|\bshould(?: have)?|\bwould(?: have)?|\bcould(?: have)?"
    r"|\bm[ai]\w{1,3}t? have|\bhad|\bmust|\bto have|\blike|\bseems?|\bappears?|(?<!at )\bonce"
    r"|\bwill(?: have)?)(?: \w+){0,3} ?$|\b(?:outage|failure|fault|error|crash|bug|check|linter|linting|flag|system"
    r"|software)(?: \w+ly)? ?$|\b(?:before|prior to|during"
    r"|upon)(?: (?:the|an?|any|each|every|all|final|certificate)){0,2} ?$",
    re.I,
)
_ASKED = re.compile(r"\?\W*\Z|\byour?\b|\bplease\b", re.I)
# A stop that is told with a year alone is history.
_LONG_AGO = re.compile(r"[^.]{0,60}\b(?:in|since) (?:19|20)[0-9]{2}\b(?![-/.][0-9])", re.I)


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
        stopped = stop_in_prose(document.said(), events)
    return Found(issuance_stopped=stopped)


def stop_in_prose(text: str, events: str = "") -> bool | None:
    """Read whether a text plainly says that issuance was stopped, or that it went on; both say nothing.

    `events` holds the lines of a timeline, in which the verb may stand without its auxiliary.
    """
    said = {
        heard
        for passage, patterns in ((text, (_STOPPED_IT,)), (events, (_STOPPED_IT, _EVENT)))
        for sentence in sentences_of(passage)
        for heard in [_in_sentence(sentence[:LONGEST_SENTENCE], patterns)]
        if heard is not None
    }
    return said.pop() if len(said) == 1 else None


def _in_sentence(sentence: str, patterns: tuple[re.Pattern[str], ...]) -> bool | None:
    if ("issu" not in sentence.lower() and "production" not in sentence.lower()) or _ASKED.search(sentence):
        return None
    went_on = _WENT_ON.search(sentence)
    if went_on:
        return None if re.search(r"\b(?:if|whether|why)\b", sentence[: went_on.start()], re.I) else False
    stopped = any(
        not _NOT_SO.search(sentence[: m.start()][-40:]) and not _LONG_AGO.match(sentence, m.end())
        for pattern in patterns
        for m in pattern.finditer(sentence)
    )
    return True if stopped else None


_HAS_STOPPED = re.compile(
    r"\b(?:has|have|had|was|were|we|issuance)\b(?: (?!to\b)\w+){0,3}? (?:been )?(?:stopped|ceased|halted|suspended"
    r"|disabled|discontinued|paused)\b|\bstopped (?:issuing|issuance)\b"
    r"|\b(?:profile|template|product|endpoint|hierarchy)s?(?: [\w-]+){0,2}? (?:is|are|was|were|(?:has|have) been)"
    r"(?: (?:now|since|at once|immediately))? (?:(?:switched |turned )?off|deactivated|locked|withdrawn)\b",
    re.I,
)
_NOT_STOPPED = re.compile(
    r"\b\w+ (?:(?:has|have|had|was|were|did|is) not|\w+n't)(?: \w+){0,3}? \w*(?:stop|ceas|halt|suspen)\w*", re.I
)
_HAS_NOT = re.compile(
    r"\b(?:has|have|had|was|were|did|is)(?: not|n't)(?: \w+){0,3}? (?:been )?(?:stop|stopped|cease|ceased|halt|halted"
    r"|suspended|necessary|needed|required)\b|\b(?:no need|not necessary|not required|no reason) to (?:stop|suspend"
    r"|halt)",
    re.I,
)
_SHORT_ANSWER = re.compile(
    r"(?:(?P<stopped>(?:it (?:was|has been) |we (?:have )?)?(?:\w+ly )?(?:stopped|suspended|halted|paused)\b"
    r"|(?:we|it|the CA) (?:have|has|did)\W*(?:[;.,]|$)|(?:confirmed|correct|affirmative"
    r"|indeed)\b(?!,? (?:that )?(?:(?:it|issuance) (?:was|is) )?(?:not|no)\b))"
    r"|(?:no, )?(?:issuance|we|it)(?: (?:was|has|have))? never (?:been )?(?:stopped|halted|suspended)\b"
    r"|(?:we|the CA) (?:are|is) still issuing\b|(?:the )?(?:certificate )?issuance is (?:still )?(?:going on|running)\b"
    r"|(?:(?:it|this|we|the CA) (?:was|has|have|did) )?not(?: been)?(?: stopped\b|[,.;:]|$)"
    r"|(?:the )?(?:certificate )?issuance (?:has )?(?:continue[sd]|went on|goes on)\b)",
    re.I,
)
_GOES_ON = re.compile(
    r"\b(?:we|CA|\w+) (?:\w+ )?continu(?:e|es|ed) (?:to issue|issuing|issuance)\b(?! (?:CRL|OCSP))", re.I
)
_LONGEST_ANSWER = 600


def stop_in_answer(value: str) -> bool | None:
    """Read the answer to the form's question whether issuance was stopped: yes or no, or a sentence that says so."""
    text = value.strip(" *_-\n:>.")[:_LONGEST_ANSWER]
    if not text or is_nothing_said(text):
        return None
    answer = re.match(r"(yes|no)\b(?! (?:certificate|end|other|longer|new|further))", text, re.I)
    if answer:
        return answer[1].lower() == "yes"
    short = _SHORT_ANSWER.match(text)
    if short:
        return short["stopped"] is not None
    running = bool(_HAS_NOT.search(text) or _GOES_ON.search(text))
    stopped = bool(_HAS_STOPPED.search(_NOT_STOPPED.sub(" ", text)))
    return stop_in_prose(text) if stopped == running else stopped
