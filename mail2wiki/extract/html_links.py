"""Where a link in a mail really goes, in a form that is safe to write.

Takes off the wrappers that mail gateways put around links (Outlook SafeLinks, Proofpoint, Barracuda, Cisco, Google).
Refuses every target but http, https and mailto, and targets longer than LONGEST characters.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 2000  # characters; longer ones are tracking or data
LAYERS = 4  # wrappers around wrappers that are taken off
_SCHEMES = ("http://", "https://", "mailto:")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0<>\"'`{}|\\^\[\]()*$\u2028\u2029]")
_PROOFPOINT_3 = re.compile(r"https://urldefense\.(?:com|us|proofpoint\.com)/v3/__(.+?)__;([^!]*)!", re.IGNORECASE)
BARE = re.compile(r"https?://[^\s<>\"\u00a0\u200b]{1,2000}")
_RUNS = {
    char: index + 2 for index, char in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}


def target(href: str) -> str:
    """The unwrapped, percent-encoded target, "" if it is none that may be written."""
    href = "".join(href.split()) if "\n" in href or "\t" in href or "\r" in href else href.strip()
    if len(href) > LONGEST * 2 or not href[:8].lower().startswith(_SCHEMES):
        return ""
    if href[:7].lower() != "mailto:":
        href = unwrap(href)
    if len(href) > LONGEST or not href[:8].lower().startswith(_SCHEMES):
        return ""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), href)


def unwrap(url: str) -> str:
    """The link inside gateway wrappers; the link itself if there is none."""
    for _ in range(LAYERS):
        inner = _inner(url)
        if not inner or not inner[:8].lower().startswith(("http://", "https://")):
            break
        url = inner
    return url


def _inner(url: str) -> str:
    low = url[:120].lower()
    try:
        if "safelinks.protection.outlook." in low:
            return _parameter(url, "url")
        if "urldefense" in low:
            return _proofpoint(url)
        if low.startswith("https://secure-web.cisco.com/"):
            return unquote(url[29:].partition("/")[2].partition("?")[0])
        if "linkprotect.cudasvc.com/url" in low:
            return _parameter(url, "a")
        if low.startswith(("https://www.google.", "http://www.google.")) and "/url?" in low:
            return _parameter(url, "q") or _parameter(url, "url")
    except (ValueError, UnicodeError):
        return ""
    return ""


def _parameter(url: str, name: str) -> str:
    return parse_qs(urlsplit(url.replace("&amp;", "&")).query, max_num_fields=50).get(name, [""])[0]


def _proofpoint(url: str) -> str:
    """Proofpoint URL Defense, versions 1 to 3."""
    if "/v1/url" in url:
        return unquote(_parameter(url, "u"))
    if "/v2/url" in url:
        return unquote(_parameter(url, "u").translate({ord("-"): "%", ord("_"): "/"}))
    found = _PROOFPOINT_3.match(url)
    if found is None:
        return ""
    coded, stars = unquote(found[1]), found[2]
    spare = base64.urlsafe_b64decode(stars + "=" * (-len(stars) % 4)).decode("utf-8", "replace") if stars else ""
    result, at, place = [], 0, 0
    while place < len(coded):
        char = coded[place]
        if char != "*":
            result.append(char)
        elif coded[place + 1 : place + 2] == "*" and coded[place + 2 : place + 3] in _RUNS:
            length = _RUNS[coded[place + 2]]
            result.append(spare[at : at + length])
            at += length
            place += 2
        else:
            result.append(spare[at : at + 1])
            at += 1
        place += 1
    inner = "".join(result)
    return re.sub(r"^(https?):/(?!/)", r"\1://", inner)
