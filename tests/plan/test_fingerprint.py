from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from builders import asset
from hypothesis import given
from hypothesis import strategies as st

from pipeline.plan import fingerprint
from pipeline.recipe.spec import Asset, Cutout, Icon, Picture

LOGO = Picture("file", "brand/logo.png", Path("brand/logo.png"))
COIN = asset("coin", pictures=(LOGO,))


def paid(of: Asset, digest: str = "aa") -> str:
    return fingerprint.paid(of.request, {LOGO: digest})


def test_what_is_done_locally_never_touches_the_paid_fingerprint() -> None:
    reworked = replace(COIN, icons=(Icon("@2x", 48),), formats=("webp",), cutout=Cutout(), filename="other")
    assert paid(reworked) == paid(COIN)
    assert fingerprint.free("o", reworked) != fingerprint.free("o", COIN)


def test_a_picture_counts_by_content_and_not_by_place() -> None:
    moved = Picture("file", "brand/new/mark.png", Path("brand/new/mark.png"))
    request = replace(COIN.request, pictures=(moved,))
    assert fingerprint.paid(request, {moved: "aa"}) == paid(COIN, "aa")
    assert paid(COIN, "bb") != paid(COIN, "aa")


def test_a_url_counts_as_it_is_written() -> None:
    mood = Picture("url", "https://example.com/mood.jpg")
    described = fingerprint.describe_request(asset("a", pictures=(mood,)).request, {})
    assert described["pictures"] == {"image_input": ["https://example.com/mood.jpg"]}


def test_a_removed_parameter_is_a_change() -> None:
    without = replace(COIN.request, inputs={"prompt": "a coin"})
    assert fingerprint.paid(without, {LOGO: "aa"}) != paid(COIN)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), min_size=2))
def test_the_order_of_parameters_never_matters(inputs: dict[str, str]) -> None:
    backwards = dict(reversed(inputs.items()))
    forwards = fingerprint.paid(replace(COIN.request, inputs=inputs), {LOGO: "aa"})
    assert fingerprint.paid(replace(COIN.request, inputs=backwards), {LOGO: "aa"}) == forwards


@given(st.sampled_from(["icons", "formats", "cutout", "filename", "directory"]))
def test_every_local_setting_is_part_of_the_free_fingerprint(name: str) -> None:
    changed = {
        "icons": (Icon("hero", 96),),
        "formats": ("png", "avif"),
        "cutout": Cutout(padding=0.1),
        "filename": "x",
        "directory": "icons",
    }
    assert fingerprint.free("o", replace(COIN, **{name: changed[name]})) != fingerprint.free("o", COIN)
