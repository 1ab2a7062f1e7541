from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from painted import clutter
from pictures import photo, remove_nothing, subject
from PIL import Image

from pipeline.errors import ProcessError
from pipeline.picture.cutout import METHODS, cut_out, find, need_of_weights, trim
from pipeline.picture.cutout.quality import Quality
from pipeline.recipe.spec import Cutout


@pytest.fixture
def methods(monkeypatch):
    monkeypatch.setitem(METHODS, "everything", "pictures:remove_everything")
    monkeypatch.setitem(METHODS, "nothing", "pictures:remove_nothing")


RECIPES = {"rembg", "key", "difference", "native", "auto"}
"""What recipes may name."""


def test_every_method_a_recipe_may_name_is_found():
    assert set(METHODS) == RECIPES
    assert len({find(name) for name in METHODS}) == len(RECIPES)


@pytest.mark.parametrize(
    ("method", "need"),
    [("rembg", "always"), ("auto", "maybe"), ("difference", "maybe"), ("key", "never"), ("native", "never")],
)
def test_who_may_ask_the_network_is_known_ahead(method, need):
    assert need_of_weights(method) == need


def test_an_unknown_method_is_an_error_that_names_the_known_ones():
    with pytest.raises(ProcessError, match="No such background removal method: magic") as caught:
        find("magic")
    assert "rembg" in caught.value.hint


def test_a_cut_out_that_leaves_nothing_is_an_error(methods):
    with pytest.raises(ProcessError, match="left nothing"):
        cut_out(photo(32), Cutout(method="everything"))


def test_a_cut_out_that_removes_nothing_is_a_warning(methods):
    result = cut_out(photo(32), Cutout(method="nothing"))
    assert result.method == "nothing"
    assert result.warnings[0] == "background removal found no background: the whole picture was kept"


def test_a_cut_out_comes_with_its_figures():
    result = cut_out(photo(200, "#00B140"), Cutout())
    assert result.method == "key"
    assert isinstance(result.quality, Quality)
    assert (result.quality.holes, result.quality.backdrop) == (0, "#00B140")
    assert result.quality.confidence > 0.7
    assert result.quality.fringe < 0.2
    assert result.warnings == ()


def test_warnings_of_the_method_and_of_the_measure_are_told_once(methods):
    result = cut_out(Image.fromarray(clutter(96)), Cutout(method="nothing"))
    assert len(set(result.warnings)) == len(result.warnings)
    assert "the backdrop is not flat: holes and thin parts may be lost" in result.warnings
    assert "the subject touches the border (100% of it)" in result.warnings


def test_a_second_render_reaches_the_method(methods, monkeypatch):
    seen = []

    def remember(pixels, settings, *, on_black=None, threads=0):
        seen.append((on_black, threads))
        return remove_nothing(pixels, settings)

    monkeypatch.setattr("pictures.remove_nothing", remember)
    black = Image.new("RGBA", (32, 32), "black")
    cut_out(photo(32), Cutout(method="nothing"), on_black=black, threads=3)
    ((got, threads),) = seen
    assert got.shape == (32, 32, 3)
    assert threads == 3


def test_the_picture_given_is_left_alone():
    given = subject(64)
    before = given.tobytes()
    cut_out(given, Cutout(method="native"))
    assert given.tobytes() == before


def test_hidden_colours_are_wiped(u2netp):
    pixels = np.asarray(cut_out(photo(200), Cutout()).picture)
    hidden = pixels[pixels[..., 3] == 0]
    assert len(hidden) > 1000
    assert not hidden.any()


def test_cropping_leaves_the_subject_with_its_border(u2netp):
    whole = cut_out(photo(400), Cutout()).picture
    cropped = cut_out(photo(400), Cutout(crop=True, padding=0.1)).picture
    tight = trim(whole)
    border = round(0.1 * max(tight.size))
    assert cropped.size == (tight.width + 2 * border, tight.height + 2 * border)
    assert max(tight.size) < 360


boxes = st.tuples(*[st.integers(0, 39)] * 4).map(
    lambda box: (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]) + 1, max(box[1], box[3]) + 1)
)


@given(boxes, st.floats(0, 1))
def test_trimming_keeps_all_that_is_visible_and_nothing_else(box, padding):
    picture = Image.new("RGBA", (40, 40), (9, 9, 9, 3))  # fainter than what counts as visible
    picture.paste((200, 0, 0, 255), box)
    width, height = box[2] - box[0], box[3] - box[1]
    border = round(padding * max(width, height))

    got = trim(picture, padding)
    longer = max(width, height) + 2 * border
    assert got.size == (longer, longer)  # a square stays a square
    seen = got.getchannel("A").point(lambda alpha: 255 if alpha > 3 else 0).getbbox()
    assert (seen[2] - seen[0], seen[3] - seen[1]) == (width, height)
    assert all(
        abs(before - (longer - after)) <= 1 for before, after in ((seen[0], seen[2]), (seen[1], seen[3]))
    )


def test_trimming_keeps_the_shape_of_a_wide_picture():
    picture = Image.new("RGBA", (160, 90))
    picture.paste((200, 0, 0, 255), (70, 20, 90, 70))
    assert trim(picture).size == (89, 50)


def test_a_padding_that_makes_too_large_a_picture_is_refused_before_it_is_made(monkeypatch):
    narrow, tiny = (Image.new("RGBA", size, (200, 0, 0, 255)) for size in [(362, 2896), (10, 80)])
    with monkeypatch.context() as bounded:
        bounded.setattr("pipeline.picture.cutout.MAX_PIXELS", 90 * 720)
        assert trim(tiny, 0.5).size == (90, 720)
        with pytest.raises(ProcessError, match="a padding of 52% the cut-out would be 94 × 752 px"):
            trim(tiny, 0.52)
    monkeypatch.setattr(Image.Image, "crop", lambda *_: pytest.fail("made"))
    with pytest.raises(ProcessError, match="3,258 × 26,064 px: at most 80 million pixels") as caught:
        trim(narrow, 0.5)
    assert "less padding" in caught.value.hint


def test_trimming_a_picture_without_anything_visible_leaves_it():
    assert trim(Image.new("RGBA", (5, 4))).size == (5, 4)


def test_listing_methods_and_models_imports_nothing_heavy():
    program = (
        "import sys, pipeline.picture.cutout, pipeline.picture.cutout.weights as w; w.state('u2netp');"
        "print({'rembg', 'numpy', 'PIL', 'onnxruntime', 'httpx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
