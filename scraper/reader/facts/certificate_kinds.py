"""Which kinds of certificates a text says are concerned: names of kinds, and the sentences in which they count.

A kind that a sentence names is that of the incident only where the sentence says that something happened to such
certificates: as the object of a verb ("issued two EV certificates") or as its subject ("the intermediate was not
revoked"). What a rule demands, what issued a certificate and what was not affected is passed over. Where no sentence
says so and certificates were wrongly issued, the kind of leaf certificate that the text names is theirs.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from ca_incidents.scraper.reader.document import Document
from ca_incidents.scraper.reader.facts.certificate_counts import (
    ANSWERING,
    CERTS,
    Count,
    concerns_nothing,
    counts_in_prose,
    is_lone_count,
)
from ca_incidents.scraper.reader.facts.fact import Context, Found
from ca_incidents.scraper.reader.form.placeholders import is_nothing_said
from ca_incidents.scraper.reader.text.sentences import (
    LONGEST_SENTENCE,
    MOST_IN_SENTENCE,
    sentences_of,
    without_quotations,
)

ORDER = ("dv", "ov", "iv", "ev", "tls", "qwac", "smime", "code-signing", "client", "timestamping", "root", "ca", "ocsp")
_LEVELS = frozenset({"dv", "ov", "iv", "ev"})
_ABOVE = frozenset({"ca", "root", "ocsp"})
_CERTIFICATE = r"(?:pre-?)?cert(?:ificate)?s?"
_KINDS = (
    ("ev", re.compile(r"(?-i:\bEV\b)|extended[- ]validat(?:ion|ed)|QEVCP|\bEVCP\b", re.I)),
    ("ov", re.compile(r"(?-i:\bOV\b)|organi[sz]ation(?:al)?[- ]validat(?:ion|ed)|\bOVCP\b", re.I)),
    ("iv", re.compile(r"(?-i:\bIV\b)|individual[- ]validat(?:ion|ed)", re.I)),
    ("dv", re.compile(r"(?-i:\bDV\b)|domain[- ]validat(?:ion|ed)|\bDVCP\b", re.I)),
    ("qwac", re.compile(r"\bQWACs?\b|qualified (?:certificates? for )?web(?:site)? authentication", re.I)),
    (
        "smime",
        re.compile(
            r"S/?MIME|e-?mail[- ](?:protection|cert)|secure e-?mail|mailbox[- ]validat(?:ion|ed)"
            r"|sponsor[- ]validat(?:ion|ed)",
            re.I,
        ),
    ),
    ("code-signing", re.compile(r"code[- ]?signing", re.I)),
    (
        "root",
        re.compile(
            rf"^\W*roots?\W*$|\broot (?:CA )?{_CERTIFICATE}\b(?! ?authorit)|\broot CAs?\b(?! {_CERTIFICATE})", re.I
        ),
    ),
    (
        "ca",
        re.compile(
            rf"(?:intermediate|subordinate|issuing|sub)[- ]?CAs?\b"
            rf"|(?:intermediate|subordinate|issuing|cross)(?:[- ]sign(?:ed)?)?[ -](?:CA )?{_CERTIFICATE}\b|\bICA'?s?\b"
            rf"|(?<!root )\bCA {_CERTIFICATE}\b"
            r"|^\W*(?:intermediates?|subordinates?|cross-signs?|CAs)\W*$|(?<!leaf )\bintermediates\b",
            re.I,
        ),
    ),
    ("ocsp", re.compile(rf"OCSP (?:signing|signers?|(?:delegated )?responders?)|\bresponders?(?:'s?)? {CERTS}", re.I)),
    ("client", re.compile(r"client (?:auth\w*|cert\w*)|\bclientAuth\b|^\W*client\b(?! \w+ers?)|client $", re.I)),
    ("timestamping", re.compile(r"time-?stamp(?:ing)?\b|\bTSA\b", re.I)),
    (
        "tls",
        re.compile(
            rf"(?<!non-)\b(?:TLS|SSL)\b(?!\.[a-z])|(?<!non-)server[- ]?auth|\b(?:web)?server {_CERTIFICATE}\b", re.I
        ),
    ),
)


def read(document: Document, context: Context) -> Found:
    """Read the kinds of certificates concerned: first in the fields of a form, in prose only where none is known."""
    if not context.is_report:
        return Found()
    found = _in_fields(document, context.known.kinds) if context.is_form else None
    if not found and not context.known.kinds:
        found = kinds_in_prose(document.said(), document.said(ANSWERING), counts_in_prose(document))
    return Found(kinds=found or None)


def _in_fields(document: Document, known: tuple[str, ...] | None) -> tuple[str, ...] | None:
    found: tuple[str, ...] | None = None
    for section in document.named("affected", "types"):
        value = section.value
        if section.slug == "types":
            found = (() if is_nothing_said(value) else kinds(value)) or found
        elif not found and not known and is_lone_count(value):
            found = kinds(value.split("\n", 1)[0])
    return found


def kinds(text: str) -> tuple[str, ...]:
    """Name the kinds of certificates that a field lists, in the order of the schema's vocabulary."""
    return _in_order({kind for kind, pattern in _KINDS if pattern.search(text)})


def _in_order(found: set[str]) -> tuple[str, ...]:
    if "smime" in found and "tls" not in found:
        found -= _LEVELS - {"ev"}
    elif found & _LEVELS:
        # The schema's levels are kinds of TLS certificates; `tls` says that no level is known.
        found.discard("tls")
    if len(found) > 1:
        # A qualified certificate for web sites is one of the kinds beside which it is named.
        found.discard("qwac")
    return tuple(kind for kind in ORDER if kind in found)


# A noun phrase is read up to its head; these words are no part of it.
_WORD = (
    r"(?!(?:of|from|by|under|with|without|for|in|on|at|to|as|per|than|that|which|who|was|were|is|are|be|been|has|have"
    r"|had|not|issued|issues|into|via|when|where|if|because|MUST|SHALL|SHOULD)\b)[A-Za-z0-9][\w/&.'+%-]{0,24}"
)
_HEAD = (
    rf"{CERTS} (?:of|for) (?:(?:our|the|its|all|both|[0-9]{{1,3}}) )?OCSP (?:delegated )?responders?\b|"
    rf"(?:\b(?:intermediate|subordinate|issuing|cross-signed|root|CA|sub-?CA) ){{0,2}}{CERTS}"
    rf"|(?:TLS|SSL|S/MIME)-{CERTS}|\bQWACs?\b(?! [\w/]+ {CERTS})|\b(?:sub-?)?CA certificate files?\b"
    r"|\b(?:following|these|this|affected|each|unrevoked|undisclosed|one|two|three|four|[0-9]{1,3}) (?:CAs"
    r"|(?:intermediate|subordinate|root)s?)\b(?! (?:CA|cert|pre))"
    rf"|\b(?:subordinate|intermediate|issuing|root|sub)[ -]?CA'?s?\b(?! (?:{CERTS}|cert|owner|operator|key|software"
    rf"|team|program|store|polic|ceremon|group))"
    r"|\b(?:an?|the|its|our|their|one|(?-i:[A-Z][\w.-]+)) intermediates?\b(?= (?:within|in time|in[- ]scope|by|until"
    r"|was|were|had|has|which|that|to|for)\b|[.,;]| [\"'\u201c\u2018]| {2}| (?-i:[A-Z]))"
    r"|\b(?:the|our|its|their|(?-i:[A-Z][\w.-]+)'s) (?:CA|root|subordinate)\b(?= [\"'\u201c\u2018]| {2})"
    rf"|\bOCSP responders?(?:'s?)? {CERTS}|\bresponders?(?:'s?)? {CERTS}"
    rf"|\bICA'?s?\b|\bOCSP (?:delegated )?(?:responder|signer|signing) {CERTS}|\bOCSP delegated responders?\b"
)
_PHRASE = re.compile(
    rf"(?P<words>(?:\b{_WORD}(?:(?-i:(?<=[A-Z]),)"
    rf"| \([^()\n]{{1,40}}\))? ){{0,7}}?)(?P<head>(?:{_HEAD})(?: \((?:[0-9][0-9,.]* )?[A-Z][\w/ ,&-]{{1,40}}\)"
    r"| for (?:(?:secure )?e-?mail(?: protection)?|S/MIME|(?:TLS )?server authentication|code signing"
    r"|client authentication|TLS|SSL)\b)?)",
    re.I,
)
_ANY_HEAD = re.compile(r"cert|CA|QWAC|OCSP|intermediate|subordinate|root", re.I)
# "will not be able to revoke all CAs in time": elsewhere the plural is that of organisations.
_LATE_CAS = re.compile(
    r"\b(?:not|n't|fail\w*|failure|unable|delay\w*|late)(?: [\w-]+){0,9}? (?:revoke|revoking"
    r"|revocation of)(?: [\w-]+){0,4}? CAs\b(?! cert)"
)
_THAT_IS = re.compile(r"[ ,]*(?:that|which|but|with|without)\b", re.I)
_DEFINED = re.compile(r"\b(?:is|was|being) (?:an?|the)(?: \w+)? ?\Z", re.I)
_CONCEDED = re.compile(r"\b(?:although|even though|whereas)\b[^,;]{0,160},", re.I)
_DENIED = re.compile(r"\W*no\b", re.I)
_LONE = re.compile(r"(CA|intermediate|subordinate|root)s?\Z", re.I)
_NEAR = rf"(?: {_WORD}(?: \([^()\n]{{1,40}}\))?| of (?:the|our|these|its|their|[\w-]+'s)| to){{0,7}} ?\Z"
_OBJECT = re.compile(
    r"\b(?:miss?[- ]?issu\w*(?: of)?|issu(?:ed(?: as)?|(?<!over issu)ance of)"
    r"|(?:is|are|was|were|been|be) (?:\w+ )?issuing|created|generated|signed|re-?issued|affect(?:s|ed|ing)?"
    r"|impact(?:s|ed|ing)?|concern(?:s|ed|ing)|involv(?:es|ed|ing)|limited to|(?<!audit )covers?|found|find"
    r"|identif(?:ied|ication of)|discovered|detected|noticed|uncovered|spotted"
    r"|(?:aware|notified|inform\w*(?: you)?|report\w*) (?:of|about)|relating to|regarding|revo(?:k\w+|cation of)"
    r"|(?:not|fail\w* to|failure to|without) (?:disclose|include|log|list)\w*|disclosed|missing|undisclosed"
    r"|private keys? (?:of|for|belonging to)|problematic|non-?compliant|received|obtain(?:ed)?|served|publish(?:ed|ing)"
    r"|(?:summary|list|set|all|each|one|some|portion|most|many|types?|number|values?|fields?|extensions?) (?:of|in)"
    rf"|(?:problems?|errors?|issues?|faults?|defects?|bugs?|flaws?|inconsistenc\w+) (?:with|in|on|of)|type"
    rf"|for [0-9]+){_NEAR}",
    re.I,
)
_OBJECT_ABOVE = re.compile(
    r"\b(?:(?P<plain>issued|issuance of|created|generated|re-?issued|disclosed|published|uploaded"
    r"|revo(?:ke|ked|king|cation of))|miss?[- ]?issu\w+(?: of)?|(?P<affected>affect(?:s|ed|ing)|impact(?:s|ed|ing))"
    r"|un-?revoked|undisclosed|non-?(?:compliant|conform\w+)|(?:wrong|erroneous|mistaken|inadvertent|accidental)ly"
    r" (?:revoked|issued|revoking|issuing)"
    r"|(?:not|n't|fail\w* to|failure to|delay\w*(?: in| of)?(?: the)?|late) revo(?:k\w+"
    r"|cation of)|(?:not|fail\w* to|failure to|without) (?:disclos|includ|list|publish|add|upload|enter|register)\w*"
    r"|(?:aware|notified) (?:of|about)|(?:found|identified|discovered|observed|noticed)(?: that)?"
    r"|report(?:ed|ing) that|applies to(?! each)|timely revocation of"
    r"|(?:fail|miss|overdue|outdated|not |\bno )[\w ]{0,60}(?:audit|statement|information|assessment)[\w ]{0,30}(?:for"
    r"|of|about)"
    rf"|(?:audit|statement)s? (?:is|are|was|were) (?:overdue|past-due|missing|outdated) (?:for|of)){_NEAR}",
    re.I,
)
_DONE_TO = re.compile(rf"\b(?:issued|created|generated|re-?issued|disclosed|revoked){_NEAR}", re.I)
_GAP = re.compile(r"\b(?:gaps?|missing|outdated|overdue|past[- ]due|lack\w*)\b", re.I)
_AUDIT_OF = re.compile(rf"\b(?:audit|statement|attestation|letter)s? (?:for|of|on){_NEAR}", re.I)
# A CA that issued something is its issuer.
_ISSUES = re.compile(r" (?:\w+ ){0,2}(?:mis-?)?issu(?:ed|es|ing) (?:[\w/-]+ ){0,4}(?:pre-?)?cert", re.I)
_BE = (
    r"(?:was|were|has been|have been|had been|is|are|being)(?: \w+ly| all| also| then"
    r"| already)? (?:not (?:yet )?(?:been )?|un)?"
)
# What may stand between a certificate and what is said of it: "of Elm", "'Elm CA 3'".
_WHOSE = (
    r"(?: ['\"\u201c\u2018][^'\"\u201d\u2019\n]{1,60}['\"\u201d\u2019]|(?-i: [A-Z][\w.-]*(?: [A-Z0-9][\w.-]*){0,5}))?"
    r"(?:(?: (?:issued|published|made))? (?:of|for|by|from|under|at|to"
    r"|on) (?:[\w.-]+ ){0,3}?[\w.-]+)?"
)
_SUBJECT = re.compile(
    rf"^{_WHOSE}[ ,]*(?:\([^()\n]{{1,80}}\)[ ,]*)?(?:(?:that|which|we|they|it|also|all|both"
    rf"|[\w/]+ly) ){{0,3}}(?:{_BE}(?:miss?[- ]?issu|issu|creat|generat|sign|affect|impact|concern|involv|identif|found"
    rf"|discover|detect|revok|disclos"
    r"|includ|publish|list|logg|improper|incorrect|wrong|missing|still|non-?compliant|encod|serv|compromis|expos"
    r"|reported|in violation|in breach|without|lacking|limited)\w*"
    r"|(?:has|have|had) (?:an? )?(?:\w+ )?(?:outdated|overdue|wrong|incorrect|invalid|improper|missing|not|no)\b"
    r"|(?:has|have|had) (?:various|several|some|the same) (?:issue|problem|error)s?\b|(?:do|does|did|could|can) not\b"
    r"|lack(?:s|ed|ing)?\b|miss(?:es|ed|ing)\b|contain(?:s|ed|ing)?\b|violat\w+|fail\w*|includ(?:es|ed|ing)"
    r"|us(?:es|ed|ing)\b|exceed\w*|bear(?:s|ing)?\b|carr(?:y|ied)\b|omit\w*|issued\b|found\b|affected\b|impacted\b"
    r"|without|with\b|where\b|having\b|had\b|whose\b|may violate|not (?:listed|included|disclosed|revoked))",
    re.I,
)
_SUBJECT_ABOVE = re.compile(
    rf"^{_WHOSE}[ ,]*(?:\([^()\n]{{1,80}}\)[ ,]*)?(?:(?:that|which|also|all|both"
    rf"|[\w/]+ly) ){{0,2}}(?:{_BE}(?:miss?[- ]?issu|issued|creat|generat|sign|affect|impact|identif|revok|disclos"
    rf"|includ|publish|list|missing|missed"
    r"|in violation|without|served|audited)\w*(?! (?:by|from|to)\b)"
    r"|(?:has|have|had) (?:an? |the )?(?:outdated|overdue|wrong|incorrect|invalid|improper|missing|duplicate\w*"
    r"|malformed)\b|(?:do|does|did) not (?:have|contain|include|comply|assert|publish|meet|appear)\b"
    r"|(?:has|have|had) not (?:yet )?been (?:\w+ly )?(?:listed|included|disclosed|revoked|audited|published|added)"
    r"|(?:was|were|is|are|been) (?:left out|omitted|skipped|overlooked|forgotten)\b"
    r"|not (?:meeting|complying|compliant|conforming)\b|(?:appears?|stands?|shows? up) [^;]{0,80}\bwithout an?\b"
    r"|lack(?:s|ed|ing)?\b|may violate|require\w* revocation|not (?:been )?(?:listed|included|disclosed|revoked)"
    r"|(?:(?:was|were|is|are) )?missing from|(?:was|were) (?:report|add|enter|upload"
    r"|submitt)\w* (?:in)?to (?:the )?CCADB|(?:is|are) neither\b|(?:has|have|had) no\b"
    r"|as (?:being|undisclosed|not|missing)\b|(?:was|were|is|are) PEM\b|affected by|impacted by"
    r"|(?:was|were|is|are) not (?:in|on|part of)\b|(?:available|referenced|held|hosted"
    r"|stored)\b[^.]{0,120}\b(?:encoded|served|provided|PEM)"
    r"|with (?:failed|missing|an? (?:wrong|invalid|incorrect|outdated)|invalid|incorrect|wrong))",
    re.I,
)
_FAULT = re.compile(
    r"violat|wrong|incorrect|invalid|without|\bnot\b|error|mistake|contrary|breach|missing|lack|fail|late\b|exceed"
    r"|deadline|improper|insufficient|\bwith(?:in)?\b",
    re.I,
)
_FAULTY = re.compile(
    r"violat|wrong|incorrect|invalid|without|\bnot\b|\bno (?:\w+ )?audit|error|contrary|breach|missing|lack|fail"
    r"|late\b|overdue|past[- ]due|outdated|improper",
    re.I,
)
_ANSWERED = re.compile(r"\brespon|answer|unavailab|unreach|outage|\bserv(?:ed|ing)|not checked|could not be", re.I)
# A list or a responder that failed is named after its CA.
_WRONGLY = re.compile(
    r"[^.;]{0,160}\bto be (?:wrong|erroneous|mistaken|inadvertent|accidental)ly (?:revoked|issued)", re.I
)
_PART_OF = re.compile(
    rf"\b(?:extension|field|attribute|name|subject|serial number|validity)s?(?: \([^()\n]{{1,40}}\))? (?:of|in){_NEAR}",
    re.I,
)
_STATUS = re.compile(r"\bCRLs?\b|\bOCSP\b")
_INCLUDED = re.compile(r"(?<!not )(?<!not yet )(?<!been )\b(?:includ|list)(?:ed)?\b", re.I)
_FAILS = re.compile(
    rf"^{_WHOSE}[ ,]*(?:that |which )?(?:violat|exceed|(?:has |have )?fail|is valid (?:beyond|longer))", re.I
)
_HAVING = re.compile(r"^[ ,]*(?:that |which )?(?:has|have|had)\b", re.I)
_FOLLOWING = re.compile(r"\bfollowing\b", re.I)
# "an issue with the order of names in some EV certificates"
_ISSUE_IN = re.compile(
    r"\b(?:issue|problem|error|defect|flaw|inconsistenc|missing|incorrect|wrong|invalid)\w*\b.{0,90}\b(?:in|for"
    r"|on)(?: (?:the|our|its|an?|some|certain|several|all|any|[\w-]+'s))? ?\Z",
    re.I,
)
_RULE = re.compile(r"\b(?:MUST|SHALL|SHOULD)\b|\b(?i:must|shall|plan(?:s|ning)? to|will (?:be )?(?:issu|creat))")
_UNCONCERNED = re.compile(
    r"\b(?:no|not(?! (?:list|includ|disclos|publish|revok|log|add|upload|enter|submit|regist))|none of|other than"
    r"|except|besides|instead of|rather than|unlike|without(?! (?:disclos|includ|list|publish|revok))|unaffected"
    r"|neither|nor|no (?:effect|impact|influence|bearing) on(?: the| our)?"
    r"|replacement|new|correct|issued by|under|from|trusted for|capable of|for the issuance of"
    r"|(?:not|n't) (?:affect|impact|concern|involve)\w*(?: the \w+)?)(?: [\w/-]+){0,2} ?\Z",
    re.I,
)
_UNCONCERNED_AFTER = re.compile(
    r"^[ ,]*(?:(?:that|which) )?(?:are|is|were|was|have|has|do|does|did)(?: been| also| all)? (?:not|n't"
    r"|un)[ -]?(?:be )?(?:affect|impact|concern|involv)|^[ ,]*(?:have|has|had) another\b"
    r"|^[ ,]*(?:remain(?:s|ed)?|stay(?:s|ed)?) (?:un|out)\w+"
    r"|^[ ,]*(?:are|is|was|were) never (?:affect|impact|concern|touch)"
    r"|^[ ,]*(?:do|does|did)(?: not|n't) (?:have|show|exhibit|contain) (?:this|that|the|such an?) (?:same )?(?:problem"
    r"|error|issue|fault|defect|flaw)\b|^[ ,]*(?:are|is|was|were) (?:issued )?(?:unaffected|compliant"
    r"|correct|correctly|properly|not possible|delayed|unavailable)\b",
    re.I,
)
_OF_TYPE = re.compile(
    r"\b(?:all|certificates?(?: (?:is|are|was|were))?(?: all)?) of (?:the )?types? (?P<type>[\w/-]{2,20}(?:(?:, | and "
    r"| or )[\w/-]{2,20}){0,3})",
    re.I,
)
_LEVEL = r"(?:DV|OV|IV|EV)(?: (?:TLS|SSL))?"
_NUMBER = r"\b(?:[0-9][0-9,.]*|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en)"
_ARE = r"(?:are|is|were|was|being)"
_SORTS = (
    # "three precertificates of the OV type", "the certificates are all of the OV profile", "at EV level"
    re.compile(
        rf"{CERTS},? (?:(?:which )?{_ARE} )?(?:all |both )?(?:of|at|on) (?:the |an? )?(?P<sort>{_LEVEL}) "
        r"(?:type|kind|sort"
        r"|profile|product|class|level)\b"
    ),
    # "41 certificates, all OV", "the certificate in question is EV", "the certificate, an EV one,"
    re.compile(
        rf"{CERTS}[,:;]? (?:\()?(?:which {_ARE} )?(?:all|both|each)(?: of (?:them|these|which))? (?:{_ARE} )?"
        rf"(?P<sort>{_LEVEL}(?: and {_LEVEL})?)\b(?! [Cc]ert)"
    ),
    re.compile(
        rf"(?<!other ){CERTS} (?:(?:in question|at issue|concerned|affected) )?{_ARE} (?:all |both )?"
        rf"(?P<sort>(?:{_LEVEL}|S/MIME)(?:(?: and |, )(?:{_LEVEL}|S/MIME)){{0,2}})(?=[.,;)]| \(|\Z)"
    ),
    re.compile(rf"{CERTS}, (?:an? )?(?P<sort>{_LEVEL})(?: one\b|(?=,))"),
    re.compile(rf"[,;] (?:all|both)(?: of (?:them|these|which))? {_ARE} (?P<sort>{_LEVEL})\b"),
    # "19,970 of these are DV and 3,536 OV", "nine of them EV and one OV"
    re.compile(
        rf"{_NUMBER} (?:of (?:these|them|which|those|the (?:\w+ )?{CERTS}) (?:{_ARE} )?|{_ARE} )(?P<sort>{_LEVEL}"
        rf"(?:,? (?:and |but )?(?:the (?:others?|rest|remaining)(?: {_NUMBER})?|{_NUMBER})"
        rf"(?: {_ARE})? {_LEVEL}){{0,3}})"
        r"\b(?! [Cc]ert)"
    ),
    # "160 EV and 1,900 OV certificates", "10 DV, 1 OV"
    re.compile(rf"{_NUMBER} (?P<sort>{_LEVEL}(?:(?:,? (?:and|or|plus) |, ){_NUMBER} {_LEVEL}){{1,3}})\b"),
)
# What was looked at and found to be right is not concerned.
_CLEAN = re.compile(
    r"\b(?:found|show(?:s|ed)|reveal(?:s|ed)) (?:no|nothing|none)\b|\bno \w+ (?:was|were) found\b", re.I
)
# "All OV.": what a list says behind the line of the count.
_ALL_OF_THEM = re.compile(
    rf"\W*(?:[Aa]ll|[Bb]oth)(?: (?:of (?:them|these|the {CERTS})|{_NUMBER}))?(?: {_ARE})? (?P<sort>{_LEVEL})"
    rf"(?: {CERTS})?\W*\Z"
)
# "It is an EV certificate."
_IT_IS = re.compile(rf"\W*(?:It|They|This|These) {_ARE} (?:all |both )?(?:an? |the )?(?P<sort>{_LEVEL}) {CERTS}")
# "* Elm CA 2: OV TLS", below a line that says what is affected
_AFFECTED_BELOW = re.compile(r"\b(?:affected|impacted|concerned|misissued)\b[^.]{0,40}:\W*\Z", re.I)
_ITEM = re.compile(rf"\s*(?:[*+-] )?[^\n]{{1,160}}(?:: | [-\u2013] )(?P<sort>{_LEVEL})(?: {CERTS})?\W*\Z")
_AFFECTED = re.compile(r"\b(?:issued|affected|impacted|concerned|miss?[- ]?issued)\b", re.I)
# An issuer stands behind these words; and what stands behind a preposition is the subject of no verb.
_ISSUER = re.compile(r"\b(?:by|from|under|with|through|via)(?: (?:the|our|its|an?))? ?\Z", re.I)
_PREPOSITION = re.compile(
    r"\b(?:for|to|in|on|at"
    r"|(?<!number )(?<!some )(?<!one )(?<!all )(?<!each )(?<!list )(?<![0-9] )(?<![0-9]\) )of)(?: +(?:the|our|its"
    r"|an?))? *\Z",
    re.I,
)
_NUMBER_FIRST = re.compile(
    r"(?:(?!(?:19|20)[0-9]{2}\b)[0-9]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)\b", re.I
)


def kinds_in_prose(text: str, answers: str = "", counts: Iterable[Count] = ()) -> tuple[str, ...]:
    """Name the kinds that a text gives for the certificates concerned ("issued 8 EV certificates").

    The words of a count speak first, then `answers`, the passages that describe the certificates, then the prose.
    Whichever names more than `tls` wins.
    """
    counts = tuple(counts)
    named = [kinds(" ".join(count.words for count in counts))]
    text, answers = _RULEBOOK.sub(" ", text), _RULEBOOK.sub(" ", answers)
    if not named[0] and concerns_nothing(f"{answers}\n{text}"):
        return ()
    named.append(_concerned(answers, answer=True))
    for found in named:
        if found and found not in (("tls",), ("qwac",)):
            return found
    found = _concerned(text, answer=False)
    for general in (("qwac",), ("tls",)):
        if general in named:
            return found if set(found) & _LEVELS else (_by_product(text) or general)
    return found or _by_product(text) or _only_named(text, counted=any(counts))


# "two EV certificate requests": no certificate, but the kind of the one that was issued.
_REQUESTED = re.compile(
    rf"\b(?P<type>(?:DV|OV|IV|EV|TLS|SSL|S/MIME)(?: (?:TLS|SSL))?) (?:{_CERTIFICATE} )?(?:request|order"
    rf"|application)s?\b",
    re.I,
)
# "certificates that assert the EV policy"
_BY_POLICY = re.compile(
    rf"{CERTS}(?: that| which)?(?: issued)? (?:assert\w*|under|contain\w*|includ\w*|with|hav\w+|has) (?:the |an? "
    rf"|our )?"
    r"(?P<type>(?:DV|OV|IV|EV)) (?:certificate )?polic(?:y|ies)\b",
    re.I,
)
_RULEBOOK = re.compile(
    r"\b(?:Requirements|Guidelines|Policy) (?:for"
    r"|of) (?:the )?Issuance and Management of(?: [\w/-]+){0,4}? Certificates",
    re.I,
)
_ISSUED = re.compile(
    r"miss?[- ]?issu|\bissued\b|revok|\bvalidation of\b|(?:discovered|found|noticed|detected)\b[^.\n]{0,80}"
    r"\b(?:check|review|processing) of\b",
    re.I,
)
_NO_CERTIFICATE = re.compile(r"\bCRLs?\b|\bOCSP\b|\bCCADB\b")
# "the EV serialNumber field"
_FIELD_OF_EV = re.compile(
    r"\bEV (?:juris[a-z]+[A-Z]\w+|(?:juris\w+|[a-z]+[A-Z]\w+|JOI)(?: [\w/]+){0,2}? (?:fields?|attributes?|values?"
    r"|issues?)\b)"
)


# "from our profile 'DV Basic'"
_PRODUCT = re.compile(
    r"(?<!no )(?<!other )\b(?:product|profile|template)s?(?: named| called)? [\"'\u201c\u2018](?P<type>DV|OV|IV|EV)\b"
    r"[^\"'\u201d\u2019\n]{0,40}[\"'\u201d\u2019]"
)


def _by_product(text: str) -> tuple[str, ...]:
    """Name the level that the quoted name of a product or a profile gives, where certificates were issued from it."""
    if not _ISSUED.search(text) and not re.search(r"\bcertificates\b", text):
        return ()
    return _in_order(
        {
            kind
            for sentence in sentences_of(text)
            for match in islice(_PRODUCT.finditer(sentence[:LONGEST_SENTENCE]), MOST_IN_SENTENCE)
            if not _UNCONCERNED_AFTER.match(sentence[match.end() :][:200])
            for kind in kinds(match["type"])
        }
    )


def _only_named(text: str, *, counted: bool) -> tuple[str, ...]:
    """Name the kind of certificates that no sentence says anything happened to, though some were wrongly issued.

    "a scan of all EV certificates found 9", "upon a request for an OV certificate": only where the text is of
    certificates, not of a list, a responder or a document.
    """
    if not (counted or _ISSUED.search(text)) or _NO_CERTIFICATE.search(text):
        return ()
    found: set[str] = set()
    for sentence in sentences_of(without_quotations(text)):
        clipped = _BENEATH.sub(r"\1", _CONCEDED.sub(" ", sentence[:LONGEST_SENTENCE]))
        if (
            not (_ANY_HEAD.search(clipped) or _REQUESTED.search(clipped))
            or _RULE.search(clipped)
            or _DENIED.match(clipped)
        ):
            continue
        for pattern in (_BY_POLICY, _REQUESTED):
            found.update(kind for match in pattern.finditer(clipped) for kind in kinds(match["type"]))
        for match in islice(_PHRASE.finditer(clipped), MOST_IN_SENTENCE):
            before, after = clipped[: match.start("head")][-60:], clipped[match.end() :][:200]
            if not _UNCONCERNED.search(before) and not _UNCONCERNED_AFTER.match(after):
                found.update(set(_named(match)) - _ABOVE)
    if not found and _FIELD_OF_EV.search(text):
        return ("ev",)
    return _in_order(found)


def _concerned(text: str, *, answer: bool) -> tuple[str, ...]:
    """Give the kinds that the sentences of a passage say something happened to; what stands first decides its sort."""
    found: set[str] = set()
    sentences = [part for sentence in sentences_of(without_quotations(text)) for part in _ANEW.split(sentence)]
    below = bool(_BELOW.search(without_quotations(text)))
    previous, listed = "", False
    for sentence, following in zip(sentences, [*sentences[1:], ""], strict=True):
        more = following[:200] if _GOES_ON.match(following) else ""
        clipped = _BENEATH.sub(r"\1", _CONCEDED.sub(" ", sentence[:LONGEST_SENTENCE]))
        item = _ITEM.match(clipped) if listed else None
        listed = bool(_AFFECTED_BELOW.search(clipped)) or (listed and (item is not None or not clipped.strip()))
        for kind in (
            *(kinds(item["sort"]) if item else ()),
            *_from_context(clipped, previous),
            *_in_sentence(clipped, more, answer=answer),
            *(("ca",) if below and _ALV_FAILS.search(clipped) else ()),
        ):
            # Leaf certificates and those above them are seldom of one incident: an issuer is named to say whose.
            if not found or bool(found & _ABOVE) == (kind in _ABOVE):
                found.add(kind)
        previous = clipped if clipped.strip() else previous
    return _in_order(found)


_CERTIFICATES = re.compile(CERTS, re.I)
# A sentence behind an address that was dropped together with its full stop.
_ANEW = re.compile(r"(?<=\s)(?=(?:According to|Pursuant to|As per)\b)")
# "the intermediate Elm 2, which issues S/MIME certificates, has no audit": what a CA is for.
_BENEATH = re.compile(
    r"(\b(?:CAs?|intermediates?|subordinates?|ICAs?)\b[^,.;()\n]{0,60}),? (?:which|that|(?:from|by|under|with) which)"
    r"(?: \w+ly| only| also| still| can| may)? (?:issues?|signs?|is used|serves?"
    r"|[\w/-]+ certificates (?:are|can be|may be)(?: \w+ly)? issued)\b[^,.;()\n]{0,80}(?:,|\Z)",
)
_BELOW = re.compile(r"\b(?:intermediates?|subordinates?|sub-?CAs?|ICAs?)\b", re.I)
# The audit letter validation of the CCADB looks for CA certificates in audit statements.
_ALV_FAILS = re.compile(
    r"\bALV\b(?! \w+ (?:not|n't))[^.\n]{0,50}\b(?:fail(?:s|ed|ing|ures?)|returns? FAIL|flags|flagged"
    r"|errors?|warnings?)\b|\bflagged by (?:the )?ALV\b"
)
# What the next sentence says of the same certificate.
_GOES_ON = re.compile(r"\W*(?:it|its|it's|they|their|however)\b", re.I)


def _in_sentence(sentence: str, more: str, *, answer: bool) -> Iterator[str]:
    if not _RULE.search(sentence) and not _CLEAN.search(sentence):
        yield from _sorts(sentence)
    if not _ANY_HEAD.search(sentence) or _RULE.search(sentence) or _DENIED.match(sentence):
        return
    for match in _OF_TYPE.finditer(sentence):
        if answer or _AFFECTED.search(sentence):
            yield from kinds(match["type"])
    if _LATE_CAS.search(sentence):
        yield "ca"
    for match in islice(_PHRASE.finditer(sentence), MOST_IN_SENTENCE):
        named = _named(match)
        before, after = sentence[: match.start("head")], sentence[match.end() :][:200]
        above = bool(set(named) & _ABOVE)
        if not named or before.rfind("(") > before.rfind(")"):
            continue
        # A new CA is the matter, a new certificate of a subscriber a replacement.
        if _UNCONCERNED.search(
            re.sub(r"\bnew ", "", before[-60:]) if above else before[-60:]
        ) or _UNCONCERNED_AFTER.match(after):
            continue
        if _is_concerned(sentence, match, before[-160:], after, above=above, answer=answer) or (
            above and more and _FAULT.search(more) and _DONE_TO.search(before[-160:])
        ):
            yield from named


def _sorts(sentence: str) -> Iterator[str]:
    for pattern in _SORTS:
        for match in islice(pattern.finditer(sentence), MOST_IN_SENTENCE):
            if not _UNCONCERNED.search(sentence[: match.start()][-60:]) and not _UNCONCERNED_AFTER.match(
                sentence[match.end() :][:200]
            ):
                yield from kinds(match["sort"])


def _from_context(sentence: str, previous: str) -> Iterator[str]:
    """Give the kinds of a sentence that says what the certificates of the one before it are."""
    match = _IT_IS.match(sentence) or (_ALL_OF_THEM.match(sentence) if _CERTIFICATES.search(previous) else None)
    if match:
        yield from kinds(match["sort"])


def _named(match: re.Match[str]) -> tuple[str, ...]:
    named = kinds(f"{match['words']}{match['head']}".strip())
    lone = _LONE.search(match["head"])
    if lone and not set(named) & _ABOVE:
        return ("root",) if lone[1].lower() == "root" else ("ca",)
    return tuple(kind for kind in named if kind in _ABOVE) if set(named) & _ABOVE else named


def _is_concerned(sentence: str, match: re.Match[str], before: str, after: str, *, above: bool, answer: bool) -> bool:
    lead = sentence[: match.start()]
    alone = not re.search(r"\w", lead)
    if alone and _NUMBER_FIRST.match(f"{match['words']}{match['head']}"):
        return True
    if above:
        return _is_concerned_above(sentence, match, before, after)
    if _STATUS.search(sentence) and _ANSWERED.search(sentence) and not _ISSUED.search(sentence):
        return False
    return bool(
        (answer and alone)
        or (_HAVING.match(after) and _FAULTY.search(after))
        or _OBJECT.search(before)
        or _SUBJECT.match(after)
        or _ISSUE_IN.search(lead[-160:])
        or (_DEFINED.search(before) and _THAT_IS.match(after))
    )


def _is_concerned_above(sentence: str, match: re.Match[str], before: str, after: str) -> bool:
    """Tell whether a CA, a root or a responder is the matter itself, not the one that issued or answered."""
    lead, named = sentence[: match.start()], f"{match['words']}{match['head']}"
    is_certificate = bool(re.search(r"[Cc]ert", match["head"]))
    if _FOLLOWING.search(named) and _FAULTY.search(sentence):
        return True
    if _ISSUER.search(lead):
        return False
    if "ocsp" in named.lower() and _ISSUE_IN.search(lead[-160:]):
        return True
    if not is_certificate and _STATUS.search(sentence) and not re.search("revo|OCSP", f"{before} {named}", re.I):
        return False
    if not is_certificate and _ISSUES.match(after):
        return False
    if _AUDIT_OF.search(before) and (_FAULTY.search(after) or _GAP.search(before)):
        return True
    # A CA that is affected may be so by a fault of its service; a certificate is not.
    as_service = not is_certificate and "ICA" not in match["head"]
    found = _OBJECT_ABOVE.search(before)
    if found and found["plain"] and _STATUS.search(after):
        # "revoked the intermediate, but the CRL does not show it" is the list's fault.
        return False
    if found and not (found["affected"] and as_service) and (not found["plain"] or _FAULT.search(after)):
        return True
    if is_certificate and (_WRONGLY.match(after) or (_PART_OF.search(before) and _FAULTY.search(after[:60]))):
        return True
    if "ocsp" in named.lower() and re.match(r" (?:has |have |had )?expired\b", after):
        return True
    if is_certificate and _FAILS.match(after) and not _PREPOSITION.search(lead):
        return True
    subject = _SUBJECT_ABOVE.match(after)
    if subject is None or ("affected" in subject[0] and as_service) or _INCLUDED.search(subject[0]):
        return False
    return not _PREPOSITION.search(lead) and not ("root" in named.lower() and _DEFINED.search(before))
