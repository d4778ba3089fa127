"""A series is shown as one: newest issue in full, a line for each earlier one, nothing lost, pages that stay."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from builder import mbox, message
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from thread.thread_builder import DAY, START, Mail, mail, run

from mail2wiki import gathering
from mail2wiki.export import Knowledge, Plan, Quoting, Tally, items, plan, render, tell
from mail2wiki.export.pages import LIMIT
from mail2wiki.export.units import title
from mail2wiki.pipeline import export
from mail2wiki.progress import Progress
from mail2wiki.records import Body, Decision, Topic
from mail2wiki.settings import Settings
from mail2wiki.thread import fingerprint

HEAD = "Good morning, here are the figures of the pumps in hall three, collected by the shift on Friday evening."
FOOT = "Questions go to the office on the second floor. The next report comes on Monday, as long as the pumps run."
RULE = "Whoever finds a leak calls the workshop at once, day and night, and closes both valves of the line concerned."


class Prints:
    """The one thing `gathering.series` asks of a catalogue."""

    def __init__(self, mails: Sequence[Mail]) -> None:
        self.bodies = dict(mails and [(m.id, (m, b)) for m, b in mails])

    def prints(self, ids: Sequence[str]) -> dict[str, bytes]:
        return {id: fingerprint(*self.bodies[id]) for id in ids}


def wiki(
    mails: Sequence[Mail], held: Sequence[str] = (), paths: Mapping[str, str] | None = None, language: str = "en",
    pages: int = 2000,
) -> tuple[Plan, dict[str, str]]:  # fmt: skip
    """The plan, and the text of every page, of a mailbox with one topic."""
    woven = run(mails)
    messages = {m.id: m for m, _ in mails}
    decisions = {d.id: d for d in woven.decisions} | {id: Decision(id, "held", None, "private") for id in held}
    conversations = gathering.published(woven, decisions, messages)
    series = gathering.series(woven, conversations, Prints(mails), paths or {})  # type: ignore[arg-type]
    topic = Topic("t1", "Pumps", (), tuple(sorted(c.id for c in conversations)))
    knowledge = Knowledge(
        (), language, conversations, messages, woven.quoted, decisions, (topic,), (), (),
        Tally(len(mails), {"published": len(mails)}), paths or {}, series=series,
    )  # fmt: skip
    bodies = {m.id: b for m, b in mails}
    planned = plan(knowledge, {id: len("\n".join(b.lines).encode()) for id, b in bodies.items()}, pages)
    rendered = [render(item, bodies) for item in items(planned, knowledge)]
    quoting = Quoting({m for c in conversations for m in c.messages}, decisions, woven.quoted, series)
    as_one = {one.id for one in planned.series.values()}
    otherwise = {id for one in series if one.id not in as_one for id in one.folded}
    told = {id: tell(body, quoting.quotes(id)) for id, body in bodies.items() if id not in otherwise}
    assert rendered == [render(item, bodies, told) for item in items(planned, knowledge)]
    return planned, {page.path: page.text for page in rendered}


def report(k: int, text: str, **fields) -> Mail:
    return mail(text, subject=f"Pumps, week {k}", at=START + k * 7 * DAY, name=str(k), **fields)


def weeks(count: int) -> list[Mail]:
    text = f"{HEAD}\n\n{RULE}\n\nHours: {{}}\n\n{FOOT}"
    return [report(k, text.format(7 * k + 3)) for k in range(1, count + 1)]


def the_page(planned: Plan, pages: Mapping[str, str]) -> str:
    (id,) = planned.series
    return pages[planned.paths[id]]


def squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def test_newest_in_full_earlier_ones_a_line_each():
    planned, pages = wiki(weeks(6))
    text = the_page(planned, pages)
    newest, _, earlier = text.partition("## Earlier issues")
    assert newest.index(HEAD) < newest.index("Hours: 45") < newest.index(FOOT)
    lines = [line for line in earlier.split("\n") if line and not line.startswith("#")]
    assert lines == [f"**{day}** · Pumps, week {k} · Hours: {7 * k + 3}" for k, day in
                     zip((5, 4, 3, 2, 1), re.findall(r"\*\*(.*?)\*\*", earlier), strict=True)]  # fmt: skip
    assert sum(page.count(HEAD) for page in pages.values()) == 1, "the topic's list has its first words only"
    assert {place.partition("#")[0] for place in planned.where.values()} == {planned.paths[next(iter(planned.series))]}


def test_where_there_is_no_page_for_a_series_its_issues_are_conversations_that_say_all():
    planned, pages = wiki(weeks(5), pages=5)
    assert not planned.series and len(planned.pages) == 5
    assert sum(page.count(f"\n{HEAD}\n") for page in pages.values()) == 5


def test_what_does_not_fit_a_line_stands_below_without_what_returns():
    mails = weeks(5)
    long = " ".join(f"On day {n} the big pump stood still for an hour." for n in range(1, 15))
    mails[1] = report(2, f"{HEAD}\n\n{long}\n\n{FOOT}")
    planned, pages = wiki(mails)
    text = the_page(planned, pages)
    lines, _, texts = text.partition("## What only these issues say")
    anchor = planned.where[mails[1][0].id].partition("#")[2]
    (line,) = [line for line in lines.split("\n") if f"](#{anchor})" in line]
    assert "On day 1 the big pump stood still for an hour. · On day 2" in line and line.endswith("· 11 more")
    assert f"###### {anchor}" in texts and long in texts and HEAD not in texts and FOOT not in texts


def test_a_line_names_what_is_new_before_what_the_form_says():
    mails = weeks(5)
    long = [f"The {n} pump stood still for a whole day, and nobody knew why it did so." for n in ("big", "red", "old")]
    mails[1] = report(2, "\n\n".join([HEAD, "Hours: 17", "*" * 40, *(line + " " + line[::-1] for line in long), FOOT]))
    planned, pages = wiki(mails)
    (line,) = [line for line in the_page(planned, pages).split("\n") if "](#" in line and "week 2" in line]
    assert line.index("The big") < line.index("The red") and "***" not in line and "Hours" not in line


def test_a_line_names_sentences_before_rows_of_figures():
    mails = weeks(5)
    rows = "\n".join(f"Hall {n}  {n}7.25  -{n}.50  {n}0.00  0.75" for n in range(1, 6))
    long = "The big pump stood still for a whole day, and nobody knew why it did so. " * 6
    mails[1] = report(2, f"{HEAD}\n\n{rows}\n\n{long}\n\n{FOOT}")
    planned, pages = wiki(mails)
    (line,) = [line for line in the_page(planned, pages).split("\n") if "](#" in line and "week 2" in line]
    assert "The big pump" in line and line.index("The big pump") < line.index("Hall")


def test_answers_to_an_issue_stand_with_it():
    mails = weeks(5)
    mails.append(mail("Which of them stood still?", sender="bob@example.com", subject="Re: Pumps, week 2",
                      at=mails[1][0].date + 60, answers=[mails[1][0].message_id]))  # fmt: skip
    planned, pages = wiki(mails)
    text = the_page(planned, pages)
    assert "· 1 answer" in text
    assert (
        text.index("## What only these") < text.index("Hours: 17", text.index("## What only")) < text.index("Which of")
    )


def test_a_long_issue_has_a_page_of_its_own():
    mails = weeks(5)
    mails[2] = report(3, HEAD + "\n\n" + "\n".join(f"Line {n} of a very long list. " * 20 for n in range(150)))
    planned, pages = wiki(mails)
    own = planned.page(mails[2][0].id)
    (id,) = planned.series
    assert own != planned.paths[id] and f"]({own.rpartition('/')[2]})" in pages[planned.paths[id]]
    assert "What later issues say is left out here." in pages[own]
    assert HEAD not in pages[own] and "Line 149 of" in pages[own]
    assert f"]({planned.paths[id].rpartition('/')[2]})" in pages[own]


def test_many_issues_need_pages_that_stay_when_more_come():
    rng = random.Random(3)

    def issue(k: int) -> Mail:
        news = "\n\n".join(" ".join(f"{rng.random():.9f}" for _ in range(60)) for _ in range(6))
        return report(k, f"{HEAD}\n\n{RULE}\n\nAll about number {k} of them.\n\n{news}\n\n{FOOT}")

    mails = [issue(k) for k in range(1, 90)]
    before, pages = wiki(mails[:-1])
    (id,) = before.series
    assert before.parts[id] > 3
    assert all(len(text.encode()) <= LIMIT for text in pages.values())
    after, later = wiki(mails, paths=before.paths)
    assert before.paths.items() <= after.paths.items()
    moved = [m for m, place in before.where.items() if after.where[m] != place]
    assert not moved, "full pages stay as they are"
    for m, _ in mails:
        page, _, anchor = after.where[m.id].partition("#")
        assert f"###### {anchor}\n" in later[page]


def test_series_keeps_its_page_when_older_issues_come():
    mails = weeks(8)
    before, _ = wiki(mails[2:])
    after, _ = wiki(mails, paths=before.paths)
    assert after.paths.items() >= before.paths.items()


def test_pages_that_conversations_had_before_they_were_a_series_stay():
    mails = [report(k, f"{HEAD}\n\n" + f"Hall {k} is new here. " * 400) for k in range(1, 6)]
    before, _ = wiki(mails[:3])
    assert not before.series
    own = {id: path for id, path in before.paths.items() if id.startswith("conversation-")}
    after, pages = wiki(mails, paths=before.paths)
    assert len(own) == 3 and own.items() <= after.paths.items() and after.series
    assert all(f"]({path.rpartition('/')[2]})" in the_page(after, pages) for path in own.values())


def test_held_issue_does_not_take_what_the_others_say_with_it():
    mails = weeks(6)
    planned, pages = wiki(mails, held=[mails[-1][0].id])
    text = the_page(planned, pages)
    assert "Hours: 45" not in text and all(said in text for said in (HEAD, RULE, FOOT, "Hours: 38"))


def test_text_on_a_line_is_escaped():
    mails = weeks(5)
    mails[1] = report(
        2, f"{HEAD}\n\n<script>x</script> [a](javascript:b) **c** | d `e` ###### mail-0123456789\n\n{FOOT}"
    )
    planned, pages = wiki(mails)
    (line,) = [line for line in the_page(planned, pages).split("\n") if "script" in line]
    assert "&lt;script>x&lt;/script> [a\\](javascript:b)" in line and "\\*\\*c\\*\\*" in line and "&#96;e&#96;" in line


def test_attached_reports_are_on_the_line():
    mails = [report(k, f"{HEAD}\n\n{FOOT}", files=[f"week{k}"]) for k in range(1, 6)]
    planned, pages = wiki(mails, language="de")
    earlier = the_page(planned, pages).partition("## Frühere Ausgaben")[2]
    assert earlier.count("· wie die Ausgabe danach") == 4 and "What only" not in earlier
    assert all(f"week{k}" in earlier for k in range(1, 5))


def test_titles():
    assert title(["Report 01/14/02", "Report 02/15/02"]) == "Report"
    assert title(["Bericht vom 3. März", "Bericht vom 17. Oktober"]) == "Bericht"
    assert title(["<<Costs>> - 7", "<<Costs>> - 8"]) == "Costs"
    assert title(["12. Mai", "13. Juni"]) == "12. Mai"
    assert title(["Wochenbericht KW 7", "Wochenbericht KW 8"]) == "Wochenbericht"


SENTENCES = [
    f"{who} {what} in hall {n} before the {when}." for who in ("The old pump ran", "Our crane stood still")
    for what in ("for nine hours", "until the shift ended", "without a leak") for n in (1, 2)
    for when in ("audit of the insurers", "visit from Leeds")
]  # fmt: skip


@st.composite
def series_of_reports(draw):
    mails = []
    for k in range(1, draw(st.integers(4, 9)) + 1):
        parts = [
            HEAD,
            *draw(st.lists(st.sampled_from(SENTENCES), max_size=5)),
            draw(st.sampled_from([RULE, FOOT, "-- "])),
        ]
        glue = draw(st.sampled_from(["\n\n", "\n\n", "\n", "\n____\n"]))
        mails.append(report(k, glue.join(parts)))
        if draw(st.integers(0, 5)) == 0:
            quote = "\n".join("> " + line for line in mails[-1][1].lines)
            mails.append(mail(f"{draw(st.sampled_from(SENTENCES))}\n\n{quote}", sender="bob@example.com",
                              subject=f"Re: Pumps, week {k}", at=mails[-1][0].date + 60,
                              answers=[mails[-1][0].message_id]))  # fmt: skip
    return mails


relaxed = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(series_of_reports())
def test_no_paragraph_disappears_and_every_message_has_its_address(mails):
    planned, pages = wiki(mails)
    everything = "\n".join(squeeze(text) for text in pages.values())
    for m, body in mails:
        if m.id not in planned.where:
            continue
        page, _, anchor = planned.where[m.id].partition("#")
        assert f"###### {anchor}\n" in pages[page]
        for line in body.lines:
            assert squeeze(line) in everything


@relaxed
@given(series_of_reports())
def test_adding_an_issue_keeps_pages(mails):
    before, _ = wiki(mails[:-1])
    after, _ = wiki(mails, paths=before.paths)
    assume(before.where.keys() <= after.where.keys())  # an issue whose whole text stands in the new one is contained
    assert before.paths.items() <= after.paths.items()


def test_closing_that_a_sender_repeats_stays_in_the_newest_issue(tmp_path: Path):
    """Two rules that hide what returns, one in later messages, one in earlier ones, must not hide it twice."""
    closing = "Bitte tragt eure Stunden bis heute Abend ein, wie in jeder Woche, und zwar vollständig."
    mails = [
        message(
            subject=f"Wochenbericht KW {k}", date=f"Fri, {k:02d} Mar 2024 10:00:00 +0100",
            body=f"Hallo zusammen,\n\nder Bericht für die vergangene Woche, wie immer nach Projekten:\n\n"
                 f"Halle {k} ist fertig gestrichen.\n\n{closing}\n",
        )
        for k in range(1, 9)
    ]  # fmt: skip
    out = tmp_path / "out"
    export([mbox(mails, tmp_path / "anna.mbox")], out, Settings(workers=1), Progress())
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    (page,) = {line["page"].partition("#")[0] for line in lines}
    text = (out / "wiki" / page).read_text(encoding="utf-8")
    assert text.count(closing) == 1 and text.index(closing) < text.index("## Frühere Ausgaben")
    assert all(f"Halle {k} ist fertig gestrichen." in text for k in range(1, 9))


def test_body_of_markdown_with_links_is_not_made_a_line():
    mails = weeks(5)
    m, _ = report(2, f"{HEAD}\n\nx\n\n{FOOT}")
    lines = (HEAD, "", "See [the plan](https://example.com/plan) of *hall 3*", "", FOOT)
    mails[1] = m, Body(lines, "nbnbn", "markdown")
    planned, pages = wiki(mails)
    assert "[the plan](https://example.com/plan)" in the_page(planned, pages)
