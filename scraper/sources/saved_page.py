"""Saved pages of bugs: Mozilla's page, Bugzilla's classic page, its XML, and plain page text. The only user of bs4.

Each reader recognises its own documents; a document that two of them recognise is an error. What a page does not say is
absent: dates behind relative ages, the status in plain text, the numbers of comments in Mozilla's XML. Real names,
which pages show instead of nicks, are never read.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes

from bs4 import BeautifulSoup, Tag, XMLParsedAsHTMLWarning

from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.model import Change, ReadFrom
from ca_incidents.scraper.sources import page_text
from ca_incidents.scraper.sources.bug import (
    FOLLOWED_FIELDS,
    Person,
    WireBug,
    WireComment,
    bug_number_in,
    number_in,
    one_line,
    person,
    said,
)
from ca_incidents.scraper.sources.html_as_markdown import address_of, classes, comment_text
from ca_incidents.scraper.sources.page_times import from_epoch, from_written

# Pages of the longest bugs have 3 MB. Deeper nesting than this would exceed Python's limit of recursion.
MAX_BYTES = 10_000_000
MAX_NESTING = 150
# Where incidents are filed, and where they were filed before.
COMPONENTS = frozenset(
    {
        ("CA Program", "CA Certificate Compliance"),
        ("NSS", "CA Certificate Compliance"),
        ("mozilla.org", "CA Certificate Compliance"),
        ("mozilla.org", "CA Certificates"),
    }
)
_ERRORS = {"Access Denied", "Invalid Bug ID", "Missing Bug ID", "Bug Access Denied", "Internal Error"}
_MHTML = re.compile(rb"^content-type:\s*multipart/related", re.I | re.M)
_VCARD = re.compile(r"vcard_[0-9]+")
_NICK = re.compile(r"\[:(?P<nick>[\w.|-]+)\]")
_LABELS = {
    "Product": "product",
    "Component": "component",
    "Status": "status",
    "Resolution": "resolution",
    "Whiteboard": "whiteboard",
}


class UnreadablePage(CaIncidentsError):
    """A document is not a bug's page or lacks something essential; the text says what."""


class ErrorPage(UnreadablePage):
    """The server's error page instead of a bug's page: the bug is hidden, unknown or was not named."""


class AmbiguousPage(UnreadablePage):
    """Two readers recognise the same document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A saved document: its origin, text and tree of tags, and the bug's number if the user gave it."""

    source: str
    text: str
    tree: BeautifulSoup
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PageReader:
    """One kind of page: how to recognise it and how to read its bugs."""

    name: str
    kind: ReadFrom
    recognises: Callable[[Document], bool]
    read: Callable[[Document], list[WireBug]]


def read_page(raw: bytes, source: str, number: int | None = None) -> list[WireBug]:
    """Read the bugs of one document.

    Raises ErrorPage for the server's error pages, AmbiguousPage and UnreadablePage; never returns half a bug.
    """
    document = _document(raw, source, number)
    _refuse_error_page(document)
    claims = [reader for reader in READERS if reader.recognises(document)]
    if len(claims) > 1:
        raise AmbiguousPage(f"{source}: is it {' or '.join(reader.name for reader in claims)}?")
    if not claims:
        raise UnreadablePage(f"{source}: not a bug's page of a known kind")
    bugs = [replace(bug, read_from=claims[0].kind) for bug in claims[0].read(document)]
    for bug in bugs:
        if bug.restricted:
            raise ErrorPage(f"{source}: bug {bug.id} is restricted; nothing of it may be kept")
        if bug.product and bug.component and (bug.product, bug.component) not in COMPONENTS:
            where = f"{bug.product} :: {bug.component}"
            raise UnreadablePage(f"{source}: bug {bug.id} belongs to {where}, which holds no incidents")
    return bugs


def _document(raw: bytes, source: str, number: int | None) -> Document:
    if len(raw) > MAX_BYTES:
        raise UnreadablePage(f"{source}: has more than {MAX_BYTES:,} bytes")
    try:
        text = _page_in(raw).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise UnreadablePage(f"{source}: not UTF-8") from None
    with warnings.catch_warnings():
        # The tolerant parser reads Bugzilla's XML well, and without the traps of entities and external files.
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        tree = BeautifulSoup(text, "html.parser")
    for added in tree.select("#wm-ipp-base, #wm-ipp, #donato"):
        # The toolbar of a web archive.
        added.decompose()
    _refuse_deep(tree, source)
    return Document(source, text, tree, number)


def _page_in(raw: bytes) -> bytes:
    """Return the HTML inside a browser's archive of one page (MHTML, RFC 2557), or the bytes as they are."""
    if not _MHTML.search(raw[:4_000]):
        return raw
    for part in message_from_bytes(raw).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            body = part.get_payload(decode=True)
            return body if isinstance(body, bytes) else raw
    return raw


def _refuse_deep(tree: BeautifulSoup, source: str) -> None:
    level: list[Tag] = [tree]
    for _ in range(MAX_NESTING):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
    if level:
        raise UnreadablePage(f"{source}: has more than {MAX_NESTING} levels of tags inside each other")


def _refuse_error_page(document: Document) -> None:
    title = _text(document.tree.title)
    wrong = document.tree.select_one("#error_msg.throw_error, td#error_msg")
    if wrong is not None or title in _ERRORS:
        raise ErrorPage(f"{document.source}: the server's error page, not a bug: {one_line(title)[:80]}")


# Mozilla's page (BMO, extensions/BugModal)


def _is_modern(document: Document) -> bool:
    return document.tree.select_one("#field-value-bug_id") is not None


def _read_modern(document: Document) -> list[WireBug]:
    tree = document.tree
    number = next(_numbers_in(tree.select("#field-value-bug_id a[href]")), None)
    plain = tree.select_one("span#field-value-short_desc") or tree.select_one("h1#field-value-short_desc")
    status, resolution, duplicate_of = _modern_status(tree)
    if number is None or plain is None or status is None:
        raise UnreadablePage(f"{document.source}: the page lacks the bug's number, summary or status")
    times = {label: _time_in(item) for item in tree.select(".bug-time-label") for label in _text(item).split()[:1]}
    place = _modern_place(tree)
    reporter = tree.select_one("#field-value-reporter .vcard")
    nick = person(_text(reporter.select_one(".fna, .fn"))) if reporter else Person()
    known = dict.fromkeys(_user_ids(reporter), nick)
    is_public = not _is_of_an_account(tree)
    board = _exact(tree.select_one("#field-value-status_whiteboard"))
    sets = tree.select("div.change-set")
    return [
        WireBug(
            id=number,
            summary=_exact(plain),
            status=status,
            resolution=resolution,
            whiteboard="" if board == "---" else board,
            opened=times.get("Opened"),
            changed=times.get("Updated"),
            resolved=times.get("Closed") if resolution else None,
            product=place[0],
            component=place[1],
            reporter=nick,
            depends_on=_links(tree, "#field-value-dependson a.bz_bug_link") if is_public else None,
            blocks=_links(tree, "#field-value-blocked a.bz_bug_link") if is_public else None,
            see_also=_links(tree, "#field-value-see_also a") if is_public else None,
            duplicates=_duplicates(tree) if is_public else None,
            duplicate_of=duplicate_of,
            restricted=_shows_groups(tree),
            comments=tuple(sorted(_modern_comments(sets, known, times.get("Opened")), key=lambda c: c.number)),
            partial=True,
            history=_modern_history(sets),
        )
    ]


def _modern_status(tree: BeautifulSoup) -> tuple[str | None, str | None, int | None]:
    view = tree.select_one("#field-value-status-view")
    words = _text(view).split()
    status = _text(tree.select_one("#field-value-bug_status")) or (words[0] if words else "")
    resolution = _text(tree.select_one("#field-value-resolution")) or (words[1] if len(words) > 1 else "---")
    duplicate_of = next(_numbers_in(view.select("a[href]")), None) if view and resolution == "DUPLICATE" else None
    return _word(status), None if resolution == "---" else _word(resolution), duplicate_of


def _word(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Z_]+", text) else None


def _modern_place(tree: BeautifulSoup) -> tuple[str | None, str | None]:
    names = [tree.select_one(f"#{name}-name") for name in ("product", "component")]
    first = [next((one_line(str(s)) for s in tag.stripped_strings), None) if tag else None for tag in names]
    if all(first):
        return first[0], first[1]
    subtitle = re.search(r"\((.+?) :: ([^,()]+)", _text(tree.select_one("#module-categories-subtitle"))[:1_000])
    return (one_line(subtitle[1]), one_line(subtitle[2])) if subtitle else (first[0], first[1])


def _is_of_an_account(tree: BeautifulSoup) -> bool:
    """Return whether a page was saved while logged in: then it may name bugs that the public cannot see."""
    return tree.select_one('a[href*="logout=1"], #field-value-reporter span.fn') is not None


def _modern_comments(sets: Iterable[Tag], known: dict[str, Person], opened: str | None) -> Iterator[WireComment]:
    for part in sets:
        comment = part.select_one("div.comment[data-no]")
        body = part.select_one("div.comment-text")
        number = number_in(str(comment["data-no"])) if comment is not None else None
        if number is None or _is_private(part):
            continue
        author = part.select_one("td.change-author .vcard, .change-author .vcard")
        who = next((known[uid] for uid in _user_ids(author) if uid in known), _tagged(author))
        tags = str(comment.get("data-tags", "")).split() if comment is not None else []
        text = "" if "spam" in tags else _attached(part) + (comment_text(body) if body else "")
        # The head of an edited comment shows when it was edited, not when it was posted.
        is_edited = part.select_one(".change-revisions") is not None
        at = opened if number == 0 and opened else None if is_edited else _time_in(part.select_one("div.change-time"))
        yield WireComment(number=number, at=at, person=who, text=said(text))


def _tagged(author: Tag | None) -> Person:
    """Return the nick that a commenter put into the real name, `[:nick]`; the name itself is never read."""
    nick = _NICK.search(_text(author))
    return person(nick["nick"]) if nick else Person()


def _attached(part: Tag) -> str:
    """Return the line that REST puts before the text of a comment made with an attachment; pages omit it."""
    box = part.select_one("div.attachment[data-id]")
    if box is None:
        return ""
    name = box.select_one('meta[itemprop="name"]')
    return f"Created attachment {box['data-id']}\n{name['content'] if name else ''}\n\n"


def _modern_history(sets: Iterable[Tag]) -> tuple[Change, ...] | None:
    """Read the changes of the followed fields; None if one of them is cut off or ambiguous."""
    changes = []
    for part in sets:
        at = _time_in(part.select_one("div.change-time"))
        for line in part.select("div.activity > div.change"):
            label, _, value = one_line(_text(line)).partition(":")
            name = _LABELS.get(label.strip())
            if name is None:
                continue
            sides = [side.strip() for side in f" {value} ".split(" → ")]
            if at is None or len(sides) > 2 or value.rstrip().endswith("…"):
                return None
            if len(sides) == 1:
                sides = [sides[0], ""] if line.select_one(".activity-deleted") else ["", sides[0]]
            old, new = ("" if side == "---" else side for side in sides)
            changes.append(Change(at=at, field=name, removed=old, added=new))  # type: ignore[arg-type]
    return tuple(sorted(changes, key=lambda c: (c.at, FOLLOWED_FIELDS.index(c.field), c.removed, c.added)))


def _duplicates(tree: BeautifulSoup) -> tuple[int, ...]:
    """Read the field labelled "Duplicates:", which has no id."""
    for name in tree.select(".field .name, .field .label"):
        box = name.find_parent(class_="field")
        if _text(name) == "Duplicates:" and isinstance(box, Tag):
            return tuple(sorted(set(_numbers_in(box.select("a[href]")))))
    return ()


def _shows_groups(tree: BeautifulSoup) -> bool:
    body = tree.body
    marked = any(name.startswith("bz_group_") for name in classes(body)) if body else False
    return marked or tree.select_one('input[name="groups"][checked]') is not None


# Bugzilla's classic page (upstream 5.x)


def _is_classic(document: Document) -> bool:
    return document.tree.select_one("#static_bug_status") is not None


def _read_classic(document: Document) -> list[WireBug]:
    tree = document.tree
    title = re.match(r"\s*(?:Bug )?([0-9]+)\s+[–-]\s+(.*)", _text(tree.title), re.S)
    number = number_in(title[1]) if title else document.number
    summary = _exact(tree.select_one("#short_desc_nonedit_display")) or (one_line(title[2]) if title else "")
    static = tree.select_one("#static_bug_status")
    words = _text(static).split()
    if number is None or not summary or not words or static is None:
        raise UnreadablePage(f"{document.source}: the page lacks the bug's number, summary or status")
    comments = tuple(_classic_comments(tree.select("div.bz_comment")))
    resolution = _word(words[1]) if len(words) > 1 else None
    return [
        WireBug(
            id=number,
            summary=summary,
            status=_word(words[0]),
            resolution=resolution,
            whiteboard=_exact(tree.select_one("#field_container_status_whiteboard")),
            opened=_classic_opened(tree, comments),
            changed=_row_time(tree, "Modified"),
            product=_before_bracket(tree.select_one("#field_container_product")),
            component=_before_bracket(tree.select_one("#field_container_component")),
            depends_on=_links(tree, "#field_container_dependson a"),
            blocks=_links(tree, "#field_container_blocked a"),
            see_also=_links(tree, "#field_container_see_also a"),
            duplicate_of=next(_numbers_in(static.select("a[href]")), None) if resolution == "DUPLICATE" else None,
            restricted=_shows_groups(tree),
            comments=comments,
            partial=True,
        )
    ]


def _classic_comments(boxes: Iterable[Tag]) -> Iterator[WireComment]:
    for box in boxes:
        name = str(box.get("id", ""))
        number = number_in(name[1:]) if name.startswith("c") else None
        if number is None or _is_private(box):
            continue
        body = box.select_one("pre.bz_comment_text, .bz_comment_text")
        at = from_written(_text(box.select_one(".bz_comment_time")))
        yield WireComment(number=number, at=at, text=said(comment_text(body) if body else ""))


def _classic_opened(tree: BeautifulSoup, comments: tuple[WireComment, ...]) -> str | None:
    """Return the description's time, which has seconds, if it agrees with the page's "Reported" to the minute."""
    reported = _row_time(tree, "Reported")
    described = next((c.at for c in comments if c.number == 0), None)
    if described and (reported is None or described[:16] == reported[:16]):
        return described
    return reported


def _row_time(tree: BeautifulSoup, label: str) -> str | None:
    for head in tree.select("th, .field_label"):
        if _text(head).rstrip(":") == label:
            value = head.find_next_sibling()
            return from_written(_text(value)) if isinstance(value, Tag) else None
    return None


def _before_bracket(tag: Tag | None) -> str | None:
    return one_line(_text(tag).partition("(")[0].strip()) or None


# Several bugs on one page (format=multiple; bug/show-multiple.html.tmpl)


def _is_multiple(document: Document) -> bool:
    return document.tree.select_one("table.bugfields") is not None


def _read_multiple(document: Document) -> list[WireBug]:
    bugs = []
    for table in document.tree.select("table.bugfields"):
        head = table.find_previous("h1")
        number = next(_numbers_in(head.select("a[href]")), None) if isinstance(head, Tag) else None
        if number is None:
            raise UnreadablePage(f"{document.source}: a bug without a number")
        if table.select_one("td.error"):
            raise ErrorPage(f"{document.source}: bug {number}: not permitted or not found")
        bugs.append(_multiple_bug(table, number, document.source))
    return bugs


def _multiple_bug(table: Tag, number: int, source: str) -> WireBug:
    rows = {_text(head).rstrip(":"): head.find_next_sibling("td") for head in table.select("th")}

    def cell(*labels: str) -> str:
        return next((_exact(rows[label]) for label in labels if label in rows), "")

    words = cell("Status").split()
    if not cell("Summary") or not words:
        raise UnreadablePage(f"{source}: the page lacks the summary or status of bug {number}")
    comments = tuple(_classic_comments(_comments_below(table)))
    return WireBug(
        id=number,
        summary=cell("Summary"),
        status=_word(words[0]),
        resolution=_word(words[1]) if len(words) > 1 else None,
        whiteboard=cell("Status Whiteboard", "Whiteboard"),
        opened=next((comment.at for comment in comments if comment.number == 0), None),
        product=cell("Product") or None,
        component=cell("Component") or None,
        comments=comments,
        partial=True,
    )


def _comments_below(table: Tag) -> Iterator[Tag]:
    """Yield the comments between this bug's table and the next one's."""
    for part in table.find_all_next(["table", "div"]):
        if not isinstance(part, Tag):
            continue
        names = classes(part)
        if part.name == "table" and "bugfields" in names:
            return
        if "bz_comment" in names:
            yield part


# The history of one comment (BMO, extensions/EditComments)


def _is_revisions(document: Document) -> bool:
    return document.tree.select_one("article.revision") is not None


def _read_revisions(document: Document) -> list[WireBug]:
    """Read one comment as it stands now, with the time at which it was posted."""
    title = re.search(r"Bug ([0-9]{1,9}) Comment ([0-9]{1,9}) Edit History", _text(document.tree.h2)[:200])
    number, comment = (number_in(title[1]), number_in(title[2])) if title else (None, None)
    articles = [(_revised(article), article) for article in document.tree.select("article.revision")]
    known = sorted((one for one in articles if one[0]), key=lambda one: one[0] or "")
    if number is None or comment is None or not known:
        raise UnreadablePage(f"{document.source}: the page lacks the bug's number, the comment's, or the times")
    body = known[-1][1].select_one("pre.bz_comment_text")
    if body is None:
        raise UnreadablePage(f"{document.source}: the newest text of comment {comment} is hidden or empty")
    posted = WireComment(number=comment, at=known[0][0], text=said(body.get_text().strip("\n")))
    return [WireBug(id=number, summary="", status=None, comments=(posted,), partial=True)]


def _revised(article: Tag) -> str | None:
    time = article.select_one("time[datetime]")
    return from_written(f"{time['datetime']} UTC") or from_written(_text(time)) if time is not None else None


# XML


def _is_xml(document: Document) -> bool:
    return document.text.lstrip().startswith("<?xml") and document.tree.select_one("bugzilla > bug") is not None


def _read_xml(document: Document) -> list[WireBug]:
    bugs = []
    root = document.tree.select_one("bugzilla")
    is_public = root is None or not root.get("exporter")
    for item in document.tree.select("bugzilla > bug"):
        written = _text(item.select_one("bug_id"))
        if item.get("error"):
            raise ErrorPage(f"{document.source}: bug {one_line(written)[:20]}: {one_line(str(item['error']))[:40]}")
        number = number_in(written)
        if number is None:
            raise UnreadablePage(f"{document.source}: a bug without a number")
        bug = _xml_bug(item, number)
        if bug.status is None or not bug.summary:
            raise UnreadablePage(f"{document.source}: the page lacks the summary or status of bug {bug.id}")
        bugs.append(bug if is_public else replace(bug, depends_on=None, blocks=None, see_also=None))
    return bugs


def _xml_bug(item: Tag, number: int) -> WireBug:
    def field(name: str) -> str:
        return _text(item.find(name, recursive=False))

    def numbers(name: str) -> tuple[int, ...]:
        found = (number_in(_text(tag)) for tag in item.find_all(name, recursive=False))
        return tuple(sorted({number for number in found if number}))

    reporter = item.find("reporter", recursive=False)
    who = _xml_person(reporter)
    see_also = (bug_number_in(_text(tag)) for tag in item.find_all("see_also", recursive=False))
    comments = list(_xml_comments(item, _text(reporter), who))
    return WireBug(
        id=number,
        summary=_exact(item.find("short_desc", recursive=False)),
        status=_word(field("bug_status")),
        resolution=_word(field("resolution")),
        whiteboard=_exact(item.find("status_whiteboard", recursive=False)),
        opened=from_written(field("creation_ts")),
        changed=from_written(field("delta_ts")),
        product=one_line(field("product")) or None,
        component=one_line(field("component")) or None,
        reporter=who,
        depends_on=numbers("dependson"),
        blocks=numbers("blocked"),
        see_also=tuple(sorted({n for n in see_also if n is not None})),
        duplicate_of=next(iter(numbers("dup_id")), None),
        restricted=item.find("group", recursive=False) is not None,
        comments=tuple(comments),
        numbered=all(tag.find("comment_count") is not None for tag in item.find_all("long_desc")),
        partial=True,
    )


def _xml_comments(item: Tag, login: str, reporter: Person) -> Iterator[WireComment]:
    for place, tag in enumerate(item.find_all("long_desc", recursive=False)):
        if tag.get("isprivate") == "1":
            continue
        count = number_in(_text(tag.find("comment_count")))
        author = tag.find("who")
        text = tag.find("thetext")
        yield WireComment(
            number=place if count is None else count,
            at=from_written(_text(tag.find("bug_when"))),
            person=replace(person(_text(author)), nick=reporter.nick) if _text(author) == login else _login(author),
            text=said(text.get_text() if text else ""),
        )


def _login(tag: object) -> Person:
    return person(_text(tag), _text(tag))


def _xml_person(tag: object) -> Person:
    """Return the nick as Bugzilla makes it: `[:nick]` of the real name, else the login up to the @."""
    if not isinstance(tag, Tag):
        return Person()
    nick = _NICK.search(str(tag.get("name", "")))
    return person(nick["nick"] if nick else _text(tag), _text(tag))


# Plain text


def _is_text(document: Document) -> bool:
    return page_text.recognises(document.text)


def _read_text(document: Document) -> list[WireBug]:
    number = page_text.number_of(document.text) or document.number
    if number is None:
        raise UnreadablePage(f"{document.source}: the text lacks the bug's number; give it on the command line")
    bug = page_text.read(document.text, number)
    if bug is None:
        raise UnreadablePage(f"{document.source}: the text ends before the title of bug {number}")
    return [bug]


READERS = (
    PageReader("Mozilla's page", "page", _is_modern, _read_modern),
    PageReader("Bugzilla's classic page", "page", _is_classic, _read_classic),
    PageReader("a page of several bugs", "page", _is_multiple, _read_multiple),
    PageReader("the history of a comment", "text", _is_revisions, _read_revisions),
    PageReader("Bugzilla's XML", "xml", _is_xml, _read_xml),
    PageReader("a page's plain text", "text", _is_text, _read_text),
)


# Parts of trees


def _text(tag: object) -> str:
    return " ".join(tag.get_text().split()) if isinstance(tag, Tag) else ""


def _exact(tag: object) -> str:
    """Return a text in the form that all sources share."""
    return one_line(tag.get_text()) if isinstance(tag, Tag) else ""


def _user_ids(vcard: Tag | None) -> list[str]:
    return [name for name in classes(vcard) if _VCARD.fullmatch(name)] if vcard is not None else []


def _is_private(part: Tag) -> bool:
    return (
        "bz_private" in classes(part)
        or part.select_one(".bz_private:not(tr), input[name^=isprivate][checked]") is not None
    )


def _time_in(tag: Tag | None) -> str | None:
    """Read the time inside a tag: epoch seconds if there are any, else a title to the minute, else None."""
    if tag is None:
        return None
    exact = tag.select_one("[data-time]")
    if exact is not None:
        return from_epoch(str(exact["data-time"]))
    titled = tag.select_one(".rel-time[title], .rel-time-title")
    return from_written(f"{titled.get('title', '')} {_text(titled)}") if titled is not None else None


def _numbers_in(links: Iterable[Tag]) -> Iterator[int]:
    for link in links:
        number = bug_number_in(address_of(link))
        if number is not None:
            yield number


def _links(tree: BeautifulSoup, selector: str) -> tuple[int, ...]:
    return tuple(sorted(set(_numbers_in(tree.select(selector)))))
