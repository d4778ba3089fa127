"""Makes docs/page.png: a page of the demo wiki as a browser shows it. Needs chromium and Python-Markdown.

usage: make_picture.py [PAGE] [PICTURE]    PAGE: the beginning of a page's file name
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import markdown

PAGE = "wartungsvertrag-für-den-becherpacker"
STYLE = """
body { margin: 0; background: #eef1f4; color: #1f2933; font: 17px/1.45 "Inter", "Source Sans 3", "Noto Sans",
       "Liberation Sans", sans-serif; }
main { box-sizing: border-box; width: 1000px; min-height: 100vh; margin: 0 auto; padding: 30px 60px; background: #fff;
       border: solid #dde3e9; border-width: 0 1px; }
h1 { margin: 0 0 10px; font-size: 31px; line-height: 1.2; color: #102a43; }
h2 { margin: 26px 0 8px; padding-bottom: 4px; border-bottom: 1px solid #e4e9ee; font-size: 21px; color: #102a43; }
h3 { margin: 18px 0 4px; font-size: 17px; }
h6 { float: right; margin: 17px 0 0 20px; font: 12px "DejaVu Sans Mono", monospace; color: #9fb3c8; }
h6 + p { margin-top: 16px; padding-top: 12px; border-top: 1px solid #e4e9ee; color: #52606d; }
h6 + p strong, h6 + p strong a { color: #102a43; }
p { margin: 8px 0; }
ul { margin: 8px 0; padding-left: 22px; }
a { color: #1d6fb8; text-decoration: none; }
blockquote { margin: 10px 0; padding: 2px 16px; border-left: 4px solid #cbd6e0; color: #52606d; }
code, pre { background: #f3f6f9; font: 15px "DejaVu Sans Mono", monospace; }
"""


def html(page: Path) -> str:
    """The page without its front matter, in one column."""
    text = re.sub(r"\A---\n.*?\n---\n", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "toc", "sane_lists"])
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><main>{body}</main>"


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else PAGE
    picture = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("page.png")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("error: no browser found (chromium). Install chromium.")
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "demo"
        subprocess.run([sys.executable, "-m", "mail2wiki", "demo", "-o", str(out), "--quiet"], check=True)
        page = next((p for p in sorted(out.rglob("*.md")) if p.name.startswith(wanted)), None)
        if page is None:
            sys.exit(f"error: no such page in the demo wiki ({wanted}). Name the beginning of a file name.")
        shown = Path(scratch) / "page.html"
        shown.write_text(html(page), encoding="utf-8")
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
             f"--user-data-dir={scratch}/browser", "--window-size=1200,900", f"--screenshot={picture.resolve()}",
             shown.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip
    print(f"{picture.name}: {picture.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
