"""Write the notes of a release: what changed in the data since the previous release, record by record.

Usage: notes.py TAG [PREVIOUS_TAG]; prints Markdown.
"""

import re
import subprocess
import sys
from collections.abc import Iterator

_RECORD = re.compile(r"incidents/[0-9]{4}/([0-9]+)\.yaml\Z")
_PART = re.compile(r"^([a-z_]+):", re.M)
_BUG = "https://bugzilla.mozilla.org/show_bug.cgi?id="
_MOST_LINES = 400


def main(tag: str, previous: str) -> str:
    """Return the notes of one release."""
    now, before = records(tag), records(previous) if previous else {}
    if not previous:
        return f"First version of the dataset: {len(now):,} records.\n"
    added = sorted(now.keys() - before.keys())
    changed = sorted(number for number in now.keys() & before.keys() if now[number] != before[number])
    texts = contents([now[number] for number in changed] + [before[number] for number in changed])
    parts = {number: ", ".join(changed_parts(texts[before[number]], texts[now[number]])) for number in changed}
    gone = sorted(before.keys() - now.keys())
    lines = [f"{len(now):,} records, {len(before):,} in {previous}.", ""]
    for title, bugs in (("Added", added), ("Changed", changed), ("Gone", gone)):
        if bugs:
            lines += [f"## {title}: {len(bugs):,}", ""]
            lines += [
                f"- [{bug}]({_BUG}{bug}){': ' + parts[bug] if bug in parts else ''}" for bug in bugs[:_MOST_LINES]
            ]
            lines += ["- and more; compare the two archives"] * (len(bugs) > _MOST_LINES) + [""]
    if len(lines) == 2:
        lines += ["No record changed.", ""]
    return "\n".join([*lines, "Errors found in published data are listed in docs/corrections.md.", ""])


def records(revision: str) -> dict[int, str]:
    """Return the git object of each record at a revision, by bug number."""
    found = {}
    for line in git("ls-tree", "-r", revision, "incidents").decode("utf-8").splitlines():
        place, _, path = line.partition("\t")
        if name := _RECORD.match(path):
            found[int(name[1])] = place.split()[2]
    return found


def contents(objects: list[str]) -> dict[str, str]:
    """Read many objects with one call of git."""
    out = git("cat-file", "--batch", given="".join(f"{name}\n" for name in objects).encode())
    return dict(_unpacked(out))


def _unpacked(out: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        name, _, size = out[at:end].decode("ascii").split()
        at = end + 1 + int(size)
        yield name, out[end + 1 : at].decode("utf-8")
        at += 1


def changed_parts(before: str, now: str) -> list[str]:
    """List the top-level keys whose text differs between two versions of a record."""
    one, other = _parts(before), _parts(now)
    return [key for key in dict.fromkeys((*one, *other)) if one.get(key) != other.get(key)]


def _parts(text: str) -> dict[str, str]:
    pieces = _PART.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def git(*arguments: str, given: bytes = b"") -> bytes:
    """Run git and return its output."""
    return subprocess.run(["git", *arguments], input=given, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603, S607


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""), end="")
