"""Which of an asset's candidates is taken, and what is due for the asset."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from builders import asset
from hypothesis import given
from hypothesis import strategies as st

from pipeline import digest
from pipeline.plan import fingerprint
from pipeline.plan.decide import Action, Facts, Wishes
from pipeline.plan.lock import Entry, Pick
from pipeline.plan.pick import Candidate, choose, mind_picks, seen, take
from pipeline.plan.purchase import Original, Purchase

WISHES = Wishes()


def original(name: object) -> Original:
    return Original(digest.of_bytes(str(name).encode()), "png", 8, 8)


def here(number: int, *unmet: str, **changes: bool) -> Candidate:
    return Candidate(number, original(number), unmet, **changes)


def coming(number: int) -> Candidate:
    return Candidate(number, coming=True)


def picked(number: int) -> Pick:
    return Pick(number, original(number).sha256)


HERO = asset("hero", candidates=("hero@1", "hero@2", "hero@3"), price=0.0)


def entry(taken: int, pick: Pick | None = None, **changes: object) -> Entry:
    one = original(taken)
    return Entry(
        paid=fingerprint.paid(HERO.request, {}),
        free=fingerprint.free(one.sha256, HERO),
        request=fingerprint.describe_request(HERO.request, {}),
        post=fingerprint.describe_post(HERO),
        original=one,
        **{"values": {}, "files": {"hero.png": one.sha256}, "pick": pick, **changes},
    )


def due(candidates: Sequence[Candidate], known: Entry | None, **changes: object) -> Action:
    held = frozenset(one.original.sha256 for one in candidates if one.original)
    disk = dict(known.files) if known is not None else {}
    return take(HERO, {}, Facts(known, held=held, disk=disk, **changes), WISHES, candidates)


states = st.sampled_from(["here", "here", "coming", "gone"])
sets = st.lists(st.tuples(st.integers(0, 3), states), min_size=1, max_size=8).map(
    lambda found: [
        {"here": here(n, *"xyz"[:unmet]), "coming": coming(n), "gone": Candidate(n)}[state]
        for n, (unmet, state) in enumerate(found, 1)
    ]
)


@given(sets)
def test_the_checks_take_the_first_of_the_best_and_never_one_that_a_later_may_beat(
    candidates: list[Candidate],
) -> None:
    choice = choose(candidates, None, "checks")
    there = [one for one in candidates if one.original is not None]
    best = min((len(one.unmet or ()) for one in there), default=0)
    if choice is None:
        assert not there or any(one.coming for one in candidates)
        return
    taken = next(one for one in candidates if one.number == choice.number)
    assert len(taken.unmet or ()) == best
    before = [one for one in candidates if one.number < choice.number]
    assert not any(one.coming or (one.original and len(one.unmet or ()) == best) for one in before)
    assert best == 0 or not any(one.coming for one in candidates)


@given(sets, st.integers(1, 8))
def test_a_pick_holds_exactly_as_long_as_that_candidate_is_there_or_is_coming(
    candidates: list[Candidate], number: int
) -> None:
    there = [one.number for one in candidates if one.original is not None]
    to_come = [one.number for one in candidates if one.coming]
    for how in ("checks", "person"):
        choice = choose(candidates, picked(number), how)
        if number in there:
            assert choice is not None
            assert (choice.number, choice.pick) == (number, picked(number))
        elif number in to_come:
            assert choice is None
        else:
            assert choice == choose(candidates, None, how)


@given(sets, st.none() | st.integers(1, 8), st.none() | st.integers(1, 8))
def test_taking_one_never_costs_anything(
    candidates: list[Candidate], taken: int | None, pick: int | None
) -> None:
    known = entry(taken, picked(pick) if pick else None) if taken else None
    action = due(candidates, known)
    assert not action.may_pay
    assert action.kind in ("after", "blocked", "none", "deliver", "restore")
    if action.kind == "none":
        assert known is not None
        assert action.original == known.original


def test_the_first_is_taken_until_a_person_picks():
    action = due([here(1), here(2), here(3)], entry(1))
    assert (action.kind, action.unpicked, action.original) == ("none", True, original(1))
    action = due([here(1), here(2), here(3)], entry(1, picked(1)))
    assert (action.kind, action.unpicked) == ("none", False)


def test_while_a_candidate_is_to_come_the_picked_one_stays_and_is_delivered_again():
    action = due([here(1), here(2), coming(3)], entry(2, picked(2)))
    assert (action.kind, action.original, action.pick) == ("deliver", original(2), picked(2))
    assert [str(one) for one in action.reasons] == ["candidate 3 is made beside it"]


def test_while_the_picked_one_is_to_be_made_anew_no_other_takes_its_place():
    action = due([here(1), coming(2), here(3)], entry(2, picked(2)))
    assert (action.kind, action.original) == ("after", None)
    assert "candidate 2, which was picked, is made anew" in map(str, action.reasons)


def test_a_pick_of_a_candidate_made_anew_is_dropped_and_said():
    action = due([here(1), Candidate(2, original("new")), here(3)], entry(2, picked(2)))
    assert (action.kind, action.original, action.unpicked) == ("restore", original(1), True)
    assert "candidate 2, which was picked, is not there" in map(str, action.reasons)


def test_where_none_can_be_made_it_is_blocked():
    assert due([Candidate(1), Candidate(2)], entry(1)).kind == "blocked"


def test_a_file_edited_by_hand_is_not_overwritten_by_a_pick():
    facts = Facts(entry(1, picked(2)), held=frozenset(), disk={"hero.png": "0" * 64})
    action = take(HERO, {}, facts, WISHES, [here(1), here(2)])
    assert action.kind == "blocked"


def test_pictures_still_to_be_made_leave_it_for_later():
    assert take(HERO, None, Facts(entry(1)), WISHES, [coming(1)]).kind == "after"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("none", Candidate(2, original(2), ("small",))),
        ("rework", Candidate(2, original(2), None)),
        ("create", coming(2)),
        ("unknown", coming(2)),
        ("blocked", Candidate(2, original(2), ("small",))),
    ],
)
def test_a_candidate_as_the_plan_knows_it(kind, expected):
    paid = fingerprint.paid(HERO.request, {})
    action = Action(kind, fingerprint=paid, original=original(2))
    assert seen("hero@2", action, Facts(entry(2, unmet=("small",)))) == expected


def test_one_that_was_brought_home_since_has_arrived():
    purchase = Purchase(1, "r", "hero@2", "p", "m", "fetched", original=original(2))
    assert seen("hero@2", Action("none", original=original(2)), Facts(entry(2), purchases=[purchase])).arrived


def test_nothing_is_bought_from_one_still_to_be_picked():
    film = asset("film", made_from=("hero",))
    pays, free = Action("create", credits=18.0), Action("rework")
    hero = {"hero": Action("none", original=original(1), unpicked=True)}
    blocked = mind_picks(pays, film, hero, Facts())
    assert (blocked.kind, blocked.credits) == ("blocked", 0)
    assert str(blocked.reasons[0]) == "made from hero, whose candidate is still to be picked"
    assert mind_picks(free, film, hero, Facts()) == free


def test_another_pick_is_told_and_another_picture_is_not():
    film, pays = asset("film", made_from=("hero",)), Action("remake", credits=18.0)
    known = {"hero": Action("restore", original=original(2)), "hero@1": Action("none", original=original(1))}

    def told(pictures: object) -> list[str]:
        request = {"pictures": pictures}
        facts = Facts(Entry("p", "f", request, {}, {}, original(0), {}))
        return [str(one) for one in mind_picks(pays, film, known, facts).reasons]

    assert told({"image_input": [f"sha256:{original(1).sha256}"]}) == ["another candidate of hero was picked"]
    assert told({"image_input": [f"sha256:{original(9).sha256}"]}) == []
    assert told(["not", "ours"]) == told({"image_input": [3]}) == []
