"""Check every link inside a built site: the file must exist, and so must the anchor. Nothing is fetched.

Usage: links.py FOLDER [BASE_PATH]; BASE_PATH is the path under which the site is served (default: /ca-incidents/).
"""

import re
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_LINK = re.compile(
    r"<(?:a|link|img|script|source|iframe|form)\b[^>]*?\s(?:href|src|action)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))"
)
_PLACE = re.compile(r"\s(?:id|name)=(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_NOT_MARKUP = re.compile(r"<!--.*?-->|(<script\b[^>]*>).*?</script>", re.S)


def broken_links(site: Path, base: str = "/ca-incidents/") -> list[str]:
    """List the broken links, each with the page that it is on."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = sorted(name for name in files if name.endswith(".html"))
    if not pages:
        return [f"{site}: there is no page here"]
    texts = {name: _NOT_MARKUP.sub(r"\1", (site / name).read_text("utf-8")) for name in pages}
    places = {name: {unescape("".join(found)) for found in _PLACE.findall(text)} for name, text in texts.items()}
    wrong = []
    for name, text in texts.items():
        # The 404 page is shown at any address, so its links start at the root.
        here = base + name
        for link in sorted({unescape("".join(found)) for found in _LINK.findall(text)}):
            if why := _why_broken(link, here, base, files, places):
                wrong.append(f"{name}: {link}: {why}")
    return wrong


def _why_broken(link: str, here: str, base: str, files: set[str], places: dict[str, set[str]]) -> str | None:
    parts = urlsplit(urljoin(f"http://site{here}", link))
    if parts.netloc != "site":
        return None
    path = unquote(parts.path)
    if not path.startswith(base):
        return f"leads out of {base}"
    name = path.removeprefix(base)
    target = next((found for found in (name, f"{name}index.html") if found in files), None)
    if target is None:
        return "no such file" if f"{name}/index.html" not in files else "the slash at the end is missing"
    fragment = unquote(parts.fragment)
    if fragment and fragment not in {"top", "_top"} and target in places and fragment not in places[target]:
        return "no such place on that page"
    return None


if __name__ == "__main__":
    found = broken_links(Path(sys.argv[1]), *sys.argv[2:3])
    print("\n".join(found) if found else "Every link inside the site leads somewhere.")
    sys.exit(bool(found))
