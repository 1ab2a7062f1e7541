from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from renders import BLACK, WHITE, alpha_error, icon, other, paint, pair

from pipeline.errors import ProcessError
from pipeline.picture.cutout import METHODS
from pipeline.picture.cutout.difference import remove
from pipeline.recipe.spec import Cutout

SETTINGS = Cutout(method="difference")
ICON = icon(128)


@pytest.fixture
def auto(monkeypatch):
    monkeypatch.setitem(METHODS, "auto", "renders:alone")


def test_the_subject_of_two_renders_is_found_with_its_translucent_parts():
    white, black = pair(ICON)
    before = white.copy()
    found = remove(white, SETTINGS, on_black=black, threads=1)
    assert found.method == "difference"
    assert found.warnings == ()
    assert found.confidence > 0.8
    assert found.backdrop == "#FDFDFD"
    assert alpha_error(found.pixels, ICON) < 4
    assert (white == before).all()


def test_one_render_is_not_enough_and_the_hint_says_how_to_give_the_other():
    with pytest.raises(ProcessError, match="needs two renders") as caught:
        remove(paint(ICON, WHITE), SETTINGS)
    assert "NAME-black beside NAME-white" in caught.value.hint
    assert "method: difference" in caught.value.hint


def test_renders_of_different_subjects_are_not_mixed(auto):
    found = remove(paint(ICON, WHITE, 1), SETTINGS, on_black=paint(other(128), BLACK, 2), threads=1)
    assert (found.method, found.backdrop) == ("key", "#00B140")
    assert found.confidence == 0.45
    assert found.warnings == (
        "the renders on white and on black do not show one subject: cut from the first alone, look at it",
        "the subject is dark",
    )


@pytest.mark.parametrize(
    ("white", "black"),
    [
        pytest.param(WHITE, WHITE, id="both on white"),
        pytest.param(BLACK, WHITE, id="the wrong way round"),
    ],
)
def test_renders_on_other_backdrops_are_not_mixed(auto, white, black):
    found = remove(paint(ICON, white, 1), SETTINGS, on_black=paint(ICON, black, 2), threads=1)
    assert found.warnings[0].startswith("the renders on white and on black do not show one subject")


def test_the_same_picture_twice_is_no_pair(auto):
    clean = paint(ICON, WHITE, rough=0)
    assert remove(clean, SETTINGS, on_black=clean, threads=1).method == "key"


@pytest.mark.parametrize("rough", [0, 1])
def test_nothing_on_either_backdrop_is_no_subject(auto, rough):
    white, black = pair(np.zeros_like(ICON), rough=rough)
    assert remove(white, SETTINGS, on_black=black, threads=1).method == "key"


def test_a_second_render_of_another_size_is_brought_to_the_first():
    white, black = pair(icon(256))
    black = np.asarray(Image.fromarray(black).resize((160, 159)))
    found = remove(white, SETTINGS, on_black=black, threads=1)
    assert found.method == "difference"
    error = alpha_error(found.pixels, icon(256))
    assert error < 12, f"{error:.1f} of 1000"


def test_a_second_render_of_another_shape_is_left_aside(auto):
    white, black = pair(ICON)
    found = remove(white, SETTINGS, on_black=black[:64])
    assert found.warnings[0] == (
        "the render on black is 128×64 px, not 128×128 px: cut from the first alone, look at it"
    )


@pytest.mark.parametrize("size", [(1, 1), (23, 23), (2000, 180), (12, 300)])
def test_pictures_too_small_or_narrow_to_compare_are_cut_alone(auto, size):
    white = np.full((*size, 3), 255, np.uint8)
    found = remove(white, SETTINGS, on_black=255 - white)
    assert found.pixels.shape == (*size, 4)
    assert "this small or narrow cannot be compared" in found.warnings[0]


def test_shadows_are_dropped_where_asked():
    white, black = pair(ICON, rough=0)
    dropped = remove(white, Cutout(method="difference", shadow="drop"), on_black=black, threads=1)
    shadow, pane = np.s_[96:104, 50:70, 3], np.s_[24:40, 84:104, 3]
    assert ICON[shadow].min() > 60
    assert dropped.pixels[shadow].max() == 0
    assert np.abs(dropped.pixels[pane].astype(int) - 128).max() <= 2


def test_a_first_render_with_alpha_is_seen_on_white():
    cut = np.asarray(Image.fromarray(ICON))
    found = remove(cut, SETTINGS, on_black=paint(ICON, BLACK, rough=0), threads=1)
    assert alpha_error(found.pixels, ICON) < 0.5
