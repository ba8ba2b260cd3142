"""The days on which, by a sentence, the CA learned something: the verb that governs a day decides."""

import re
from collections.abc import Iterator, Sequence

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.stated_days import dated, sentences_before
from ca_incidents.scraper.reader.text.dates import Moment

# From the surest words to those that may tell of somebody else.
BY = 2
_RANKS = {"sure": 0, "told": 1, "seen": 1, "by": BY}
_FARTHEST, _FARTHEST_BEFORE, _MOST_WORDS = 100, 3, 14

_OUR = (
    r"(?:our|the CA's) (?:[\w-]+ ){0,3}?(?:attention|notice|knowledge|team|staff|support|(?:service|help) ?desk"
    r"|call cent(?:re|er)|hotline|mailbox|inbox|address|engineers?|department|officers?)"
)
_TO_CA = (
    r"(?:\b(?!(?:of|let|for|with|by|the)\b)[\w-]{1,20} (?-i:us)\b"
    r"|\bour (?:attention|notice|knowledge)\b|\b(?:to|at|calls?|called|rings?|phone[ds]|(?:e-?)?mail(?:ed|s)"
    rf"|contact(?:ed|s)|inform(?:ed|s)|notifie[ds]|alert(?:ed|s)?|reach(?:ed|es)|wrote|told) {_OUR})"
)
LEARNED = re.compile(
    r"\b(?P<sure>aware|(?<!lessons )learn(?:ed|t|s)|knew|made known)\b"
    r"|(?P<told>\b(?:receiv(?:es?|ed|ing)|receipt|arriv(?:ed|es|al)|c[ao]mes? in"
    r"|got (?:an? |the )?(?:\w+ )?(?:word|(?:e-?)?mail|message|report|call|notice|letter|alert)"
    r"|heard|informed|notified"
    r"|alerted|contacted|warned|told|communicated|pointed out|handed over|reach(?:ed|es)"
    r"|let (?:\w+ ){1,5}know|open(?:ed|s) an? (?:\w+ )?ticket"
    r"|(?<=\bwe )were (?:\w+ly )?(?:sent|given|shown|handed|forwarded|approached|asked))\b"
    rf"|{_TO_CA})"
    r"|\b(?P<seen>discover(?:ed|s|y)?|notic(?:ed|es)|identif(?:ied|ies)|(?:un)?detect(?:ed|s|ion)|found|finds?"
    r"|observ(?:ed|es)|recogni[sz](?:ed|es)|reali[sz](?:ed|es)|determin(?:ed|es)|(?:re)?confirmed|uncovered|spotted"
    r"|saw|sees|seen|stumbled|indicated|reveal(?:ed|s)|showed|surfaced|emerged|turned up|unnoticed"
    r"|(?:came|come|comes|coming) (?:to light|to know|upon|across)|bec[ao]mes? (?:clear|apparent|evident|known))\b"
    r"|\b(?P<by>notification|alert|(?:incident|ticket|case) (?:was |has been )?(?:opened|created)|reported|reports?"
    r"|rais(?:ed|es)|flag(?:ged|s)|brought|pointed|review(?:ed|s|ing)"
    r"|asked|noted|mentioned|wrote|read|reading|(?:e-?)?mail(?:ed)?|submitted|(?:personal|phone) call"
    r"|post(?:s|ed)?(?![ -]?(?:issuance|sign)))\b",
    re.I,
)
WE = re.compile(r"\b(?:we|I|our|us|internal)\b", re.I)

# What did not happen, or may happen; "not noticed until 3 May" says when it was.
_UNREAL = re.compile(
    r"\b(?:not|never|nobody|n't)(?: yet| been| become| made| fully){0,2} $"
    r"|\b(?:can|could|may|might|would|should|will|shall|must)(?: \w+)?(?: have)?(?: be| been)? $|\bto be $"
    r"|(?:\b(?:if|unless|whether)|^\W*had) (?:\w+ ){1,4}$",
    re.I,
)
DENIED = re.compile(
    r"\b(?:is (?:false|untrue|incorrect|wrong) that|deny|denies|denied that|no[ -]one|nobody|neither|claims? that"
    r"|(?:not|cannot) (?:correct|true|believe|think|say|confirm)|without (?:being|becoming|having|anyone))\b",
    re.I,
)
_UNSEEN = re.compile(r"un(?:detected|noticed)", re.I)
_UNTIL = re.compile(r"(?:\W+\w+){0,2}?\W+until\b", re.I)
_NOTHING = re.compile(r" (?:no|nothing|none)\b", re.I)
# "We received the order on 3 May", "a CSR arrived": no message.
_GOODS = re.compile(
    r"receiv\w+ (?!(?:on|at|from|by|via|in|through)\b)(?:[\w-]+ ){0,4}?(?:orders?|applications?|CSRs?|payments?|files?"
    r"|training|approvals?|certificates?)\b",
    re.I,
)
_GOODS_ARRIVED = re.compile(r"\b(?:orders?|applications?|CSRs?|patch(?:es)?|repl(?:y|ies))(?: [\w-]+){0,9} $", re.I)
# "The root cause was identified", "we confirmed that all are revoked": a repair.
_REPAIR = r"(?:root cause|cause|fix|patch|solution|workaround|revocation|replacement)s?"
_REPAIR_SEEN = re.compile(rf"\b{_REPAIR} (?:was|were|is|are|has been|have been|had been) (?:\w+ )?$", re.I)
_SEES_REPAIR = re.compile(
    rf" (?:the |a |our |its )?{_REPAIR}\b"
    r"|(?<=confirmed)[^,;]{0,60} that\b[^,;]{0,60} (?:revoked|replaced|fixed|corrected|resolved|restored)\b",
    re.I,
)
_OUTSIDER = (
    r"\b(?:customers?|subscribers?|clients?|applicants?|users?|auditors?|reporters?|researchers?|authors?|vendors?"
    r"|suppliers?|partners?)"
)
_BODY = (
    r"\b(?:bod(?:y|ies)|authorit(?:y|ies)|agency|programs?|browsers?|Mozilla|Google|Chrome|Apple|Microsoft|community"
    r"|parties|holders?|owners?|they)"
)
# What others saw is not yet known to the CA, and what others were told, or the CA told, is no news to it.
_SEEN_BY_OTHERS = re.compile(
    rf"{_OUTSIDER}\b(?: (?!and\b)[\w-]+){{0,3}} $|\b(?:I|my|made (?!us)\w+(?: \w+)?)(?: \w+)? $", re.I
)
_THAT_OTHERS = re.compile(r"\bthat (?:the )?(?-i:[A-Z]\w+(?: [A-Z]\w+){0,3}) (?:had|has) (?:\w+ ){0,2}$", re.I)
_OTHERS_TOLD = re.compile(
    r"\b(?:we|I)(?:'ve| have| had)? (?:(?!was|were|been|are|got)\w+ ){0,2}?$"
    rf"|(?:{_OUTSIDER}|{_BODY}) (?:was|were|got|has been|have been|are|is) (?:\w+ ){{0,2}}?$",
    re.I,
)
_TELLS_OTHERS = re.compile(
    rf" (?:all |the |our |its |their |other |some |several |these |affected )*(?:{_OUTSIDER}|{_BODY}|CAs)\b", re.I
)
_WE_TOLD = re.compile(
    r"\b(?:we|I)\b(?: (?!were|was|are)\w+){0,2}? "
    r"(?:informed|notified|contacted|alerted|asked|told|called|(?:e-?)?mailed|wrote|sent|reported|posted)\b",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:another|other|some|several|different) (?:\w+ )?(?:CAs?|incidents?)\b"
    r"|\b(?P<matter>similar|previous|earlier) (?:problem|issue|incident|bug|report|fault|case|matter|event)"
    r"|^\W*(?:additionally|in addition|moreover|separately)\b",
    re.I,
)


def verbs_in(clause: str) -> Iterator[tuple[int, int, int]]:
    """Find the words that say what the CA learned: how unsure they are, and where they begin and end."""
    elsewhere = None if WE.search(clause) else _ELSEWHERE.search(clause)
    is_about_telling = False
    for match in LEARNED.finditer(clause):
        before, name = clause[max(0, match.start() - _FARTHEST) : match.start()], match.lastgroup or ""
        is_told = name in {"told", "by"} and _tells_others(match, before)
        # "We wrote a report and informed the subscribers": what the CA told, to whomever.
        is_about_telling = is_about_telling or is_told
        is_beside = (name == "by" and is_about_telling) or (elsewhere and (name != "told" or elsewhere["matter"]))
        is_others = (name in {"seen", "sure"} and _SEEN_BY_OTHERS.search(before)) or _THAT_OTHERS.search(before)
        is_no_news = _is_unreal(match, before) or _is_of_goods(match, before) or _is_of_repair(match, before)
        if not (is_told or is_beside or is_others or is_no_news):
            yield _RANKS[name], match.start(), match.end()


def _tells_others(match: re.Match[str], before: str) -> bool:
    """Return whether others were told, or the CA told somebody."""
    has_received = match[0].lower().startswith(("rec", "got", "were "))
    is_to_others = _OTHERS_TOLD.search(before) or _TELLS_OTHERS.match(match.string, match.end())
    return not has_received and is_to_others is not None


def _is_unreal(match: re.Match[str], before: str) -> bool:
    """Return whether something was not learned, or may be."""
    is_denied = _UNREAL.search(before) or DENIED.search(before) or _UNSEEN.match(match[0])
    is_until = _UNTIL.match(match.string, match.end())
    return bool((is_denied and not is_until) or _NOTHING.match(match.string, match.end()))


def _is_of_repair(match: re.Match[str], before: str) -> bool:
    """Return whether what was seen is a cause or a repair."""
    return bool(_REPAIR_SEEN.search(before) or _SEES_REPAIR.match(match.string, match.end()))


def _is_of_goods(match: re.Match[str], before: str) -> bool:
    """Return whether what arrived is no message."""
    has_arrived = match[0].lower().startswith(("arriv", "came in", "reach", "receiv"))
    return bool(_GOODS.match(match.string, match.start()) or (has_arrived and _GOODS_ARRIVED.search(before)))


_CLAUSE_END = re.compile(r",\s+(?:and|but|which|who|so)\s+|;\s+|(?<!not),?\s+until\s+(?=[A-Za-z]+ [a-z]+ [a-z])")
# "We were told about a ballot", "a customer contacted us to renew", "we received a new HSM": not what was found later.
_OTHER_SUBJECT = re.compile(
    r"\b(?:about|of|on|for) (?:\w+ ){0,2}(?:ballot|renewal)\b|\bto (?:renew|order)\b"
    r"|\breceiv\w+ (?:an?|the|our) new (?!report|(?:e-?)?mail|message|noti|alert|complaint)",
    re.I,
)
_FOUND = re.compile(r"\b(?:detected|found|noticed)\b", re.I)


def learned_on(text: str, document: Document) -> Iterator[tuple[int, str]]:
    """Return the days of the clauses that say what the CA learned, each with how unsure its verb is."""
    later = document.sentences[len(sentences_before(text, document)) :] if _OTHER_SUBJECT.search(text) else ()
    if not _FOUND.search(text) and any(_FOUND.search(one) for one in later):
        return
    start, joint = 0, ""
    for end, after, next_joint in (*_clause_ends(text), (len(text), len(text), "")):
        clause, said_before = text[start:end], text[:start]
        verbs = [*verbs_in(clause)]
        is_aside = {"which", "who", "until"} & {*joint.split()}
        for moment, at in dated(clause, document, said_before) if verbs else ():
            rank, gap = _governing(verbs, clause, moment)
            is_loose = rank == BY and (is_aside or " not " in gap)
            is_of_others = is_loose or (is_aside and _WE_TOLD.search(said_before))
            if not (is_of_others or len(gap) > _FARTHEST or happens(gap) or is_of_another(clause, moment)):
                yield rank, at
        start, joint = after, next_joint


def _clause_ends(text: str) -> Iterator[tuple[int, int, str]]:
    """Find where clauses end and the next begin; "our monitoring, which asks each responder, raised" is one."""
    for match in _CLAUSE_END.finditer(text):
        if not {"which", "who"} & {*match[0].split()} or LEARNED.search(text, 0, match.start()):
            yield match.start(), match.end(), match[0]


# "It was requested on 3 May and we noticed": the day has a verb of its own.
_OWN_VERB = re.compile(r"\S+ (?:on |at |since |from |in )?$")


def _governing(verbs: Sequence[tuple[int, int, int]], clause: str, moment: Moment) -> tuple[int, str]:
    """Return how unsure the verb of a day is, and the words between both: the last verb before it, else the next."""
    before = [(rank, clause[end : moment.start]) for rank, _, end in verbs if end <= moment.start]
    if before:
        return before[-1]
    own = "".join(_OWN_VERB.findall(clause[: moment.start]))
    gaps = [(rank, own + clause[moment.end : begin]) for rank, begin, _ in sorted(verbs)]
    found = [(rank, _AT_WORK.split(gap, maxsplit=1)[0][-_FARTHEST:]) for rank, gap in gaps]
    return next((one for one in found if not happens(one[1])), found[-1])


_OCCURRED = (
    r"(?<!mis-)\b(?:issu(?:ed|ance)|revok\w+|expir\w+|effective|effect|force|deploy\w+|published|stopped|obtained|fixed|patched"
    r"|added)\b"
)
_CHECK = (
    r"(?:review|check|compar|test|examin|investigat|search|scann|perform|conduct|monitor|inspect|verifi|analy[sz]"
    r"|prepar|query|queri)"
)
_AT_WORK = re.compile(rf"\b(?:was|were|been) \w+ing\b|\b{_CHECK}(?:ed|ing)?\b", re.I)
# Something else that happened, if no article makes an attribute of it.
_HAPPENED = re.compile(
    r"(?P<attribute>\b(?:an?|the|of|our|by|with|for|some|any|all|th[eo]se|this|its|their|[0-9]+)\s+(?:\w+ly\s+)?)?"
    rf"(?:{_OCCURRED}|\b(?:began|begun|ran|went|goes|sent|put|held|took|met|deadline)\b"
    rf"|\b(?!un|(?:{_CHECK}|mis-?issu|nam|titl|call|bas|relat|affect|concern|ask|need|requir|includ|contain|escalat"
    r"|receiv|report|inform|notifi|acknowledg|start|respond|surpris|pleas|trigger|fir)ed)[a-z]{2,}ed\b)",
    re.I,
)
_IN_BRACKETS = re.compile(r"\([^()]*\)|<[^<>]*>")
# "We saw that they changed their CPS (3 May)"
_ASIDE = re.compile(r"\bthat\b[^()]{0,100}\([^()]{0,60}\Z|\bthat (?:the )?[A-Z]\w+(?: [A-Z]\w+){0,3} had\b")


def happens(gap: str) -> bool:
    """Return whether words tell of another event: "We found a certificate issued on 3 May"."""
    told = _HAPPENED.finditer(_IN_BRACKETS.sub("", gap))
    return _ASIDE.search(gap) is not None or any(not match["attribute"] for match in told)


# "The mail of 3 May", "bug 1000001, opened on 3 May"
_ATTRIBUTE = re.compile(
    r"\b(?!(?:morning|afternoon|evening|night|(?:e-?)?mail|message|report|notification|letter)\b)"
    r"\w+ (?:of|dated|from) $|\bbug #?[0-9]+,? \w+ed (?:on )?$"
    r"|\bdate\W+$|\b(?:starting|beginning|ending) (?:on |from )?$",
    re.I,
)
# A day by which something is to be done lies ahead; one since which something lasts is that of its beginning.
_DUE = re.compile(r"\b(?:since|by|until|till|before|no later than|due(?: on)?) (?:the )?\Z", re.I)
_UNSEEN_UNTIL = re.compile(
    r"(?:un(?:detected|noticed)"
    r"|\b(?:not|nobody|never|n't) (?:\w+ )?(?:notic|detect|discover|identif|reali|recogni|spott|seen|found)\w*)"
    r"(?: \w+){0,2}? until (?:the )?\Z",
    re.I,
)
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I)
_DEADLINE = re.compile(r" (?:deadline|ballot|release|version|requirements?)\b", re.I)


def is_of_another(text: str, moment: Moment) -> bool:
    """Return whether a day is an attribute of something, lies ahead, or is a weekday that may be of any week."""
    before = text[: moment.start]
    is_due = _DUE.search(before) and not _UNSEEN_UNTIL.search(before)
    is_weekday = _WEEKDAY.fullmatch(text, moment.start, moment.end)
    return bool(is_weekday or _ATTRIBUTE.search(before) or is_due or _DEADLINE.match(text, moment.end))


DATED_FIRST = re.compile(
    r"\W*(?:[A-Z]\w+: )?(?:(?:it|that|this) (?:was|is|happened) )?(?:on |at )?(?:\w+day,? )?(?:\w+ )?[0-9]", re.I
)
# "In doing so we saw", "This is when we first knew", "Our monitoring immediately alerted"
_GOES_ON = re.compile(
    r"^\W*(?:in (?:doing|performing)|during (?:this|that|the)|upon|while|there\b|as a result"
    r"|(?:we|[A-Z]\w+(?: staff| team)?) (?:then |also )?"
    r"(?:discovered|noticed|identified|found|determined|reali[sz]ed|saw)\b)"
    r"|(?P<at_once>^\W*this (?:is|was) (?:the first|when)|\b(?:immediately|instantly|at once|automatically) \w+ed\b)",
    re.I,
)


def carried_on(sentence: str, document: Document) -> Iterator[tuple[int, str]]:
    """Return the day with which an earlier sentence begins, if this one only says what was seen."""
    ranks = [rank for rank, _, _ in verbs_in(sentence)]
    goes_on = _GOES_ON.search(sentence)
    if goes_on is None or not ranks:
        return
    for text in sentences_before(sentence, document)[:_FARTHEST_BEFORE]:
        if DATED_FIRST.match(text):
            for moment, at in [*dated(text, document)][:1]:
                rest = text[moment.end :]
                if goes_on["at_once"] or _AT_WORK.search(rest) or not happens(rest):
                    yield min(ranks), at
            return


_ISSUED = re.compile(_OCCURRED, re.I)


def answered_on(text: str, document: Document) -> Iterator[str]:
    """Return the days of an answer that needs no verb, unless a longer one tells of an issuance or the like."""
    if LEARNED.search(text) and not any(verbs_in(text)):
        return
    if len(text.split()) <= _MOST_WORDS or not (_ISSUED.search(text) or _WE_TOLD.search(text)):
        for moment, at in dated(text, document):
            before = text[: moment.start]
            is_in_brackets = before.count("(") > before.count(")")
            if not (is_in_brackets or is_of_another(text, moment)):
                yield at
