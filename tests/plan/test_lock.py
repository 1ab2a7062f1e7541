from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PlanRefused
from pipeline.plan.lock import Entry, Lock, Pick, parse
from pipeline.plan.purchase import Original

ENTRY = Entry(
    paid="p" * 64,
    free="f" * 64,
    request={"model": "nano-banana-pro", "inputs": {"prompt": "a coin"}},
    post={"formats": ["png"]},
    values={"brand.colors.primary": "#EC4899"},
    original=Original("0" * 64, "png", 1024, 1024),
    files={"coin.png": "1" * 64},
    task="abc",
    credits=18.0,
)


def damaged(**changes: Any) -> str:
    data = json.loads(Lock({"coin": ENTRY}).to_text())
    entry = data["assets"]["coin"]
    for path, value in changes.items():
        *parents, last = path.split("__")
        target = entry
        for parent in parents:
            target = target[parent]
        target[last] = value
    return json.dumps(data)


def test_what_is_written_can_be_read_back() -> None:
    lock = Lock({"coin": ENTRY, "badge": ENTRY})
    assert parse(lock.to_text(), "x.lock.json") == lock


def test_the_text_is_sorted_with_one_fact_a_line_and_says_its_version() -> None:
    text = Lock({"zebra": ENTRY, "apple": ENTRY}).to_text()
    assert text.index('"apple"') < text.index('"zebra"')
    assert '      "values": {\n        "brand.colors.primary": "#EC4899"\n      }\n' in text
    assert text.endswith('  "version": 1\n}\n')


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_assets_never_matters(names: list[str]) -> None:
    assert Lock(dict.fromkeys(names, ENTRY)).to_text() == Lock(dict.fromkeys("abc", ENTRY)).to_text()


def merged(ours: Lock, theirs: Lock) -> str:
    """What git leaves when every line after the first differs."""
    head, mine = ours.to_text().split("\n", 1)
    _, other = theirs.to_text().split("\n", 1)
    return f"{head}\n<<<<<<< HEAD\n{mine}||||||| base\n{{}}\n=======\n{other}>>>>>>> brand-refresh\n"


def test_a_merge_that_left_both_sides_is_read_as_their_union() -> None:
    other = replace(ENTRY, task="xyz")
    ours, theirs = Lock({"coin": ENTRY, "mine": ENTRY}), Lock({"coin": other, "theirs": ENTRY})
    lock = parse(merged(ours, theirs), "x.lock.json")
    assert lock.conflicted
    assert lock.assets == {"coin": ENTRY, "mine": ENTRY, "theirs": ENTRY}
    assert lock.rivals == {"coin": other}


@given(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([ENTRY, replace(ENTRY, task="x")])),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from([ENTRY, replace(ENTRY, task="x")])),
)
def test_a_union_loses_no_entry_of_either_side(ours: dict[str, Entry], theirs: dict[str, Entry]) -> None:
    lock = parse(merged(Lock(ours), Lock(theirs)), "x.lock.json")
    for name, entry in theirs.items():
        assert entry in (lock.assets[name], lock.rivals.get(name))
    assert all(lock.assets[name] == entry for name, entry in ours.items())


def test_conflict_markers_around_something_unreadable_are_explained() -> None:
    text = "{\n<<<<<<< HEAD\n=======\n>>>>>>> brand-refresh\n}"
    with pytest.raises(PlanRefused) as refusal:
        parse(text, "recipes/icons.lock.json")
    assert "recipes/icons.lock.json has merge-conflict markers" in str(refusal.value)
    assert "git checkout --ours recipes/icons.lock.json" in refusal.value.hint


def test_an_older_lock_is_named_with_the_way_out() -> None:
    with pytest.raises(PlanRefused, match="older version of pipeline \\(lock version 0\\)"):
        parse('{"version": 0, "assets": {}}', "x.lock.json")


def test_a_newer_lock_asks_for_a_newer_program() -> None:
    with pytest.raises(PlanRefused, match="newer version of pipeline \\(lock version 9\\)"):
        parse('{"version": 9, "assets": {}}', "x.lock.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "assets": {"a": 3}}', '{"version": "1"}'])
def test_anything_else_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(PlanRefused) as refusal:
        parse(text, "x.lock.json")
    assert "Restore it from git, or delete it" in refusal.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"../../etc/passwd": "1" * 64}},
        {"files": {"/etc/passwd": "1" * 64}},
        {"files": {"..\\up.png": "1" * 64}},
        {"files": {"C:evil.png": "1" * 64}},
        {"files": {"": "1" * 64}},
        {"files": {"coin.png": "../1"}},
        {"original__sha256": "../../x"},
        {"original__extension": "png/../../x"},
    ],
)
def test_a_lock_from_a_pull_request_cannot_lead_out_of_the_output_folder(changes: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused, match="cannot be read as a lock file"):
        parse(damaged(**changes), "x.lock.json")


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"a\nb.png": "1" * 64}},
        {"files": {"a\x1b[31m.png": "1" * 64}},
        {"files": {"\u202egnp": "1" * 64}},
        {"files": {"a" * 2000: "1" * 64}},
        {"files": {".": "1" * 64}},
        {"original__extension": "PNG"},
        {"original__extension": "x" * 300},
        {"original__width": "wide"},
        {"original__width": -1},
        {"original__height": 10**12},
        {"original__height": True},
        {"task": 5},
        {"task": "a\x1b]0;x"},
        {"credits": "many"},
        {"credits": -1},
        {"credits": True},
        {"credits": 1e300},
        {"fingerprints__paid": 5},
        {"fingerprints__free": None},
    ],
)
def test_a_lock_holds_plain_values_only(changes: dict[str, Any]) -> None:
    with pytest.raises(PlanRefused, match="cannot be read as a lock file"):
        parse(damaged(**changes), "x.lock.json")


@pytest.mark.parametrize(
    "text", ['{"version": NaN, "assets": {}}', '{"version": true, "assets": {}}', "[" * 100_000]
)
def test_what_only_python_takes_for_json_is_refused(text: str) -> None:
    with pytest.raises(PlanRefused, match="cannot be read as a lock file"):
        parse(text, "x.lock.json")


def test_a_pick_is_two_facts_and_can_be_read_back() -> None:
    picked = replace(ENTRY, pick=Pick(3, "c" * 64))
    text = Lock({"hero": picked}).to_text()
    assert '"number": 3,\n' in text
    assert parse(text, "x.lock.json").assets["hero"].pick == Pick(3, "c" * 64)
    assert "pick" not in Lock({"hero": ENTRY}).to_text()


@pytest.mark.parametrize(
    "pick",
    [
        *({"number": number, "sha256": "c" * 64} for number in (0, -1, 10**9, True, "3", 1.0)),
        *({"number": 1, "sha256": sha256} for sha256 in ("", "c" * 63, "../c", None)),
        *({"number": 1}, [1], 3, None, "x"),
    ],
)
def test_what_a_stranger_says_of_a_pick_is_not_believed(pick: Any) -> None:
    data = json.loads(Lock({"hero": ENTRY}).to_text())
    data["assets"]["hero"]["pick"] = pick
    with pytest.raises(PlanRefused, match="cannot be read as a lock file"):
        parse(json.dumps(data), "x.lock.json")


def test_unmet_checks_are_remembered_with_the_attempt() -> None:
    failed = replace(ENTRY, unmet=("too pale", "too small"), attempt=2)
    assert Entry.from_json(failed.to_json()) == failed
    assert "checks" not in ENTRY.to_json()


@pytest.mark.parametrize(
    "checks",
    [{"attempt": 0, "unmet": ["x"]}, {"attempt": "1", "unmet": ["x"]}, {"attempt": 1, "unmet": []},
     {"attempt": 1, "unmet": [1]}, {"unmet": ["x"]}, ["x"]],
)  # fmt: skip
def test_what_a_stranger_says_of_checks_is_not_believed(checks: Any) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Entry.from_json({**ENTRY.to_json(), "checks": checks})
