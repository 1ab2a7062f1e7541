"""Figures stand where they belong, and goals are met or missed as they say."""

from __future__ import annotations

import pytest
from known_alpha.contenders import ALONE, AUTO, DIFFERENCE, MATTING, sees
from known_alpha.goals import Verdict, told, verdicts
from known_alpha.measure import Plan, Row, Time
from known_alpha.score import Score
from known_alpha.table import chosen, table, timetable


def row(method, backdrop="white", kind="hole", name="key", alpha=1.0, edge=1.0, iou=1.0, **more):
    return Row(method, backdrop, kind, name, Score(alpha, 0, 0, iou, edge, 0), **more)


def judged(rows, times=()):
    return {verdict.what: verdict for verdict in verdicts(rows, times)}


def test_a_line_averages_all_and_each_class():
    lines = list(table([row(AUTO, alpha=1), row(AUTO, kind="soft", alpha=5)]))
    assert lines[0].split()[:7] == ["backdrop", "method", "n", "all", "hole", "plain", "semi"]
    assert lines[1].split()[:8] == ["white", "auto", "2", "3.0", "1.0", "–", "–", "5.0"]


def test_lines_go_by_backdrop_and_pairs_come_last():
    rows = [row(DIFFERENCE, "pair"), row(ALONE), row(AUTO, "green"), row(AUTO)]
    assert [line.split()[:2] for line in list(table(rows))[1:]] == [
        ["white", ALONE],
        ["white", AUTO],
        ["green", AUTO],
        ["pair", DIFFERENCE],
    ]


def test_renders_have_a_column_of_their_own():
    lines = list(table([row(AUTO, alpha=1), row(AUTO, alpha=5, solid=True)]))
    assert [line.split()[11] for line in lines] == ["3D", "5.0"]


def test_who_gave_up_is_told():
    last = list(table([row(AUTO, said="left nothing", failed=True)]))[-1]
    assert last == "auto gave up on 1 on white; on key: left nothing"


def test_what_auto_used_is_counted():
    rows = [row(AUTO, said="key"), row(AUTO, said="key"), row(AUTO, said="rembg:u2netp"), row(ALONE)]
    assert next(chosen(rows)) == "auto on white: key × 2, rembg:u2netp × 1"


def test_whether_auto_knew_where_it_was_wrong_is_counted():
    rows = [row(AUTO, iou=0.5, confidence=0.2), row(AUTO, iou=0.6, confidence=0.9), row(AUTO), row(ALONE)]
    said = list(chosen(rows))[-1]
    assert said == "auto was unsure of 1 of 2 cut-outs with an IoU below 0.97, and of 0 of 1 others"


def test_white_asks_for_a_third_of_rembg_and_for_no_class_worse():
    rows = [row(ALONE, alpha=30), row(ALONE, kind="soft", alpha=6)]
    rows += [row(AUTO, alpha=5), row(AUTO, kind="soft", alpha=7)]
    found = judged(rows)
    assert found["auto on white, all: alpha error, a third of rembg's"].met  # 6 of 18
    assert found["auto on white, hole: no worse than rembg"].met
    assert not found["auto on white, soft: no worse than rembg"].met
    assert not any("grey" in what for what in found)  # not measured, not judged


def test_chroma_is_judged_on_the_better_suited_one_when_it_is_there():
    green, chroma = row(AUTO, "green", alpha=9), row(AUTO, "chroma", alpha=3)
    assert not judged([green])["auto on green, all: alpha error"].met
    assert judged([green, chroma])["auto on chroma, all: alpha error"].met
    assert not any("green" in what for what in judged([green, chroma]))


def test_two_renders_are_judged_beside_rembg_on_white():
    rows = [row(ALONE, edge=20), row(DIFFERENCE, "pair", kind="semi", alpha=6, edge=7)]
    found = judged(rows)
    assert found["difference, semi: alpha error"].met
    assert not found["difference on pair: edge ΔE, a third of rembg's on white"].met


def test_time_is_judged_beside_rembg():
    times = [Time(ALONE, "white", 1024, 0.2), Time(AUTO, "white", 1024, 0.5), Time(AUTO, "white", 4096, 2.5)]
    found = judged([], times)
    assert not found["auto on white, 1024²: seconds, twice rembg's"].met
    assert found["auto on white, 4096²: seconds"].met
    assert [line.split()[-2:] for line in list(timetable(times))[1:]] == [["0.200", "–"], ["0.500", "2.50"]]


@pytest.mark.parametrize(("figure", "word"), [(0.99, "met"), (0.989, "missed")])
def test_iou_is_to_be_reached(figure, word):
    assert told(Verdict("IoU", figure, 0.99, least=True)).endswith(word)


def test_a_missed_goal_names_the_worst():
    rows = [row("auto", "chroma", name=name, alpha=alpha) for name, alpha in (("a", 1), ("b", 29), ("c", 4))]
    lines = told(judged(rows)["auto on chroma, hole: alpha error"]).splitlines()
    assert lines[0].endswith("missed")
    assert lines[1].strip() == "by b 29, c 4, a 1"


def test_two_renders_are_for_difference_and_auto():
    plan = Plan((ALONE, MATTING, AUTO, DIFFERENCE), ("white", "pair"))
    assert list(plan.pairs()) == [
        *(("white", method) for method in (ALONE, MATTING, AUTO)),
        *(("pair", method) for method in (AUTO, DIFFERENCE)),
    ]
    assert ("white", MATTING) not in list(plan.pairs(matting=False))
    assert not sees(ALONE, "pair-clean")
