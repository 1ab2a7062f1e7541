"""Two originals of one subject, on white and on black, become the files of one asset."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import mask, opened, photo

from pipeline.deliver.process import PictureJob, process
from pipeline.recipe.spec import Cutout, Icon

PX = 160


@pytest.fixture
def job(tmp_path):
    """A job on two renders of one subject."""

    def make(second=None, **changes) -> PictureJob:
        white, black = tmp_path / "white.png", tmp_path / "black.jpg"
        photo(PX).save(white)
        (second or photo(PX, "black")).save(black, quality=95)
        staging = tmp_path / "staging"
        staging.mkdir()
        settings = Cutout(method="difference", backdrop="#FFFFFF")
        return PictureJob("coin", white, "png", staging, cutout=settings, on_black=black, **changes)

    return make


def test_both_are_delivered_as_generated_and_the_rest_is_made_from_both(job):
    wanted = job(icons=(Icon("48", 48),))
    result = process(wanted)
    assert [(file.name, file.purpose) for file in result.files] == [
        ("coin.png", "original"),
        ("coin-black.jpg", "on-black"),
        ("coin-nobg.png", "cutout"),
        ("coin-48.png", "icon"),
    ]
    assert wanted.on_black is not None
    assert (wanted.staging / "coin-black.jpg").read_bytes() == wanted.on_black.read_bytes()
    assert (result.files[1].width, result.files[1].height) == (PX, PX)
    assert (result.cutout_method, result.cutout_error) == ("difference", "")


def test_the_cut_out_has_the_alpha_that_the_two_renders_tell(job):
    wanted = job()
    process(wanted)
    alpha = np.asarray(opened(wanted.staging / "coin-nobg.png").getchannel("A"), np.float64)
    error = float(np.abs(alpha - np.asarray(mask(PX))).mean())
    assert error < 2, f"mean alpha error {error:.2f} of 255"
