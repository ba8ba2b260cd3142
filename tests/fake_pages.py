"""Pages of the fake's bugs as Bugzilla shows them to the public, and as browsers and web archives keep them."""

from datetime import datetime, timedelta, timezone
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from typing import Any

from fake_bugzilla import USERS
from markdown_it import MarkdownIt

SERVER = "https://bugzilla.mozilla.org"
PACIFIC = timezone(timedelta(hours=-8), "PST")
LABELS = {"status": "Status", "resolution": "Resolution", "whiteboard": "Whiteboard", "product": "Product"}
_MARKDOWN = MarkdownIt("commonmark", {"breaks": True, "linkify": False}).enable("table")


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(PACIFIC)


def _rel(text: str, *, exact: bool = True) -> str:
    epoch = f' data-time="{int(_when(text).timestamp())}"' if exact else ""
    return f'<span class="rel-time" title="{_when(text):%Y-%m-%d %H:%M} PST"{epoch}>4 years ago</span>'


def _vcard(login: str, *, nick: bool) -> str:
    number, real, short = USERS[login]
    link = f'<a class="email" href="/user_profile?user_id={number}">'
    return f'<div class="vcard vcard_{number}">{link}<span class="fna">{short if nick else real}</span></a></div>'


def _bug_link(number: int) -> str:
    return f'<a class="bz_bug_link" href="/show_bug.cgi?id={number}" title="NEW - other">an-alias-{number}</a>'


def modern_page(bug: dict[str, Any], *, exact: bool = True, titles: bool = True) -> str:
    """Mozilla's page; without `exact` no epoch seconds, without `titles` nothing but ages."""

    def rel(text: str) -> str:
        return _rel(text, exact=exact) if titles else "<span>4 years ago</span>"

    closed = bug["resolution"]
    state = f"{bug['status']}\n {bug['resolution']}"
    if bug["dupe_of"]:
        state = f"RESOLVED DUPLICATE of {_bug_link(bug['dupe_of'])}"
    times = [("Opened", bug["creation_time"])]
    times.append(("Closed", bug["cf_last_resolved"]) if closed else ("Updated", bug["last_change_time"]))
    labels = "".join(f'<span class="bug-time-label">{name} {rel(at)}</span>' for name, at in times)
    sets = sorted(
        [(c["time"], 0, _modern_comment(c, bug, rel)) for c in bug["comments"] if "spam" not in c["tags"]]
        + [(h["when"], 1, _modern_change(h, rel)) for h in bug["history"]],
        key=lambda item: item[:2],
    )
    numbers = {key: "".join(map(_bug_link, bug[key])) for key in ("depends_on", "blocks", "duplicates")}
    see_also = "".join(f'<div class="link"><a href="{escape(url)}">short…</a></div>' for url in bug["see_also"])
    wbr = escape(bug["summary"]).replace(": ", ":<wbr> ")
    return f"""<!DOCTYPE html><html><head><title>{bug["id"]} - {escape(bug["summary"])}</title>
<meta name="generator" content="Bugzilla 20260820.1"></head><body class="bug_modal">
<div id="field-value-bug_id"><a href="{SERVER}/show_bug.cgi?id={bug["id"]}">Bug {bug["id"]}</a></div>
<span class="bug-status-label" data-status="{"closed" if closed else "open"}">x</span>
<span class="bug-time-labels">{labels}</span>
<h1 id="field-value-short_desc">{wbr}</h1>
<span id="field-value-short_desc" style="display:none">{escape(bug["summary"])}</span>
<section class="module" id="module-categories"><h3 class="module-subtitle" id="module-categories-subtitle">
({bug["product"]} :: {bug["component"]}, task)</h3>
<span id="product-name">{bug["product"]} <span class="icon">i</span></span>
<span id="component-name">{bug["component"]} <span class="icon">i</span></span></section>
<div id="field-value-status-view">{state}</div>
<span id="field-value-bug_status" hidden>{bug["status"]}</span>
<span id="field-value-resolution" hidden>{bug["resolution"] or "---"}</span>
<div id="field-value-reporter">{_vcard(bug["creator"], nick=True)}</div>
<div id="field-value-assigned_to">{_vcard(bug["assigned_to"], nick=True)}</div>
<div id="field-value-assigned_to">{_vcard(bug["assigned_to"], nick=True)}</div>
<div id="field-value-dependson">{numbers["depends_on"]}</div><div id="field-value-blocked">{numbers["blocks"]}</div>
<div class="field"><div class="name">Duplicates:</div><div class="value">{numbers["duplicates"]}</div></div>
<div id="field-value-see_also">{see_also}</div>
<div id="field-value-status_whiteboard">{escape(bug["whiteboard"]) or "---"}</div>
<div id="comment-actions"></div>{"".join(text for *_, text in sets)}</body></html>"""


def _modern_comment(comment: dict[str, Any], bug: dict[str, Any], rel: Any) -> str:
    if comment["is_private"]:
        return ""
    number, text = comment["count"], comment["text"]
    box = ""
    if text.startswith("Created attachment "):
        head, name, text = [*text.split("\n", 2), ""][:3]
        meta = f'<meta itemprop="name" content="{name}">'
        box = f'<div class="attachment" id="att-1" data-id="{head.split()[-1]}">{meta}</div>'
    plain = text.startswith("#[markdown(off)]\n")
    if plain:
        body = f'<div class="comment-text" id="ct-{number}">{escape(text.partition(chr(10))[2])}</div>'
    else:
        body = f'<div class="comment-text markdown-body" id="ct-{number}">{_MARKDOWN.render(text.strip())}</div>'
    hidden = ' style="display:none"' if comment["tags"] else ""
    return f"""<div class="change-set" id="c{number}"><div class="comment" data-id="{comment["id"]}" data-no="{number}"
data-tags="{" ".join(comment["tags"])}"><table id="ch-{number}"><tr><td class="change-author">
{_vcard(comment["creator"], nick=False)}<td><h3 class="change-name">Comment {number}</h3>
<div class="change-time">• {rel(comment["time"])}</div></tr></table>{box}<div{hidden}>{body}</div></div></div>"""


def _modern_change(entry: dict[str, Any], rel: Any) -> str:
    lines = []
    for change in entry["changes"]:
        label = LABELS.get(change["field_name"], change["field_name"])
        old, new = (escape(change[k]) for k in ("removed", "added"))
        if label == "Resolution":
            old, new = old or "---", new or "---"
        gone = f'<span class="activity-deleted">{old}</span>'
        value = f"{old} → {new}" if old and new else new or gone
        lines.append(f'<div class="change">{label}: {value}</div>')
    return f"""<div class="change-set" id="a1_12"><div class="change" id="aa1_12">
<div class="change-time">• {rel(entry["when"])}</div></div><div class="activity">{"".join(lines)}</div></div>"""


def classic_page(bug: dict[str, Any]) -> str:
    """Bugzilla's own layout."""
    comments = "".join(
        f"""<div class="bz_comment" id="c{c["count"]}"><span class="bz_comment_number">Comment {c["count"]}</span>
<span class="bz_comment_user"><span class="vcard"><span class="fn">{USERS[c["creator"]][1]}</span></span></span>
<span class="bz_comment_time">{_when(c["time"]):%Y-%m-%d %H:%M:%S} PST</span>
<pre class="bz_comment_text" id="comment_text_{c["count"]}">{escape(c["text"])}</pre></div>"""
        for c in bug["comments"]
        if not c["is_private"]
    )
    dupe = f' of <a href="show_bug.cgi?id={bug["dupe_of"]}">bug</a>' if bug["dupe_of"] else ""
    links = {key: "".join(map(_bug_link, bug[key])) for key in ("depends_on", "blocks")}
    return f"""<!DOCTYPE html><html><head><title>{bug["id"]} – {escape(bug["summary"])}</title></head>
<body class="bz_bug">
<span id="short_desc_nonedit_display">{escape(bug["summary"])}</span><table>
<tr><th class="field_label">Status:</th><td><span id="static_bug_status">{bug["status"]} {bug["resolution"]}{dupe}
</span></td></tr>
<tr><th class="field_label">Product:</th><td id="field_container_product">{bug["product"]}</td></tr>
<tr><th class="field_label">Component:</th><td id="field_container_component">{bug["component"]} (<a>more</a>)</td></tr>
<tr><th class="field_label">Whiteboard:</th>
<td id="field_container_status_whiteboard">{escape(bug["whiteboard"])}</td></tr>
<tr><th class="field_label">Depends on:</th><td id="field_container_dependson">{links["depends_on"]}</td></tr>
<tr><th class="field_label">Blocks:</th><td id="field_container_blocked">{links["blocks"]}</td></tr>
<tr><th class="field_label">Reported:</th><td>{_when(bug["creation_time"]):%Y-%m-%d %H:%M} PST by somebody</td></tr>
<tr><th class="field_label">Modified:</th>
<td>{_when(bug["last_change_time"]):%Y-%m-%d %H:%M} PST (<a>History</a>)</td></tr>
</table>{comments}</body></html>"""


def xml_page(*bugs: dict[str, Any], numbers: bool = False) -> str:
    """`show_bug.cgi?ctype=xml`; with `numbers` as upstream writes it."""
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<!DOCTYPE bugzilla SYSTEM "{SERVER}/page.cgi?id=bugzilla.dtd">
<bugzilla version="20260820.1" urlbase="{SERVER}/">{"".join(_xml(b, numbers) for b in bugs)}</bugzilla>"""


def _xml(bug: dict[str, Any], numbers: bool) -> str:
    if bug["groups"]:
        return f'<bug error="NotPermitted"><bug_id>{bug["id"]}</bug_id></bug>'
    lists = (("dependson", "depends_on"), ("blocked", "blocks"))
    tags = "".join(f"<{tag}>{n}</{tag}>" for tag, key in lists for n in bug[key])
    dup = f"<dup_id>{bug['dupe_of']}</dup_id>" if bug["dupe_of"] else ""
    who = f'<reporter name="{USERS[bug["creator"]][1]}">{bug["creator"].split("@")[0]}</reporter>'
    comments = "".join(
        f"""<long_desc isprivate="0"><commentid>{c["id"]}</commentid>
{f"<comment_count>{c['count']}</comment_count>" if numbers else ""}
<who name="{USERS[c["creator"]][1]}">{c["creator"].split("@")[0]}</who>
<bug_when>{_when(c["time"]):%Y-%m-%d %H:%M:%S %z}</bug_when><thetext>{escape(c["text"])}</thetext></long_desc>"""
        for c in bug["comments"]
        if not c["is_private"]
    )
    return f"""<bug><bug_id>{bug["id"]}</bug_id>
<creation_ts>{_when(bug["creation_time"]):%Y-%m-%d %H:%M:%S %z}</creation_ts>
<short_desc>{escape(bug["summary"])}</short_desc>
<delta_ts>{_when(bug["last_change_time"]):%Y-%m-%d %H:%M:%S %z}</delta_ts>
<product>{bug["product"]}</product><component>{bug["component"]}</component>
<bug_status>{bug["status"]}</bug_status><resolution>{bug["resolution"]}</resolution>{dup}
<status_whiteboard>{escape(bug["whiteboard"])}</status_whiteboard>{tags}{who}{comments}</bug>"""


def text_page(bug: dict[str, Any]) -> str:
    """The page's plain text as a web archive keeps it."""
    reporter = USERS[bug["creator"]][2]
    first, *rest = [c for c in bug["comments"] if not c["is_private"]]
    parts = [
        f"{bug['summary']}\nCategories\n({bug['product']} :: {bug['component']}, task)\nTracking\n(Not tracked)\n",
        f"People\n(Reporter: {reporter}, Assigned: {reporter})\nDetails\n(Whiteboard: {bug['whiteboard']})\n",
        f"{first['text']}\nUpdated•4 years ago\n|\n",
    ]
    for comment in rest:
        role = "Assignee | ||\n" if comment["creator"] == bug["assigned_to"] else ""
        parts.append(f"{role}Comment {comment['count']}•4 years ago\n|\n||\n{comment['text']}\n")
    return "".join([*parts, "Updated•2 years ago\n|\nDescription\n•\n"])


def open_text_page(bug: dict[str, Any], *, heads: bool = False) -> str:
    """The page's plain text as another archive keeps it: state first, blank lines and bullets, mostly no heads."""
    reporter = USERS[bug["creator"]][2]
    word = "Closed" if bug["resolution"] else "Open"
    state = " ".join(filter(None, (bug["status"], bug["resolution"])))
    parts = [
        f"{word} Bug {bug['id']} Opened 2 months ago Updated 3 days ago",
        bug["summary"],
        "Categories",
        f"({bug['product']} :: {bug['component']}, task)",
        "Tracking",
        "(Not tracked)",
        state,
        "People",
        f"(Reporter: {reporter}, Assigned: {reporter})",
        "Details",
        f"(Whiteboard: {bug['whiteboard']})",
    ]
    for comment in bug["comments"]:
        if comment["is_private"]:
            continue
        number, text = comment["count"], comment["text"].replace("\n* ", "\n  • ").replace("\n- ", "\n  • ")
        if number and heads:
            parts.append(f"Comment {number}•2 months ago")
        elif number == 1:
            parts.append("Assignee: nobody → filer\nStatus: UNCONFIRMED → ASSIGNED\nEver confirmed: true")
        parts.append(text)
    return "\n\n".join(parts) + "\n"


def multiple_page(*bugs: dict[str, Any]) -> str:
    """`show_bug.cgi?format=multiple`: a table of fields per bug, then its comments as they were written."""
    return f"<!DOCTYPE html><html><head><title>Full Text Bug Listing</title></head><body>{''.join(map(_several, bugs))}"


def _several(bug: dict[str, Any]) -> str:
    comments = "".join(
        f"""<div id="c{c["count"]}" class="bz_comment"><div class="bz_comment_head"><span class="bz_comment_user">
<span class="vcard"><span class="fn">{USERS[c["creator"]][1]}</span></span></span>
<span class="bz_comment_time">{_when(c["time"]):%Y-%m-%d %H:%M:%S} PST</span></div>
<pre class="bz_comment_text">{escape(c["text"])}</pre></div>"""
        for c in bug["comments"]
        if not c["is_private"]
    )
    return f"""<h1>Bug <a href="/show_bug.cgi?id={bug["id"]}">{bug["id"]}</a></h1><table class="bugfields">
<tr><th>Summary:</th><td colspan=3>{escape(bug["summary"])}</td></tr>
<tr><th>Product:</th><td>{bug["product"]}</td>
<th class="rightcell">Reporter:</th><td>{USERS[bug["creator"]][1]}</td></tr>
<tr><th>Component:</th><td>{bug["component"]}</td></tr>
<tr><th>Status:</th><td>{bug["status"]} {bug["resolution"]}</td></tr>
<tr><th>Whiteboard:</th><td colspan=3>{escape(bug["whiteboard"])}</td></tr></table><br>
<table class="bz_comment_table"><tr><td>{comments}</td></tr></table>"""


def revisions_page(bug: dict[str, Any], number: int, *texts: str) -> str:
    """The history of one comment: how it was posted and what it became, a day apart."""
    posted = _when(bug["comments"][number]["time"])
    articles = "".join(
        f"""<article class="revision"><header><div class="metadata">{"Revision" if i else "Original comment"} by
<div class="vcard"><span class="fna">Somebody</span></div> on
<time datetime="x">{posted + timedelta(days=i):%Y-%m-%d %H:%M:%S} PST</time></div></header>
<div class="body"><pre class="bz_comment_text">{escape(text)}</pre></div></article>"""
        for i, text in enumerate(texts)
    )
    title = f"Bug {bug['id']} Comment {number} Edit History"
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h2>{title}</h2>{articles}</body></html>"


def mhtml(page: str) -> bytes:
    """A page as a browser saves it in one file."""
    message = MIMEMultipart("related", type="text/html")
    message["Snapshot-Content-Location"] = f"{SERVER}/show_bug.cgi?id=1"
    message.attach(MIMEText(page, "html", "utf-8"))
    message.attach(MIMEText("p { color: red }", "css", "utf-8"))
    return message.as_bytes()


def archived(page: str) -> str:
    """A page as the Wayback Machine serves it: its toolbar, and links that lead to itself."""
    ours = "https://web.archive.org/web/20260801000000/"
    rewritten = page.replace('href="https://', f'href="{ours}https://').replace(
        'href="/show', f'href="{ours}{SERVER}/show'
    )
    bar = '<div id="wm-ipp-base"><h1>Saved</h1><a href="/account/logout=1">x</a><input name="url" value="y"></div>'
    return rewritten.replace('<body class="bug_modal">', f'<body class="bug_modal">{bar}')


ERROR_PAGE = """<!DOCTYPE html><html><head><title>Access Denied</title></head><body>
<table><tr><td id="error_msg" class="throw_error">You may not see this.</td></tr></table></body></html>"""
