"""The fast and the tolerant path from HTML to Markdown say the same words; on real pages when they are at hand."""

import mailbox
import re
from collections import Counter
from pathlib import Path

import pytest

from mail2wiki.extract import html, html_tokens, html_tolerant, line_kinds

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "lists" / "usrp-users.mbox.xz"
PAGES = [
    (
        "<p>Guten Tag Frau <b>Muster</b>,</p><p>anbei <i>das</i> <a "
        "href='https://firma.example/x'>Angebot</a>.<br>Bis bald</p>"
    ),
    "<ul><li>eins<ul><li>zwei</li></ul></li><li>drei</li></ul><ol start=4><li>vier</li></ol>",
    "<table border=1><tr><th>Teil</th><th>Preis</th></tr><tr><td>Rad</td><td>12,50</td></tr></table>",
    "<table><tr><td><table><tr><td>innen</td></tr></table></td><td><p>a</p><p>b</p></td></tr></table>",
    "<blockquote>alt<blockquote>älter</blockquote></blockquote><div style='display:none'>weg</div>",
    (
        "<p style='mso-list:l0 level1 lfo1'><span "
        "style='mso-list:Ignore'>·</span>Punkt</p><style>p{}</style><!--[if "
        "mso]>weg<![endif]-->"
    ),
    "<h2>Titel</h2><hr><pre>x = 1\ny &lt; 2</pre><img alt='Lageplan' src='cid:1'>&amp; *Stern* _b_ [c] {d} $e$",
]
LEAKS = re.compile(r"supportLists|\[if |mso-|font-family|<(?!https?://|mailto:)")


def words(lines):
    """Counts of the words a reader sees."""
    shown = (re.sub(r"\]\([^()\s]*\)", "]", line) for line in lines)
    return Counter(re.findall(r"[^\W_]+", " ".join(line_kinds.plain(line) for line in shown)))


def visible(page):
    """The words of a page by a third way: the parser's own text."""
    parser = html_tokens.LexborHTMLParser(page)
    parser.strip_tags(html_tokens.UNSEEN)
    return Counter(re.findall(r"[^\W_]+", parser.body.text(separator=" ") if parser.body else ""))


def test_both_paths_unwrap_bare_links():
    page = (
        "<p>https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffirma.example%2Fa&amp;data=05 und x</p>"
    )
    assert html.to_lines(page)[0] == html_tolerant.to_lines(page) == ["<https://firma.example/a> und x"]


@pytest.mark.parametrize("page", PAGES)
def test_both_paths_say_the_same_words(page):
    fast, defects = html.to_lines(page)
    assert defects == ()
    assert words(fast) == words(html_tolerant.to_lines(page))
    assert not LEAKS.search("\n".join(fast))


@pytest.fixture(scope="module")
def real_pages():
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    import lzma
    import tempfile

    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "list.mbox")
        with lzma.open(CORPUS) as packed:
            path.write_bytes(packed.read(9_000_000))
        for message in mailbox.mbox(path, create=False):
            for part in message.walk():
                if part.get_content_type() == "text/html":
                    found.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
    return found[:250]


def test_real_pages_keep_their_words_and_leak_nothing(real_pages):
    kept = total = 0
    for page in real_pages:
        lines, _ = html.to_lines(page)
        assert not LEAKS.search("\n".join(lines))
        wanted = visible(page)
        total += wanted.total()
        kept += wanted.total() - (wanted - words(lines)).total()
    assert total > 10_000
    assert kept / total >= 0.999


def test_both_paths_agree_on_real_pages(real_pages):
    apart = total = 0
    for page in real_pages[:40]:
        fast, slow = words(html.to_lines(page)[0]), words(html_tolerant.to_lines(html_tokens.flatten(page)[0]))
        apart += (fast - slow).total() + (slow - fast).total()
        total += fast.total()
    assert apart / total <= 0.002
