"""The content security policy of a page: nothing from elsewhere, no evaluation, inline code only by its hash.

A page that asks for it in its slot may compile WebAssembly, which is not evaluation of scripts.
"""

import base64
import hashlib
import re

SLOT = "ciSlotPolicy"
SLOT_WEBASSEMBLY = "ciSlotPolicyWebAssembly"
_INLINE = re.compile(r"<(script|style)(?![^>]*\bsrc=)(?![^>]*application/)[^>]*>(.*?)</\1>", re.S)


def with_policy(html: str) -> str:
    """Write the policy into a page that holds its slot; a page without the slot stays as it is."""
    if SLOT not in html:
        return html
    html = html.replace(SLOT_WEBASSEMBLY, _policy(html, "'self'", "'wasm-unsafe-eval'"))
    return html.replace(SLOT, _policy(html, "'self'"))


def _policy(html: str, *scripts: str) -> str:
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for match in _INLINE.finditer(html):
        digest = base64.b64encode(hashlib.sha256(match[2].encode()).digest()).decode()
        hashes[match[1]].append(f"'sha256-{digest}'")
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src", *scripts, *dict.fromkeys(hashes["script"])]),
            " ".join(["style-src 'self'", *dict.fromkeys(hashes["style"])]),
            "img-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "font-src 'self'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )
