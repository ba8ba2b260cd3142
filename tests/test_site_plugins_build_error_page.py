"""A failed build is a page with the error; `test_site_served.py` sees it in a running server."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ca_incidents.site_plugins.build.error_page import NAME, ErrorPage, page


def failing(error: BaseException) -> Callable[[], None]:
    def build() -> None:
        raise error

    return build


def answered(error_page: ErrorPage, path: str) -> tuple[str, str]:
    """Ask for a path of a server that answers with the path itself; return the status and the answer."""
    status: list[str] = []

    def inner(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    content = error_page.around_pages(inner)({"PATH_INFO": path}, lambda code, _headers: status.append(code))
    return status[0], b"".join(content).decode()


def test_a_page_is_the_error_until_a_build_succeeds(tmp_path: Path) -> None:
    told: list[str] = []
    shown = ErrorPage(tmp_path, "/base/", told.append)
    assert answered(shown, "/base/cas/") == ("200 OK", "/base/cas/")
    shown.around_build(failing(ValueError("incidents/2020/1.yaml:3:4: wrong\nsecond")))()
    assert told == ["incidents/2020/1.yaml:3:4: wrong\nsecond"]
    assert "<li><code>incidents/2020/1.yaml:3:4: wrong</code></li>" in (tmp_path / NAME).read_text()
    for path in ("/base/", "/base/cas/", "/base/404.html"):
        assert answered(shown, path) == ("500 Internal Server Error", f"/base/{NAME}")
    for path in ("/livereload/1/2", "/base/assets/site.js"):
        assert answered(shown, path) == ("200 OK", path)
    shown.around_build(lambda: None)()
    assert answered(shown, "/base/cas/") == ("200 OK", "/base/cas/")


def test_an_exit_shows_the_error_that_it_was_made_from(tmp_path: Path) -> None:
    told: list[str] = []
    left = SystemExit(1)
    left.__context__ = ValueError("mkdocs.yml: wrong")
    shown = ErrorPage(tmp_path, "/", told.append)
    shown.around_build(failing(left))()
    shown.around_build(failing(SystemExit("Aborted with 1 warnings in strict mode!")))()
    shown.around_build(failing(KeyError()))()
    assert told == ["mkdocs.yml: wrong", "Aborted with 1 warnings in strict mode!", "KeyError"]


def test_an_error_is_harmless_text_and_not_endless() -> None:
    shown = page("\n".join(["<script>alert(1)</script>\x1b[31m", *map(str, range(200))]))
    assert "<script" not in shown and "\x1b" not in shown
    assert "&lt;script&gt;" in shown and "… and 101 more" in shown
