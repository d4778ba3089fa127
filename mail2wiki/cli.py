"""The commands: read the flags, call one function, show what it says. The only place that prints and exits."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from io import TextIOWrapper
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
        readable=False,  # what cannot be read is told by the room that reads, in the words of CONTRACT.md
    ),
]
OutFolder = Annotated[
    Path, typer.Option("-o", "--out", metavar="OUT", readable=False, help="Folder the wiki is written to.")
]
Owner = Annotated[
    list[str] | None,
    typer.Option(help="Address (or part of the name) of whoever's mailbox it is. [found from the mail]"),
]
Lang = Annotated[str | None, typer.Option(help="Language of the pages: de or en. [the mailbox's main language]")]
# Numbers are read by settings.py like everything else, so that all problems are reported together.
Workers = Annotated[str | None, typer.Option(metavar="N", help="Processes that read and render. [one per core]")]
MaxPages = Annotated[str | None, typer.Option(metavar="N", help="Pages the wiki may have at most. [2000]")]
Strict = Annotated[bool | None, typer.Option("--strict", help="Exit 3 when something was skipped.")]
Trash = Annotated[
    bool | None,
    typer.Option("--include-trash", help="Google Takeout's Spam and Trash and what is deleted in Thunderbird, too."),
]
Keep = Annotated[list[str] | None, typer.Option(help="Message that is never dropped as a copy (id or Message-ID).")]
Exclude = Annotated[list[str] | None, typer.Option(help="Address or @domain whose messages are left out.")]
Folders = Annotated[list[str] | None, typer.Option(help="Folder that is left out.")]
Words = Annotated[list[str] | None, typer.Option(help="Word that, in a subject or folder name, says private.")]
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
    exclude_folders: Folders = None,
    private_words: Words = None,
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
        exclude_folders=tuple(exclude_folders or ()), private_words=tuple(private_words or ()),
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
    log_json: LogJson = None,
) -> None:
    """Export the bundled sample mailbox.

    About 300 messages of a German machine builder's project manager and a colleague; your own settings play no part.
    """
    from mail2wiki import pipeline
    from mail2wiki.settings import load

    with Terminal(quiet, verbose, log_json) as terminal:
        flags = {"lang": lang, "workers": workers}
        chosen = _attempt(terminal, lambda: load(flags, environment={}, file=Path(os.devnull)))
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
    verbose: Verbose = False,
    log_json: LogJson = None,
) -> None:
    """Print each message as it was understood.

    With --json one JSON object a line, without it to read: each line behind its mark (n new, q quoted, a attribution,
    h header block, s signature, d disclaimer or footer, b blank). Writes nothing.
    """
    from mail2wiki import show as showing

    _prepare_output(json)
    with Terminal(quiet, verbose, log_json) as terminal:
        for message in _attempt_each(terminal, showing.show(source, include_trash)):
            if not _print(message if json else showing.to_read(message)):
                break


@app.command()
def explain(
    id: Annotated[str, typer.Argument(metavar="ID", help="Message-ID, or the id (or its beginning) of a message.")],
    out: OutFolder,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_json: LogJson = None,
) -> None:
    """Tell what happened to a message and why."""
    from mail2wiki import explain as explaining

    _prepare_output(json)
    with Terminal(quiet, verbose, log_json) as terminal:
        _print(_attempt(terminal, lambda: explaining.explain(id, out, as_json=json)))


@app.command()
def verify(
    out: OutFolder,
    json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_json: LogJson = None,
) -> None:
    """Check that manifest, wiki and sources agree.

    Exit code 1 and a list, one line per disagreement, if they do not.
    """
    from mail2wiki import verify as verifying

    _prepare_output(json)
    with Terminal(quiet, verbose, log_json) as terminal:
        problems = _attempt(terminal, lambda: verifying.verify(out, terminal))
        if json:
            import json as encoder

            _print(encoder.dumps({"ok": not problems, "problems": problems}, ensure_ascii=False))
        else:
            _print("\n".join(problems) if problems else "manifest, wiki and sources agree")
        if problems:
            raise typer.Exit(1)


def _prepare_output(as_json: bool) -> None:
    """JSON is UTF-8 whatever the terminal speaks; in text, what the terminal cannot show stands as an escape."""
    if isinstance(sys.stdout, TextIOWrapper):
        if as_json:
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.reconfigure(errors="backslashreplace")


def _print(text: str) -> bool:
    """A result on standard output; False when nobody reads it any more (`| head`)."""
    try:
        print(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _finish(terminal: Terminal, report: dict[str, Any], strict: bool, as_json: bool) -> None:
    if as_json:
        import json

        _prepare_output(as_json)
        _print(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True))
    for line in report["summary"]:
        terminal.note(line)
    if strict and (skipped := _left_out(report)):
        terminal.error(f"{skipped} things were skipped (--strict). See 'skipped' in report.json.")
        raise typer.Exit(3)


def _left_out(report: dict[str, Any]) -> int:
    from mail2wiki.extract.sources import EMPTY

    return sum(reason != EMPTY for _, reason in report["skipped"])


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
    """The entry point. What is left of the process is for the system to clear away: Python would take a fifth of a
    second to free object by object what 10,000 messages became, and a Ctrl-C would interrupt it."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more are never used (cluster.assembly), but wait in a loop
    os._exit(run())


def run() -> int:
    """One command: every ending is an exit code of CONTRACT.md and at most one line per problem."""
    stopped: list[int] = []

    def stop(number: int, _: object) -> None:
        """What follows is no error: an import of compiled code that is interrupted ends in errors of its own."""
        stopped.append(number)
        sys.unraisablehook = lambda _: None
        raise KeyboardInterrupt

    usual = (signal.SIG_DFL, signal.default_int_handler)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # Ctrl-C, a service manager's stop, a closed terminal
        if signal.getsignal(number) in usual:  # nohup has it ignored, and so it stays
            signal.signal(number, stop)
    try:
        code = app(standalone_mode=False) or 0
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except Exception as error:
        code = _INTERRUPTED if stopped else _ended_with(error)
    if code == _INTERRUPTED:
        print("interrupted; run the same command again to go on", file=sys.stderr)
    sys.stderr.flush()
    return code


def _ended_with(error: Exception) -> int:
    """Say what went wrong; the exit code. Raises what is a bug."""
    if isinstance(error, Mail2WikiError):
        return _say(error.exit_code, *error.lines)
    if isinstance(error, OSError):  # of the machine, not ours to foresee one by one: rights, disks, devices
        return _say(1, f"{error.strerror or error} ({error.filename or 'standard output'}). Mend that and run again.")
    if not hasattr(error, "format_message"):  # typer's own usage errors have it
        raise error
    told = error.format_message().strip()
    if not told.startswith("Usage:"):
        return _say(UsageError.exit_code, f"{told.removesuffix('.')}. See mail2wiki --help.")
    print(told, file=sys.stderr)
    return UsageError.exit_code


def _say(code: int, *lines: str) -> int:
    """One `error:` line each, also where no terminal was made yet."""
    with contextlib.suppress(OSError), Terminal() as terminal:
        for line in lines:
            terminal.error(line)
    return code
