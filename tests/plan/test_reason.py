from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.plan.lock import Entry
from pipeline.plan.purchase import Original
from pipeline.plan.reason import Reason, compare_post, compare_requests
from pipeline.recipe import backdrop

ENTRY = Entry(
    paid="p",
    free="f",
    request={"model": "m", "inputs": {"prompt": "a pink coin", "resolution": "1K"}},
    post={"icons": {"@1x": 24}, "formats": ["png"]},
    values={"brand.colors.primary": "#EC4899"},
    original=Original("0", "png"),
    files={},
)


def test_a_prompt_that_changed_with_a_brand_value_is_explained_by_the_value_alone() -> None:
    now = {"model": "m", "inputs": {"prompt": "a blue coin", "resolution": "1K"}}
    reasons = compare_requests(ENTRY, now, {"brand.colors.primary": "#3B82F6"})
    assert [str(reason) for reason in reasons] == ["brand.colors.primary #EC4899 → #3B82F6"]


def test_a_prompt_edited_by_hand_shows_both_texts() -> None:
    now = {"model": "m", "inputs": {"prompt": "a round coin", "resolution": "1K"}}
    reasons = compare_requests(ENTRY, now, ENTRY.values)
    assert [str(reason) for reason in reasons] == ["prompt a pink coin → a round coin"]


def test_added_and_removed_parameters_are_named() -> None:
    now = {"model": "m", "inputs": {"prompt": "a pink coin", "seed": 3}}
    reasons = compare_requests(ENTRY, now, ENTRY.values)
    assert [str(reason) for reason in reasons] == ["resolution: - 1K", "seed: + 3"]


def test_local_settings_are_compared_one_by_one() -> None:
    reasons = compare_post(ENTRY, {"icons": {"@1x": 24, "@2x": 48}, "formats": ["png", "webp"]})
    assert [str(reason) for reason in reasons] == ['formats ["png"] → ["png", "webp"]', "icons.@2x: + 48"]


def test_long_values_are_shortened_in_sentences_only() -> None:
    reason = Reason("request", "prompt", "x" * 100, "y")
    assert len(str(reason)) < 80
    assert reason.old == "x" * 100


def test_nothing_changed_gives_no_reason() -> None:
    assert compare_requests(ENTRY, ENTRY.request, ENTRY.values) == []
    assert compare_post(replace(ENTRY), ENTRY.post) == []


def painted(words: str, colour: str) -> dict[str, object]:
    """A request whose prompt asks for a backdrop."""
    prompt = f"{words}. {backdrop.sentence(colour, words)} No text." if colour else f"{words}. No text."
    return {"model": "m", "inputs": {"prompt": prompt}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#FFFFFF", "#00B140", "backdrop white #FFFFFF → green #00B140"),
        ("#00B140", "#FF00FF", "backdrop green #00B140 → magenta #FF00FF"),
        ("", "#00B140", "backdrop: + green #00B140"),
        ("#00B140", "", "backdrop: - green #00B140"),
    ],
)
def test_a_prompt_that_asks_for_another_backdrop_alone_is_explained_by_it(old, new, said) -> None:
    before = replace(ENTRY, request=painted("a coin", old))
    reasons = compare_requests(before, painted("a coin", new), ENTRY.values)
    assert [str(reason) for reason in reasons] == [said]


def test_a_brand_colour_that_moves_the_backdrop_gives_both_reasons() -> None:
    before = replace(ENTRY, request=painted("a pink coin", "#00B140"))
    reasons = compare_requests(
        before, painted("a green coin", "#FF00FF"), {"brand.colors.primary": "#22C55E"}
    )
    assert [reason.subject for reason in reasons] == ["brand.colors.primary", "backdrop"]


def test_words_that_move_the_backdrop_are_shown_beside_it() -> None:
    before = replace(ENTRY, request=painted("a pink coin", "#00B140"))
    reasons = compare_requests(before, painted("a green coin", "#FF00FF"), ENTRY.values)
    assert [reason.subject for reason in reasons] == ["backdrop", "prompt"]
