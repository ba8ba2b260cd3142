"""The joined style sheet: all parts in their order, under a name that changes with them."""

from ca_incidents.site_plugins.build.style_sheet import joined


def test_sheets_keep_their_order_and_lose_what_would_break_or_ask_for_more() -> None:
    theirs = b'@charset "UTF-8";a{color:red}\n/*# sourceMappingURL=main.css.map */\n'
    name, raw = joined([theirs, b"a { color: blue; }\n"])
    assert raw == b'@charset "UTF-8";\na{color:red}\na { color: blue; }\n'
    assert name.startswith("assets/style.") and name.endswith(".css")


def test_the_name_follows_the_content() -> None:
    assert joined([b"a{}"]) == joined([b"a{}"])
    assert joined([b"a{}"])[0] != joined([b"b{}"])[0]
