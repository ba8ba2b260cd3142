"""A shell is filled in every slot, and every page gets a content security policy.

Covers: site_plugins/build/security_policy.py.
"""

import pytest

from ca_incidents.site_plugins.build import security_policy, theme_shell
from ca_incidents.site_plugins.pages.page import Section

PAGE = """<title>ciSlotTitle - x</title><link href="ciSlotCanonical"><meta content="ciSlotDescription">
<ul><li><a href="#ciSlotFirst" class="l"> ciSlotFirstTitle </a></li>\
<li><a href="#ciSlotSecond" class="l"> ciSlotSecondTitle </a></li></ul>
<b>ciSlotTitle</b><article><h1>ciSlotContent</h1></article>"""


def test_a_shell_is_filled_in_every_slot_and_for_any_number_of_sections() -> None:
    cut = theme_shell.cut(PAGE, with_sections=True)
    filled = cut.fill(
        title="T", description="D", canonical="C", content="<p>B</p>", sections=[Section(c, c.upper()) for c in "abc"]
    )
    items = "".join(f'<li><a href="#{c}" class="l"> {c.upper()} </a></li>' for c in "abc")
    assert filled == (
        f'<title>T - x</title><link href="C"><meta content="D">\n<ul>{items}</ul>\n<b>T</b><article><p>B</p></article>'
    )


def test_a_value_that_looks_like_a_slot_is_not_filled_again() -> None:
    cut = theme_shell.cut(PAGE, with_sections=True)
    filled = cut.fill(title="ciSlotCanonical", description="", canonical="C", content="", sections=[Section("a", "b")])
    assert "<title>ciSlotCanonical - x</title>" in filled


@pytest.mark.parametrize("lost", ["ciSlotTitle", "<h1>ciSlotContent</h1>", "ciSlotSecond", "ciSlotFirstTitle"])
def test_a_theme_that_leaves_a_slot_out_is_refused(lost: str) -> None:
    with pytest.raises(theme_shell.ShellMismatch):
        theme_shell.cut(PAGE.replace(lost, ""), with_sections=True)


def test_white_space_that_shows_nothing_is_dropped_outside_of_the_article() -> None:
    article = "<article>\n  <pre>a\n  b</pre>\n</article>"
    page = f"""<ul>
      <li>
        <a href="x">
          One
        </a>
      </li>
    </ul>
    <p>Made
      with
      <a href="y">two</a>
      and three</p>
    {article}
    <footer>
    </footer>
    """
    links = '<ul><li><a href="x">One</a></li></ul><p>Made\nwith\n<a href="y">two</a>\nand three</p>'
    assert theme_shell.compact(page) == f"{links}\n{article}\n<footer></footer>\n"


def test_the_policy_names_inline_code_by_its_hash_and_leaves_data_alone() -> None:
    html = '<meta content="ciSlotPolicy"><script>one()</script><script src="x"></script>'
    html += '<script type="application/json">{}</script>'
    written = security_policy.with_policy(html)
    assert written.count("sha256-") == 1 and "ciSlotPolicy" not in written and "unsafe" not in written
    assert security_policy.with_policy("<p>none</p>") == "<p>none</p>"


def test_a_page_that_asks_for_it_may_compile_webassembly() -> None:
    written = security_policy.with_policy('<meta content="ciSlotPolicyWebAssembly">')
    assert "script-src 'self' 'wasm-unsafe-eval';" in written and "'unsafe-eval'" not in written
