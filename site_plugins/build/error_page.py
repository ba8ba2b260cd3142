"""What a preview shows while its build fails: the error, at every address, until the file is fixed.

MkDocs' server keeps every browser waiting for a build that does not fail, and says why only in the terminal.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ca_incidents.schema.findings import visible
from ca_incidents.site_plugins.pages import html

NAME = ".error.html"
MOST_LINES = 100
# A browser that asked before the build succeeded is told to ask again.
_FIXED = (
    '<!doctype html><html lang="en"><head><title>Fixed</title><meta http-equiv="refresh" content="0"></head></html>'
)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def page(message: str) -> str:
    """Return the page that shows an error's message, one line per finding."""
    lines = [visible(line) for line in message.split("\n")]
    more = [f"… and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
    listed = "".join(f"<li><code>{html.flat(line)}</code></li>\n" for line in [*lines[:MOST_LINES], *more])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>The site cannot be built</title>\n'
        "<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }"
        " li { margin: 0.5rem 0; overflow-wrap: anywhere }</style></head>\n"
        f"<body><h1>The site cannot be built</h1>\n<ul>\n{listed}</ul>\n"
        "<p>This page shows the site again when the file is fixed.</p></body></html>\n"
    )


class ErrorPage:
    """Shows an error in place of every page while a preview's last build has failed."""

    def __init__(self, root: Path, base: str, report: Callable[[str], None]) -> None:
        self.file = root / NAME
        self.address = f"{base}{NAME}"
        self.report = report
        self.failed = False

    def around_build(self, build: Callable[[], None]) -> Callable[[], None]:
        """Return a build that shows its error instead of raising it."""

        def guarded() -> None:
            try:
                build()
            except (Exception, SystemExit) as error:
                # An exit says that there was an error; what it was is in the one that it was made from.
                cause = error.__context__ if isinstance(error, SystemExit) and error.__context__ else error
                message = str(cause) or type(cause).__name__
                self.file.write_text(page(message), "utf-8")
                self.failed = True
                self.report(message)
            else:
                self.failed = False
                self.file.write_text(_FIXED, "utf-8")

        return guarded

    def around_pages(self, inner: Application) -> Application:
        """Return a WSGI application that answers a request for a page with the error, if there is one."""

        def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            if path.startswith("/livereload/") or not path.endswith(("/", ".html")):
                return inner(environ, start_response)
            answer: list[tuple[Any, ...]] = []
            # The server waits for a build that runs, so only afterwards is it known whether it failed.
            content = inner(environ, lambda *given: answer.append(given))
            if self.failed:
                getattr(content, "close", lambda: None)()
                content = inner({**environ, "PATH_INFO": self.address}, lambda *given: answer.append(given))
                _, headers, *more = answer.pop()
                answer.append(("500 Internal Server Error", headers, *more))
            start_response(*answer[-1])
            return content

        return application
