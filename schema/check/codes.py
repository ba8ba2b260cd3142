"""The codes of findings: what each means, why it is wrong, and how to fix it. The only place that describes them."""

from dataclasses import dataclass

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.findings import visible
from ca_incidents.schema.messages import nearest

PAGES = "https://ca-incidents.github.io/ca-incidents/codes/"


class UnknownCode(CaIncidentsError):
    """No finding has this code."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its title, an explanation, an example, and how to fix it.

    `fixable` codes are fixed by `check --fix` if the meaning is certain; `command` is the one that reports the code. A
    `hint` is worth a look, but nothing is wrong, and the exit status stays 0.
    """

    code: str
    title: str
    explanation: str
    example: str
    fix: str
    fixable: bool = False
    command: str = "check"
    hint: bool = False

    @property
    def page(self) -> str:
        """The address of this code's page on the site."""
        return f"{PAGES}{self.code}/"


def code_named(word: str) -> Code:
    """Return a code by its name; raises UnknownCode, with the closest one."""
    found = CODES.get(word.strip("[] "))
    if found is None:
        raise UnknownCode(
            f'there is no code "{visible(word)}"{nearest(word, list(CODES))}; `ca-incidents explain` lists all'
        )
    return found


def page_text(code: Code) -> str:
    """Return the description of a code as plain text."""
    parts = [
        f"{code.code}: {code.title}",
        code.explanation,
        "Example:\n\n" + "\n".join(f"    {line}" for line in code.example.split("\n")),
        f"To fix it: {code.fix}",
    ]
    if code.fixable:
        parts.append("`ca-incidents check --fix` fixes it if the meaning is certain.")
    return "\n\n".join([*parts, code.page])


def listing() -> str:
    """List all codes with their titles, one per line."""
    width = max(map(len, CODES))
    return "\n".join(f"{code.code:<{width}}  {code.title}" for code in CODES.values())


_SAVE = "save the file as UTF-8 without a byte order mark and with LF line endings; editors call this UTF-8 and Unix"

_TEXT = (
    Code(
        "not-a-record-file",
        "A file that does not belong here",
        "The dataset's folder contains only regular files: <year>/<bug>.yaml (the bug's number without leading "
        "zeros), snapshot.yaml, excluded.yaml and removed.yaml. "
        "Symbolic links are not followed, because they can lead out of the dataset.",
        "incidents/2020/notes.txt",
        "move the file elsewhere, or rename it to <year>/<bug>.yaml; replace a link with the file itself.",
    ),
    Code(
        "committed-cache",
        "A cache is in git",
        "The site's build keeps a cache next to the dataset, in .cache. In git, it would decide on other machines what "
        "a page shows, and nobody can review it.",
        ".cache/ca-incidents/cache.sqlite in a commit",
        "run `git rm -r --cached .cache`, and keep `.cache/` in .gitignore.",
    ),
    Code(
        "file-too-large",
        "The file is too large for a record",
        "A record has a few kilobytes. A file of megabytes is a mistake or an attack, and is not read.",
        "incidents/2020/1671037.yaml with 100 MB",
        "look at what the file contains; lists of certificates belong in an attachment of the bug.",
    ),
    Code(
        "empty-file",
        "The file contains no data",
        "The file is empty, or contains only comments, a lone --- or null.",
        "# to do",
        "write the record, or delete the file.",
    ),
    Code(
        "not-utf-8",
        "The file is not UTF-8",
        "The file was saved in another encoding, such as Latin-1.",
        'title: "Zürich" saved as Latin-1',
        f"{_SAVE}.",
    ),
    Code(
        "byte-order-mark",
        "The file starts with a byte order mark",
        "Some editors write three invisible bytes before the text; other programs read them as data.",
        "EF BB BF before the first character",
        f"{_SAVE}.",
        fixable=True,
    ),
    Code(
        "carriage-return",
        "Windows line endings",
        "Lines end with LF alone, so that the same record has the same bytes everywhere.",
        "id: 1671037\\r\\n",
        f"{_SAVE}.",
        fixable=True,
    ),
    Code(
        "control-character",
        "An invisible character",
        "Control characters, bidirectional marks, zero-width characters, fillers and variation selectors hide text or "
        "display it in another order than it is stored, also if they are written as an escape.",
        'title: "Example CA\\u202e: report"',
        "delete the character; it has no meaning in a record.",
    ),
    Code(
        "tab",
        "Indentation with a tab",
        "YAML is indented with spaces only.",
        "curated:\n<tab>notes: late",
        "replace the tab with two spaces.",
    ),
    Code(
        "yaml-syntax",
        "The file is not valid YAML",
        "The mistake is often one line above the one in the message: a quote or bracket that is not closed, a missing "
        "space after a colon, wrong indentation, or the markers of a merge conflict.",
        'title: "Example CA: report',
        "close the quote or bracket; put a text that contains a colon in double quotes; of a merge conflict, keep one "
        "side and delete the `<<<<<<<`, `=======` and `>>>>>>>` lines.",
    ),
    Code(
        "several-documents",
        "More than one record in a file",
        "A line `---` starts another document; a file contains one record.",
        "---\nid: 1\n---\nid: 2",
        "put each record in a file of its own.",
    ),
    Code(
        "anchor",
        "A YAML anchor or alias",
        "Anchors (`&`) and aliases (`*`) can expand a few bytes to gigabytes, and hide what a record says. They are "
        "not allowed.",
        "timeline: &t [...]\nrelated: *t",
        "write the value in each place; put a text that starts with `&` or `*` in double quotes.",
    ),
    Code(
        "yaml-tag",
        "A YAML tag",
        "Tags (`!`) ask the reader to create objects, even to run programs. A record is plain data, so they are not "
        "not allowed.",
        'title: !!python/object/apply:os.system ["id"]',
        "delete the tag; put a text that starts with `!` in double quotes.",
    ),
    Code(
        "too-deep",
        "Too many levels of nesting",
        "No record needs this many levels.",
        "[[[[[[…]]]]]]",
        "write the value as the schema describes it.",
    ),
    Code(
        "too-many-problems",
        "Too many problems in one file",
        "After fifty problems in one file the check stops reading it.",
        "-",
        "fix those that are listed, then check again.",
    ),
    Code(
        "duplicate-key",
        "The same key twice",
        "YAML readers keep one of the two values and silently drop the other.",
        "ca: securetrust\nca: trustwave",
        "keep the right one.",
    ),
    Code(
        "key-not-text",
        "A key that is not text",
        "There is a list or mapping instead of a key.",
        "? [a, b]\n: c",
        "write a key of the schema.",
    ),
    Code(
        "unquoted-date",
        "A date without quotes",
        "Many YAML readers convert it to a date of their own, with another time zone or spelling.",
        "on: 2026-01-02",
        'put it in double quotes: "2026-01-02".',
        fixable=True,
    ),
    Code(
        "ambiguous-scalar",
        "A word that YAML readers understand differently",
        "YAML 1.1 and 1.2 differ about words such as no, on, 012, 1_000, 12:30:45 or .nan: one reads text, the other a "
        "number or false.",
        "country: no",
        "put it in double quotes if it is text; write a number in plain digits, and true or false in full.",
        fixable=True,
    ),
)

_SCHEMA = (
    Code(
        "unknown-key",
        "A key that the schema does not know",
        "Often a spelling mistake, or a key at the wrong level.",
        "tag: [policy-failure]",
        "use the key that the message suggests, or see the schema.",
    ),
    Code(
        "missing-key",
        "A key is missing",
        "The schema requires this key.",
        "reviewed: {by: someone}",
        "add the key.",
    ),
    Code(
        "unknown-tag",
        "A tag that is not in the vocabulary",
        "Tags are a fixed list, so that they can be counted. `check --fix` replaces known old spellings.",
        "tags: [leaf-revocation-dealy]",
        "use the spelling that the message suggests.",
        fixable=True,
    ),
    Code(
        "unknown-root-cause",
        "A root cause that is not in the taxonomy",
        "Root causes are a short list, with definitions in the schema.",
        "root_causes: [human-error]",
        "choose the closest one; explain more under notes.",
    ),
    Code(
        "unknown-value",
        "A word that is not in the vocabulary",
        "The field takes one of a fixed list of words.",
        "precision: hour",
        "use one of the words that the message lists.",
    ),
    Code(
        "wrong-type",
        "A value of the wrong type",
        "The field takes another type: text, a whole number, true or false, a list or a mapping.",
        'id: "1671037"',
        "write the value in the type that the message names.",
    ),
    Code(
        "bad-format",
        "A value in the wrong format",
        "The text does not have the field's format, such as a date, a time, a fingerprint or a domain name.",
        'on: "2.1.2026"',
        'write it in that format: "2026-01-02" for a day, "2026-01-02T15:04:05Z" for a time.',
        fixable=True,
    ),
    Code(
        "bad-value",
        "A value that is not allowed",
        "The field has only one allowed value, or one of a few.",
        "schema_version: 2",
        "write the value that the message names.",
    ),
    Code(
        "not-unique",
        "The same item twice",
        "A list contains an item twice.",
        "tags: [policy-failure, policy-failure]",
        "keep one of them.",
    ),
    Code("empty", "An empty value", "A field without a value is left out.", "kinds: []", "delete the key."),
    Code(
        "too-long",
        "A value that is too long",
        "Texts and lists have limits; a quotation, for example, has at most 280 characters.",
        "quote: a whole paragraph",
        "shorten it; write a summary in your own words.",
    ),
    Code(
        "out-of-range",
        "A number that is out of range",
        "The number is smaller or larger than possible.",
        "total: -1",
        "correct the number.",
    ),
    Code(
        "withdrawn-with-facts",
        "A withdrawn record that still has facts",
        "A withdrawn record keeps its number and the reason, and nothing else.",
        "withdrawn: {…}\ntitle: …",
        "delete everything except schema_version, id and withdrawn.",
    ),
    Code(
        "schema",
        "Another violation of the schema",
        "The schema does not allow this value.",
        "-",
        "see the field in the schema.",
    ),
)

_RECORD = (
    Code(
        "id-not-file-name",
        "The id differs from the file's name",
        "A record is in <bug>.yaml.",
        "id: 1671038 in 1671037.yaml",
        "correct the one that is wrong.",
    ),
    Code(
        "wrong-year-folder",
        "A record in another year's folder",
        "The folder is the year in which the bug was opened, in UTC.",
        'opened: "2020-…" in incidents/2021',
        "move the file to the folder of that year.",
    ),
    Code(
        "unknown-ca",
        "A CA that is not in the registry",
        "CAs and auditors are named by their slug in schema/cas.yaml.",
        "ca: secure-trust",
        "use the slug, or add an entry to the registry.",
    ),
    Code(
        "look-alike",
        "A word with look-alike letters",
        "A word contains letters of another script, or styled ones (fullwidth, mathematical), that look like Latin: "
        "no search finds it, and a reader takes it for something else. Titles and everything that contributors write "
        "are checked.",
        'title: "S\\u0435cureTrust: …" with a Cyrillic e',
        "write the word in plain letters; if the bug's title itself contains the letter, tell a maintainer.",
    ),
    Code(
        "comment-order",
        "Comments out of order",
        "Comments are sorted by number, each listed once.",
        "number: 4 after number: 5",
        "sort them.",
    ),
    Code(
        "date-order",
        "Dates out of order",
        "A bug is opened, then commented on, then resolved.",
        "resolved before opened",
        "compare with the bug and correct the date.",
    ),
    Code(
        "impossible-date",
        "A date that does not exist",
        "The day or the time of day does not exist.",
        'at: "2021-02-30"',
        "compare with the report; if the report itself says so, leave the date out.",
    ),
    Code(
        "resolution-missing",
        "A closed bug without a resolution",
        "Every closed bug in Bugzilla has a resolution.",
        "status: RESOLVED",
        "add the resolution.",
    ),
    Code(
        "resolution-of-open-bug",
        "An open bug with a resolution",
        "An open bug has neither a resolution nor a time of resolution.",
        "status: NEW\nresolution: FIXED",
        "compare with the bug.",
    ),
    Code(
        "unknown-comment",
        "A source that is not a comment of the bug",
        "Each value names the comment it was read from, and the bug has no public comment of this number.",
        "source: 99",
        "correct the number.",
    ),
    Code(
        "bounds-of-opening",
        "Bounds of the day of filing that cannot be",
        "`opened_between` bounds a day of filing that is not known: the earlier day first, both in the folder's year.",
        'opened_between: ["2026-12-30", "2027-01-02"]',
        "correct the days, or leave the bounds out and wait for a source that has the year.",
    ),
    Code(
        "generated-edit",
        "An edit of a generated value",
        "Everything outside `curated` is written by a sync, and the next one overwrites what people write there. With "
        "--changed-since, `check` compares each record with its earlier version; with --by-sync it does not.",
        'title: "Example CA: corrected title"',
        "undo the edit, and write the correction under `curated`; what has no key there is corrected on Bugzilla.",
    ),
    Code(
        "equal-to-generated",
        "A curated value that says what is generated",
        "The value is what a program read already. It hides what later syncs read.",
        "tags: [crl-failure]\ncurated: {tags: [crl-failure]}",
        "delete it, or keep it if you want it to stay whatever a later sync reads.",
        hint=True,
    ),
    Code(
        "period-order",
        "Times of an incident out of order",
        "An incident begins, is noticed and ends; the CA noticed it before the bug was filed.",
        'noncompliance: {start: "2020-10-08", end: "2020-09-21"}',
        "compare with the report; write times of the report's own time zone with their offset.",
    ),
    Code(
        "future-date",
        "A date that has not come yet",
        "`on` is the day on which you reviewed or coded the record.",
        'reviewed: {by: someone, "on": "2099-01-01"}',
        "write the day of your review.",
    ),
    Code(
        "placeholder",
        "Copied from an example",
        "`your-nick` in the examples of the documentation is a placeholder for your own public nick.",
        'reviewed: {by: your-nick, "on": "2026-11-23"}',
        "write your own nick: a name by which you can be found on Bugzilla or on the forge, not your e-mail address.",
    ),
    Code(
        "coded-twice",
        "One person coded a record twice",
        "Agreement is measured between different people, so each person's choice counts once.",
        "coding: [{by: someone, …}, {by: someone, …}]",
        "keep the choice that you stand by.",
    ),
    Code(
        "text-behind-hash",
        "Text that YAML takes for a comment",
        "After a space, a # starts a comment in YAML, unless the text is in quotes; the rest of the line is lost.",
        "notes: Fixed, see comment #5",
        'put the complete text in double quotes: notes: "Fixed, see comment #5"',
    ),
    Code(
        "reviewed-unread",
        "Reviewed, though the thread was not read",
        "Somebody who reviews a record compares it with the whole thread; a record of half a thread cannot stand that.",
        "texts: {read: 1, cut: true} and reviewed: {by: someone, …}",
        "remove `reviewed` until a sync has read every comment; the other values of `curated` stay.",
    ),
    Code(
        "counts-contradict",
        "More valid certificates than certificates",
        "The number of certificates that are still valid is larger than the number of all affected certificates.",
        "total: 5\nremaining_valid: 9",
        "compare with the report.",
    ),
    Code(
        "e-mail-address",
        "An e-mail address",
        "The dataset does not store a person's address anywhere: not in a value, not in a comment, not in the coverage "
        "ledger, and not written with (at) or another sign instead of the @.",
        "notes: ask jane@example.org",
        "delete it.",
    ),
    Code(
        "telephone-number",
        "A telephone number",
        "The dataset does not store a person's telephone number anywhere.",
        "notes: call +1 555 010 0199",
        "delete it.",
    ),
    Code(
        "at-mention",
        "A mention with an @",
        "What contributors write, comments included, does not name people; on a forge a mention would also notify a "
        "stranger.",
        "notes: as @jane said",
        "delete the name.",
    ),
    Code(
        "not-canonical",
        "Not in canonical form",
        "The part of a record that the program writes has exactly one form, so that a second sync changes nothing. "
        "The block `curated` can have any form and is the place for comments.",
        "tags: ['policy-failure']",
        "run `ca-incidents check --fix`; move comments into the curated block.",
        fixable=True,
    ),
)

_DATASET = (
    Code(
        "duplicate-id",
        "The same bug twice",
        "Each bug has one record, or one entry in the coverage ledger.",
        "id: 1671037 in two files",
        "keep one of them.",
    ),
    Code(
        "excluded-and-recorded",
        "Both excluded and recorded",
        "The coverage ledger says that the bug is not an incident, but it has a record.",
        "bug 1671037 in excluded.yaml",
        "delete the one that is wrong.",
    ),
    Code(
        "unknown-bug",
        "A link to a bug without a record",
        "All bugs of the component have records here; bugs outside the component are marked as foreign.",
        "related: [{bug: 1}]",
        "correct the number, add `foreign: true`, or add the bug to the list `foreign`.",
    ),
    Code(
        "foreign-but-known",
        "Marked as foreign, but recorded here",
        "The bug has a record here, so it is not outside the component.",
        "related: [{bug: 1671037, foreign: true}]",
        "delete the mark.",
    ),
    Code(
        "after-snapshot",
        "Later than the snapshot",
        "Nothing in a record can be newer than the time up to which it was read (`read_until`, else the snapshot).",
        "a comment of tomorrow",
        "correct the date, or run a sync, which updates the snapshot.",
    ),
    Code(
        "wrong-count",
        "A wrong count in the snapshot",
        "Counts are computed when the dataset is read; if a snapshot states them as well, they must be right.",
        "counts: {records: 1, …}",
        "remove the counts.",
    ),
    Code(
        "ledger-order",
        "The coverage ledger is out of order",
        "Entries are sorted by the bugs' numbers.",
        "bug 9 after bug 10",
        "sort them.",
    ),
)

# Of drafts of reports, not of records. Source: CCADB Incident Reporting Guidelines 3.2.
_DRAFT = (
    Code(
        "not-a-report",
        "A text that follows no report form",
        "The text has none of the fields of the preliminary, full or closure report.",
        "a letter",
        "copy the form from the guidelines, and fill it in.",
        command="lint-report",
    ),
    Code(
        "missing-section",
        "A section of the report is missing",
        "A full report has every section of the form, even where it has nothing to report.",
        "a full report without ### Related Incidents",
        "add the section.",
        command="lint-report",
    ),
    Code(
        "missing-field",
        "A field of the report is missing",
        "Every field of the form is kept, even where it does not apply.",
        "a full report without - **Analysis:**",
        "add the field; write N/A where it does not apply.",
        command="lint-report",
    ),
    Code(
        "empty-field",
        "A field of the report is empty",
        "The field has no answer, or only the form's own words.",
        "- **Analysis:** TBD",
        "answer it; write N/A where it does not apply.",
        command="lint-report",
    ),
    Code(
        "unknown-source",
        "A source of disclosure in other words",
        "The field holds one of the form's three answers and nothing else.",
        "- **Source of incident disclosure:** by e-mail",
        "write Self Reported, Third Party Reported or Audit; say the rest in the description.",
        command="lint-report",
    ),
    Code(
        "bad-owner-id",
        "No CCADB identifier",
        "The identifier of a CA Owner in the CCADB is the letter A and six digits.",
        "- **CA Owner CCADB unique ID:** Example CA",
        "look the identifier up in the CCADB.",
        command="lint-report",
    ),
    Code(
        "no-impact",
        "A preliminary report without impact",
        "An initial report says how large the incident is as far as that is known: certificates, responses or lists.",
        "The CRL address was wrong.",
        "say how many certificates, OCSP responses or CRLs are affected, or that this is not known yet.",
        command="lint-report",
    ),
    Code(
        "no-containment",
        "A preliminary report that leaves open if the incident goes on",
        "An initial report says if the incident is contained, for example because issuance was stopped, or ongoing.",
        "The CRL address was wrong.",
        "say that the incident is contained, and by what, or that it is ongoing.",
        command="lint-report",
    ),
    Code(
        "no-date",
        "A field for a date without one",
        "The field asks for a date and none is recognised.",
        "- **Non-compliance start date:** in spring",
        "write the date as YYYY-MM-DD.",
        command="lint-report",
    ),
    Code(
        "ambiguous-date",
        "A date that can be read two ways",
        "Day and month can be confused, and no other date of the draft shows their order.",
        "05/06/2025",
        "write the date as YYYY-MM-DD.",
        command="lint-report",
    ),
    Code(
        "end-before-start",
        "A non-compliance that ends before it starts",
        "The end date is earlier than the start date.",
        "start 2025-05-19, end 2025-05-01",
        "correct the date that is wrong.",
        command="lint-report",
    ),
    Code(
        "more-remaining-than-total",
        "More remaining certificates than there are in total",
        "The certificates that remain valid are part of all affected ones.",
        "20 remaining of 12",
        "correct the number that is wrong; the total counts expired and revoked certificates, too.",
        command="lint-report",
    ),
    Code(
        "empty-timeline",
        "A timeline without dated events",
        "The section has no line that begins with a date or time.",
        "### Timeline, and nothing below it",
        "list the events, each with its date and time.",
        command="lint-report",
    ),
    Code(
        "event-without-time",
        "An event without date and time",
        "An entry of the timeline begins with neither.",
        "- Alarm",
        "begin it with its date and time.",
        command="lint-report",
    ),
    Code(
        "time-without-minutes",
        "An event without a time of day",
        "The timeline needs times to the minute.",
        "2025-06-03 Certificates revoked",
        "add the time of day.",
        command="lint-report",
    ),
    Code(
        "time-without-offset",
        "A time without an offset",
        "Times are in UTC, or have the offset from it.",
        "2025-06-03 17:00",
        "write UTC after the time, or once that all times are UTC.",
        command="lint-report",
    ),
    Code(
        "time-without-day",
        "A time without its day",
        "No day is given beside the time or above it.",
        "- 17:00 UTC Alarm",
        "add the day, beside the time or in a line above.",
        command="lint-report",
    ),
    Code(
        "no-related-incidents",
        "No word on related incidents",
        "The section lists similar incidents of the last two years, those of other CAs included.",
        "an empty table",
        "list them with bug, date and description, or say that there are none.",
        command="lint-report",
    ),
    Code(
        "incomplete-row",
        "A related incident with an empty cell",
        "Each row has the bug, the day it was opened and how it is related.",
        "| 1900001 | | The same fault |",
        "fill in the cell.",
        command="lint-report",
    ),
    Code(
        "no-contributing-factor",
        "A root cause analysis without a factor",
        "Each contributing factor has a heading of its own.",
        "### Root Cause Analysis, with prose alone",
        "add #### Contributing Factor #1: title, with its five fields.",
        command="lint-report",
    ),
    Code(
        "no-action-items",
        "A full report without action items",
        "The table lists what prevents, mitigates or detects such incidents in future.",
        "an empty table",
        "add the action items.",
        command="lint-report",
    ),
    Code(
        "regret-without-action",
        "Something that did not go well, without an action item",
        "Each point under What didn't go well needs an action item.",
        "a filled field above an empty table",
        "add the action item.",
        command="lint-report",
    ),
    Code(
        "action-without-kind",
        "An action item without a kind",
        "The kind says what the item does.",
        "| Add a linter | | …",
        "write Prevent, Mitigate or Detect.",
        command="lint-report",
    ),
    Code(
        "action-without-status",
        "An action item without a status",
        "The status is one of the form's four words.",
        "| Add a linter | Prevent | … | soon |",
        "write Ongoing, Complete, Delayed or Canceled.",
        command="lint-report",
    ),
    Code(
        "action-without-due-date",
        "An action item without a due date",
        "No date is recognised in the column Due Date.",
        "soon",
        "write the date as YYYY-MM-DD.",
        command="lint-report",
    ),
    Code(
        "incomplete-action",
        "An action item with an empty cell",
        "Every column of the table is filled in.",
        "an empty cell under Evaluation Criteria",
        "fill it in; write N/A where it does not apply.",
        command="lint-report",
    ),
    Code(
        "deadline-past",
        "A due date in the past",
        "The item is neither complete nor delayed nor canceled, and its due date is over.",
        "2025-06-01, Ongoing",
        "correct the status, or set a new date and the status Delayed.",
        command="lint-report",
    ),
    Code(
        "columns-out-of-order",
        "Columns of the list of certificates out of order",
        "The guidelines give the order of the columns.",
        "Issuer before Subject",
        "put the columns in the order that the message gives.",
        command="lint-report",
    ),
)

_LISTS = "CCADB Incident Reporting Guidelines 3.2, full report, Appendix"

_CERTIFICATE_LIST = (
    Code(
        "list-header",
        "No list of certificates",
        f"`lint-appendix` reads comma-separated values whose first row names the columns, or, for 10,000 certificates "
        f"and more, one crt.sh link per line. {_LISTS}.",
        "Subject;Issuer;Not before",
        "export the list as CSV with commas, with the column names in the first row.",
        command="lint-appendix",
    ),
    Code(
        "list-too-large",
        "A list too large to attach",
        "Larger lists are not read: nobody can attach them to a bug or open them.",
        "a list of a million rows",
        "split the list, or write one crt.sh link per line, which is allowed for 10,000 certificates and more.",
        command="lint-appendix",
    ),
    Code(
        "list-syntax",
        "Text that cannot be cut into cells",
        "A cell with a comma, a line break or a quotation mark is enclosed in quotation marks, and a quotation mark "
        "inside it is doubled (RFC 4180).",
        'CN="Example" CA,…',
        "let a spreadsheet or a CSV library write the file, instead of joining the values with commas.",
        command="lint-appendix",
    ),
    Code(
        "list-row",
        "A row with more or fewer cells than the header",
        "Often a comma in a subject that is not enclosed in quotation marks.",
        "…,O=Example, Inc.,…",
        "enclose cells that contain commas in quotation marks; write N/A for a value that does not apply.",
        command="lint-appendix",
    ),
    Code(
        "list-columns",
        "Columns are missing, or are there twice",
        f"The guidelines name eleven fields for each certificate. {_LISTS}.",
        "a list without dNSNames",
        "add the column, with N/A where it does not apply.",
        command="lint-appendix",
    ),
    Code(
        "list-order",
        "Columns in another order",
        f"Tools read the columns by their place. {_LISTS}.",
        "Issuer before Subject",
        "put the columns in the order that the message lists.",
        command="lint-appendix",
    ),
    Code(
        "list-extra-column",
        "A column of your own among the guidelines' columns",
        f"Further columns are welcome, to the right of the last of the guidelines'. {_LISTS}.",
        "Order number,Precertificate SHA-256 hash,…",
        "move the column to the right end.",
        command="lint-appendix",
    ),
    Code(
        "list-empty-cell",
        "An empty cell",
        "Each certificate has an issuer, a serial number, a validity and at least one hash.",
        "…,,2026-01-01,…",
        "add the value.",
        command="lint-appendix",
    ),
    Code(
        "list-fingerprint",
        "Not a SHA-256 hash",
        "The hash of a certificate or precertificate (of its DER encoding) is 64 hexadecimal digits, without colons.",
        "AB:CD:…",
        "write the 64 digits; `openssl x509 -outform DER | sha256sum` computes them.",
        command="lint-appendix",
    ),
    Code(
        "list-date",
        "Not a date",
        "Dates are ISO 8601, since 03/04/2026 can be read two ways. A time without offset is UTC.",
        "03/04/2026",
        "write 2026-08-01, or 2026-08-01T10:00Z with a time; in a spreadsheet, format the column as text.",
        command="lint-appendix",
    ),
    Code(
        "list-serial",
        "Not a serial number",
        "Serial numbers are in hexadecimal digits, at most 20 bytes. Spreadsheets turn long numbers into rounded ones. "
        f"{_LISTS}.",
        "1.23E+37",
        "format the column as text before you insert the numbers.",
        command="lint-appendix",
    ),
    Code(
        "list-revoked",
        "Another word than Yes, Planned, Delayed or N/A",
        f"The column says whether the certificate is revoked, will be, will be later than allowed, or has expired. "
        f"{_LISTS}.",
        "No",
        "write Planned for a certificate that is to be revoked in time, and Delayed for one that is not.",
        command="lint-appendix",
    ),
    Code(
        "list-reason",
        "Not a revocation reason",
        "The reason is the one in the CRL, by its name or number (RFC 5280, section 5.3.1).",
        "customer request",
        "write the reason code of the CRL entry, or N/A where there is none.",
        command="lint-appendix",
    ),
    Code(
        "list-contradiction",
        "Two cells of a row contradict each other",
        "A certificate is revoked after it begins, has a date if it is revoked, and N/A says that it has expired.",
        "Yes without a revocation date",
        "compare with the certificate and its CRL entry.",
        command="lint-appendix",
    ),
    Code(
        "list-duplicate",
        "A certificate that is listed twice",
        "Each certificate has one row, together with its precertificate, so that the rows can be counted.",
        "the same hash in two rows",
        "keep one of the rows.",
        command="lint-appendix",
    ),
    Code(
        "list-link",
        "A crt.sh link that leads elsewhere",
        f"A link leads to the row's certificate, by its hash or its crt.sh id; `caid=` is a CA. {_LISTS}.",
        "https://crt.sh/?caid=1",
        "write https://crt.sh/?sha256= and the 64 digits of the certificate's hash.",
        command="lint-appendix",
    ),
    Code(
        "list-count",
        "The list and the report disagree on the number of certificates",
        "The list has at least the certificates that the report counts as still valid, and at most all of them. "
        f"{_LISTS}, and Impact.",
        "Total number of certificates: 5, and a list of 6",
        "correct the list or the report's Impact.",
        command="lint-appendix",
    ),
)

CODES: dict[str, Code] = {
    code.code: code for code in (*_TEXT, *_SCHEMA, *_RECORD, *_DATASET, *_DRAFT, *_CERTIFICATE_LIST)
}
