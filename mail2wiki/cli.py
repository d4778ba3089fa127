"""The commands: read the flags, call one function, show what it says. The only place that prints and exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mail2wiki import __version__
from mail2wiki.errors import Mail2WikiError, UsageError
from mail2wiki.terminal import Terminal

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_INTERRUPTED = 130

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="SOURCE...",
        help="mbox file, Maildir, .eml, .msg, Apple Mail or Thunderbird folder, Google Takeout, a tree of these, "
        "or one of them compressed (.gz .bz2 .xz .zst .zip .tar). Several are one mailbox with several holders.",
        show_default=False,
    ),
]
OutFolder = Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="Folder the wiki is written to.")]
Owner = Annotated[
    list[str] | None,
    typer.Option(help="Address (or part of the name) of whoever's mailbox it is. [found from the mail]"),
]
Lang = Annotated[str | None, typer.Option(help="Language of the pages: de or en. [the mailbox's main language]")]
Workers = Annotated[int | None, typer.Option(help="Processes that read and render. [one per core]")]
MaxPages = Annotated[int | None, typer.Option(help="Pages the wiki may have at most. [2000]")]
Strict = Annotated[bool | None, typer.Option("--strict", help="Exit 3 when something was skipped.")]
Trash = Annotated[bool | None, typer.Option("--include-trash", help="Read Spam and Trash of a Google Takeout too.")]
Keep = Annotated[list[str] | None, typer.Option(help="Message that is never dropped as a copy (id or Message-ID).")]
Exclude = Annotated[list[str] | None, typer.Option(help="Address or @domain whose messages are left out.")]
Regroup = Annotated[
    bool | None, typer.Option("--regroup", help="Build the topics anew; surviving ones keep their page.")
]
Embeddings = Annotated[
    str | None, typer.Option(metavar="DIR", help="Local sentence-transformers or model2vec model for the topics.")
]
Config = Annotated[Path | None, typer.Option("--settings", metavar="FILE", help="Settings file. [./mail2wiki.toml]")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be written; write nothing under OUT/wiki.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Stages and details.")]
LogJson = Annotated[Path | None, typer.Option(metavar="FILE", help="Append stages and messages as JSON lines.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"mail2wiki {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn a mailbox into a wiki: each thing said once, by topic, traceable, nothing private in it.

    Start with:  mail2wiki demo -o demo   then   mail2wiki export alice.mbox -o handover
    """


@app.command()
def export(
    source: Sources,
    out: OutFolder,
    owner: Owner = None,
    lang: Lang = None,
    workers: Workers = None,
    max_pages: MaxPages = None,
    strict: Strict = None,
    include_trash: Trash = None,
    keep: Keep = None,
    exclude_senders: Exclude = None,
    regroup: Regroup = None,
    embeddings: Embeddings = None,
    settings: Config = None,
    dry_run: DryRun = False,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_json: LogJson = None,
) -> None:
    """Mailbox(es) in, wiki out. Run again with the same OUT: only what changed is redone.

    The wiki is OUT/wiki/index.md; OUT/report.json has the account, OUT/review.csv what was held back.
    An interrupted run goes on where it was when you run it again.
    """
    from mail2wiki import pipeline
    from mail2wiki.settings import load

    flags = dict(
        owner=tuple(owner or ()), lang=lang, workers=workers, max_pages=max_pages, strict=strict,
        include_trash=include_trash, keep=tuple(keep or ()), exclude_senders=tuple(exclude_senders or ()),
        regroup=regroup, embeddings=embeddings,
    )  # fmt: skip
    with Terminal(quiet, verbose, log_json) as terminal:
        chosen = _attempt(terminal, lambda: load(flags, file=settings))
        report = _attempt(terminal, lambda: pipeline.export(source, out, chosen, terminal, dry_run=dry_run))
        _finish(terminal, report, chosen.strict, json)


@app.command()
def demo(
    out: OutFolder,
    lang: Lang = None,
    workers: Workers = None,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Export the bundled sample mailbox: about 300 messages of a German machine builder's project manager."""
    from mail2wiki import pipeline
    from mail2wiki.settings import load

    with Terminal(quiet, verbose) as terminal:
        chosen = _attempt(terminal, lambda: load({"lang": lang, "workers": workers}, environment={}))
        report = _attempt(terminal, lambda: pipeline.demo(out, chosen, terminal))
        _finish(terminal, report, False, json)


@app.command()
def show(
    source: Sources,
    json: AsJson = False,
    include_trash: Annotated[
        bool, typer.Option("--include-trash", help="Google Takeout's Spam and Trash too.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Each message as it was understood, one JSON line per message (or, without --json, to read). Writes nothing."""
    from mail2wiki import show as showing

    with Terminal(quiet) as terminal:
        for message in _attempt_each(terminal, showing.show(source, include_trash)):
            print(message if json else showing.to_read(message))


@app.command()
def explain(
    id: Annotated[str, typer.Argument(metavar="ID", help="Message-ID, or the id (or its beginning) of a message.")],
    out: OutFolder,
    json: AsJson = False,
) -> None:
    """What happened to a message and why, stage by stage."""
    from mail2wiki import explain as explaining

    with Terminal() as terminal:
        print(_attempt(terminal, lambda: explaining.explain(id, out, as_json=json)))


@app.command()
def verify(out: OutFolder, json: AsJson = False, quiet: Quiet = False) -> None:
    """Check that manifest, wiki and sources still agree; exit 1 and a list if not."""
    from mail2wiki import verify as verifying

    with Terminal(quiet) as terminal:
        problems = _attempt(terminal, lambda: verifying.verify(out, terminal))
        if json:
            import json as encoder

            print(encoder.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
        else:
            print("\n".join(problems) if problems else "manifest, wiki and sources agree")
        if problems:
            raise typer.Exit(1)


def _finish(terminal: Terminal, report: dict[str, Any], strict: bool, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True))
    for line in report["summary"]:
        terminal.note(line)
    if strict and report["skipped"]:
        terminal.error(f"{len(report['skipped'])} things were skipped (--strict). See 'skipped' in report.json.")
        raise typer.Exit(3)


def _attempt(terminal: Terminal, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Mail2WikiError as error:
        for line in error.lines:
            terminal.error(line)
        raise typer.Exit(error.exit_code) from error


def _attempt_each(terminal: Terminal, items: Any) -> Any:
    items = iter(items)
    end = object()
    while (item := _attempt(terminal, lambda: next(items, end))) is not end:
        yield item


def main() -> None:
    """The entry point: every ending is an exit code of CONTRACT.md and at most one line per problem."""
    try:
        code = app(standalone_mode=False) or 0
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except UsageError as error:
        print(*(f"error: {line}" for line in error.lines), sep="\n", file=sys.stderr)
        code = error.exit_code
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer's own usage errors have it
            raise
        print(f"error: {error.format_message()} See mail2wiki --help.", file=sys.stderr)
        code = 2
    if code == _INTERRUPTED:
        print("interrupted; run the same command again to go on", file=sys.stderr, flush=True)
        os._exit(code)  # a Ctrl-C that went through an import would make CPython end with another code (exit_sigint)
    sys.exit(code)
