"""How the incident came to light: who told the CA, or what it found itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.evidence.word_scores import Evidence, of_words, verdict
from ca_incidents.scraper.reader.facts import timeline
from ca_incidents.scraper.reader.facts.channel_phrases import rows
from ca_incidents.scraper.reader.facts.fact import Context, Found, doubt, why
from ca_incidents.scraper.reader.form.fields import TITLES
from ca_incidents.scraper.reader.form.sections import Section
from ca_incidents.scraper.reader.text.lines import paragraphs
from ca_incidents.scraper.reader.text.sentences import LONGEST_SENTENCE, sentences_of

FACT = "discovery"
NOT_SAID = "none"
_ANSWER, _SOURCE, _PROSE, _EVENT = range(4)
_PLACES = ("the answer", "the field", "prose", "the timeline")
_MOST_READ, _MOST_WEIGHED, _MOST_OF_ACCOUNT = 8, 4, 300
_CHANNEL = 0.7
_FEWEST = 40
_OUTSIDERS = frozenset({"researcher", "root-program"})
_USER_AGENT = re.compile(r"^User Agent:.*$", re.M)
_MOST_ACCOUNTS = 40
_MOST_IN_ANSWER, _MOST_IN_SOURCE = 16, 3
_LONGEST_ACCOUNT = 500
_PROSE_SECTIONS = frozenset({"", "other", "summary", "incident-description", "description", *TITLES})
_BUG_ADDRESS = re.compile(r"\[?(?:https?://)?bugzil(?:la\.mozilla\.org/(?:show_bug\.cgi\?id=)?|\.la/)([0-9]{5,8})\S*")
_ADDRESS = re.compile(r"https?://[^\s)\]>]+")
_CAME_TO_LIGHT = re.compile(
    r"\b(?:discover|notic|identif|detect|f(?:ou|i)nd|aware|report|notif|inform|alert|contact|receiv|rais|flag|reveal"
    r"|brought|point|observ|recogni|reali[sz]|determin|indicat|review|uncover|spot|scan|note|notif|mention"
    r"|listed|lint|\w+lint (?:was|were|had|has|is|runs?|ran|show\w*|list\w*)\b|alarm"
    r"|seen\b|heard|surfac|emerg|turned up|c[ao]me (?:to light|to know|upon|across)"
    r"|bec[ao]me (?:clear|apparent|evident|known)"
    r"|(?:we|I|staff|team) (?:\([^()]{0,40}\) )?read (?:about|of|in|bug|the (?:bug|thread|report|discussion))\b"
    r"|advis|warn|communicat|complain|highlight|learn|(?:told|asked|saw|wrote|handed|delivered|analy[sz]ed"
    r"|examined)\b)",
    re.I,
)
# The wording of the form's first question, which texts repeat with their own breaks and headings.
_QUESTION = re.compile(
    r"(?:how (?:your|our|the) CA (?:first )?became aware of the problem\s*)?"
    r"\(?(?:e\.g\.,?\s+)?(?:via\s+)?(?:a\s+)?(?:problem\s+)?report\s+submitted\s+to\s+\w+\s+Problem\s+Reporting\s+Mechanism\b"
    r"(?:(?!self-audit)[^?]){0,300}(?:self-audit\W*|\Z)(?:and\s+the\s+time\s+and\s+date\W*)?",
    re.I,
)
# The three answers that the form suggests do not say how.
_BARE_SOURCE = re.compile(
    r"(?:[\W_]|self|third|party|parties|external(?:ly)?|report(?:ed|s)?|disclosed|identified|discovered|or|and"
    r"|audit)*$",
    re.I,
)
_LATE_REVOCATION = re.compile(
    r"\b(?:delay\w*|late|missed|overdue) (?:in |of |TLS )?(?:the )?revo\w+|\brevocation[ -]delay|\bnon-?revocation"
    r"|\blate\b.{0,40}?\brevocation"
    r"|\b(?:fail\w*|not able|unable) to revoke"
    r"|\bnot (?:\w+ )?(?:been |being )?revok\w+ [^.]{0,60}?\b(?:within|under|in time|in less)\b"
    r"|\bshould have been revoked|\bnot to revoke|\bmissed [^.]{0,40}?revocation",
    re.I,
)
_NO_ANSWER = re.compile(
    r"\b(?:fail\w*|did not|not|without)\b[^.]{0,60}?\b(?:respond\w*|answer\w*|provid\w+)\b[^.]{0,120}?"
    r"\b(?:24 hours|preliminary (?:incident )?report|time requirement)"
    r"|\b(?:delay\w*|late|missed)\b[^.]{0,30}?\bpreliminary (?:response|findings|report)",
    re.I,
)
_LATE = r"\b(?:delay\w*|late|slow|untimely|fail\w*|not|unable|no|missed)\b"
_ANSWERING = r"\b(?:respon[ds]\w*|repl(?:y|ies|ied)|answer\w*|acknowledg\w+|process\w*|handl\w+|investigat\w+)\b"
_REPORT = r"\b(?:(?:problem|abuse|third[- ]party) (?:reports?|notifications?)|revocation requests?|CPRs?|reporters?)\b"
# A title about a report that was answered late or never.
_UNANSWERED = re.compile(
    rf"{_LATE}.{{0,40}}?{_ANSWERING}.{{0,60}}?{_REPORT}|{_REPORT}.{{0,60}}?{_LATE}.{{0,20}}?{_ANSWERING}"
    rf"|{_REPORT}.{{0,60}}?\b(?:unanswered|overlooked)\b",
    re.I,
)
# A text that promises a report, or says that a CA learned of something, is that CA's even without "we".
_OWN_WORDS = re.compile(
    r"\b(?:we|our|us)\b|\breports? (?:is being|will be|will follow|shall be|to follow)\b"
    r"|\bpreliminary (?:incident )?report\b"
    r"|\b(?:became|made) aware\b|\b(?:was|were|been) (?:notified|informed|contacted|alerted)\b|\bself[- ]reported"
    r"|\bthis is (?:an?|the|our) incident report",
    re.I,
)
_WE = re.compile(r"\b(?:we|our|us)\b", re.I)
_ASKS_CA = re.compile(
    r"\byour (?:CA|organi[sz]ation)(?:'s)?\b|\bplease (?:provide|respond|confirm|disclose|explain|file|submit|also)"
    r"|\brequest(?:ing|s)? (?:an?|that|for)\b[^.]{0,60}?incident report"
    r"|\bwe (?:need to remove|do not have (?:\w+ ){0,2}audit)|\b(?:we|I) would (?:\w+ )?"
    r"(?:appreciate|like) (?:\w+ ){0,4}(?:from|feedback|explanation)"
    r"|^[^\w\n]{0,8}(?:the following was )?(?:originally )?reported (?:in|on|to) (?:the )?m\.?(?:ozilla|d\.)",
    re.I | re.M,
)
_OPENS_OWN = re.compile(
    r"\bwe(?:'re|'ve| are| have)? (?:\w+ )?(?:open|fil|creat|submitt?|post|disclos)(?:e|ed|ing)? this (?:bug"
    r"|incident|report)",
    re.I,
)
_SPEAKS_ALONE = re.compile(r"\bI [a-z]{2,}|\bI'(?:m|ve)\b|^[^\w\n]{0,8}(?:[Hh]ello|[Hh]i)\b", re.M)
_REPEATS_REPORT = re.compile(r"\bposted the following (?:\w+ )?incident report", re.I)
_PROMISE = re.compile(r"\bwill\b|\bwe (?:intend|expect|plan)\b|\b(?:is|are) (?:currently|still|in the process)\b", re.I)
_TOLD_CLIENTS = re.compile(
    r"\b(?:customers?|subscribers?|clients?|applicants?)\b[^.,]{0,40}?\b(?:were|was|have been|has been|are|is)"
    r" (?:\w+ )?(?:notified|informed|contacted|alerted|told|asked)",
    re.I,
)
_AS_A_RULE = re.compile(r"\b(?:is|are) (?:\w+ )?(?:linted|reviewed|scanned|monitored|checked|tested)\b", re.I)
_CONTROL = r"(?:\w*lint\w*|monitoring|alarms?|alerts?)"
_MISSED = re.compile(
    rf"\b(?:no|without|lack\w*|missing) (?:[\w-]+ ){{0,3}}?{_CONTROL}\b"
    rf"|\b{_CONTROL}\b[^.;]{{0,60}}?\b(?:(?:did|do|does|was|were|had|has|have|is|are) (?:not?|never)|didn't"
    rf"|wasn't|failed to|missed|could not|couldn't)\b",
    re.I,
)
# What is promised or done as a rule, what a check failed to see, and what others were told says nothing of how the
# fault came to light.
_OF_OTHER_THINGS = (_PROMISE, _AS_A_RULE, _MISSED, _TOLD_CLIENTS, _REPEATS_REPORT)


@dataclass(frozen=True, slots=True)
class Account:
    """A sentence or event that may say how the incident came to light; `place` ranks where it is."""

    text: str
    place: int


def read(document: Document, context: Context) -> Found:
    """Read how the incident was discovered: all words count, and the channels that its accounts name.

    An account must say so in a later comment, and where the CA itself writes that an outsider found it.
    """
    told = verdict(FACT, evidence(document, context.title))
    slug = str(told.value)
    named = {channel for channel, _ in channels(document, context.title)}
    is_plausible = context.is_opening and not (context.is_by_ca and slug in _OUTSIDERS)
    counts = told.counts and (is_plausible or slug in {NOT_SAID, *named})
    explained = why(FACT, (replace(told, counts=counts, is_doubtful=not counts),), document)
    if not counts:
        return Found(doubts=(doubt("unsure-discovery", FACT, slug, document),), why=explained)
    return Found(discovery=None if slug == NOT_SAID else slug, why=explained)


def evidence(document: Document, title: str) -> Evidence:
    """Return the words of a comment, of its accounts and of the bug's title, and the channels of the accounts."""
    told = accounts(document, title)[:_MOST_WEIGHED]
    return {
        **of_words(own_account(document), "", _FEWEST),
        **of_words(title, "title: ", _FEWEST),
        **of_words(" ".join(one.text[:_MOST_OF_ACCOUNT] for one in told), "account: ", _FEWEST),
        **{f"{channel} in {_PLACES[place]}": _CHANNEL for channel, place in channels(document, title)},
    }


def channels(document: Document, title: str) -> tuple[tuple[str, int], ...]:
    """Return the channels that a comment's accounts name, each with its place, the surest first."""
    every = accounts(document, title)[:_MOST_READ]
    told = ((channel_of(one.text), one.place) for one in every if not _TOLD_CLIENTS.search(one.text))
    chosen = [("auditor", _SOURCE)] if _says_audit(document) else []
    return (*((channel, place) for channel, place in told if channel), *chosen)


def own_account(document: Document) -> str:
    """Return the words of a comment's author that may tell how the incident came to light."""
    return _QUESTION.sub(" ", _USER_AGENT.sub("", document.own_lines))


def channel_of(text: str) -> str | None:
    """Return the first channel, in the order of the table, whose words a sentence has."""
    part = text[:_LONGEST_ACCOUNT]
    return next((row.slug for row in rows() if row.pattern.search(part)), None)


def is_outside_view(document: Document, title: str) -> bool:
    """Return whether a text without a form is by somebody who is not the CA that the title names.

    What is written into Bugzilla's own form, without a certificate to look at, is most often the CA's.
    """
    if document.follows_form or _REPEATS_REPORT.search(document.text):
        return False
    text = _QUESTION.sub(" ", document.own_lines)
    if _OPENS_OWN.search(text) or (_QUESTION.search(document.own_lines) and _WE.search(text)):
        return False
    if _ASKS_CA.search(text) or _TOLD_CA.search(text) or (_SPEAKS_ALONE.search(text) and not _WE.search(text)):
        return True
    if _OWN_WORDS.search(text) or _says_that_ca_found(title, text):
        return False
    is_bare = not (document.crtsh_ids or document.fingerprints)
    return not (is_bare and _BUGZILLA_FORM.search(document.comment.text or ""))


_BUGZILLA_FORM = re.compile(r"^(?:User Agent|Steps to reproduce|Actual results):", re.M)
_FOUND = re.compile(
    r"(?:'s)?\b(?: (?!was\b|were\b|by\b)[\w-]+){0,4}? (?:identified|found|discovered|noticed|detected"
    r"|reali[sz]ed|recogni[sz]ed|received|performed|did (?:\w+ ){0,2}?(?:scan|lint|check|review|search)\w*)\b"
)
_FEWEST_LETTERS = 3


def _says_that_ca_found(title: str, text: str) -> bool:
    """Return whether a sentence begins with the CA of the title, and says that it found or did something itself."""
    name = title.partition(":")[0].split("/")[0].split(" ")[0]
    if len(name) < _FEWEST_LETTERS:
        return False
    # Bounded, and within its line: text of signs alone would be searched again from each of its lines.
    opens_with_name = re.finditer(rf"^[^\w\n]{{0,8}}{re.escape(name)}", text, re.M | re.I)
    return any(_FOUND.match(text, match.end()) for match in opens_with_name)


def is_about_delay(document: Document, title: str) -> bool:
    """Return whether an incident is that certificates were revoked too late, by its title if it has one."""
    return _LATE_REVOCATION.search(title or document.text) is not None


def is_about_silence(title: str) -> bool:
    """Return whether an incident is that a report got no answer, or a late one, by its title."""
    return _UNANSWERED.search(title) is not None or _NO_ANSWER.search(title) is not None


def speaks_of_delay(text: str) -> bool:
    """Return whether a sentence is about what was not revoked in time."""
    return _OF_DELAY.search(text) is not None


_OF_DELAY = re.compile(
    r"\bdelay|\blate\b|\bdeadline|\b(?:not|unable|cannot|fail\w*)\b[^.]{0,40}?\b(?:revo|replac|within)|\bstill valid"
    r"|\bnot\b[^.]{0,20}?\b(?:in|on) time\b|\bmiss(?:ed|ing)\b|\bleft \w+ ?out|\brevocation action",
    re.I,
)


_OF_REVOCATION = re.compile("revo|delay", re.I)
_CA_SAW = re.compile(r"\b(?:aware|notic|reali[sz]|recogni[sz]|discover|found|find|identif|detect|learn)", re.I)


# Two facts ask for the accounts of one comment after another.
@lru_cache(maxsize=1)
def accounts(document: Document, title: str) -> tuple[Account, ...]:
    """Return what may say how the incident came to light, the surest place first."""
    found = sorted(_accounts(document), key=lambda account: account.place)[:_MOST_ACCOUNTS]
    if is_about_delay(document, title):
        # The discovery of the first fault does not count, only that of the delay.
        return tuple(
            one
            for one in found
            if (one.place == _ANSWER and (_OF_REVOCATION.search(one.text) or speaks_of_delay(one.text)))
            or (speaks_of_delay(one.text) and _CA_SAW.search(one.text))
        )
    if is_about_silence(title):
        # The report that got no answer is not what showed that it got none.
        return tuple(one for one in found if one.place in {_ANSWER, _SOURCE})
    return tuple(found)


def _accounts(document: Document) -> Iterator[Account]:
    for section in document.sections:
        if section.slug == "q-aware":
            yield from (Account(text, _ANSWER) for text in [*_sentences(section)][:_MOST_IN_ANSWER])
        elif section.slug == "nc-identified":
            yield from (Account(text, _SOURCE) for text in _sentences(section) if _CAME_TO_LIGHT.search(text))
        elif section.slug == "disclosure-source":
            # The last field of a short form is followed by what belongs to no field.
            for text in islice(_sentences(section), _MOST_IN_SOURCE):
                if not _BARE_SOURCE.match(text):
                    yield Account(text, _SOURCE)
        elif section.slug in _PROSE_SECTIONS:
            for text in _sentences(section):
                if _CAME_TO_LIGHT.search(text) and not any(other.search(text) for other in _OF_OTHER_THINGS):
                    yield Account(text, _PROSE)
    for event in timeline.events_in(document):
        if event.kind in {"awareness", "problem-report", "audit"}:
            yield Account(event.text, _EVENT)


def _sentences(section: Section) -> Iterator[str]:
    lines = (line for line in section.lines() if not line.quoted and line.kind != "row")
    for paragraph in paragraphs(line for line in lines if not _FILE.match(line.text)):
        plain = _ADDRESS.sub(_linter_shown, _BUG_ADDRESS.sub(r"bug \1", _QUESTION.sub(" ", paragraph)))
        yield from (text[:LONGEST_SENTENCE] for text in sentences_of(plain) if text.strip())


def _linter_shown(address: re.Match[str]) -> str:
    """Leave of an address only the linter whose findings it shows."""
    linter = _LINT_OPTION.search(address[0])
    return f" {linter[1]} " if linter else " "


_LINT_OPTION = re.compile(r"[?&]opt=(?:[\w]+,)*?(\w*lint)\b")


# An attachment is announced with its name, which says nothing of the finder.
_FILE = re.compile(r"^.*\.(?:pdf|csv|txt|xlsx?|zip|docx?|pem|crt)[ \t]*$", re.M | re.I)
_TOLD_CA = re.compile(r"\bI (?:\w+ )?(?:sent|submitted|reported|communicated|e-?mailed|notified|contacted)\b")


def _says_audit(document: Document) -> bool:
    return any(re.match(r"\W*audit\W*$", section.value, re.I) for section in document.named("disclosure-source"))
