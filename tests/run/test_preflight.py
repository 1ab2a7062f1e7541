from __future__ import annotations

from dataclasses import replace

import pytest
from plans import plan, step

from pipeline.errors import PlanRefused
from pipeline.picture import video
from pipeline.recipe.spec import Art, Cutout, Picture, TargetUse
from pipeline.recipe.video import Video
from pipeline.run.preflight import check_video, models_of


def test_only_methods_that_may_ask_a_network_need_its_weights():
    cutouts = {
        "none": None,
        "kept": Cutout(method="native", model="u2net"),
        "keyed": Cutout(method="key", model="silueta"),
        "seen": Cutout(method="rembg", model="isnet-anime"),
        "either": Cutout(method="auto"),
        "twice": Cutout(method="difference"),
    }
    steps = (step(name, "create", cutout=cutout) for name, cutout in cutouts.items())
    assert models_of(plan(*steps)) == ["isnet-anime", "u2netp"]


def test_a_drawing_that_is_cut_out_for_a_set_needs_weights_as_well():
    art = (Art("dark", (Picture("asset", "night"),), Cutout(method="rembg", model="u2net")),)
    due = step("icon", "rework")
    drawn = replace(due, asset=replace(due.asset, targets=(TargetUse("ios"),), art=art))
    assert models_of(plan(drawn)) == ["u2net"]


MADE = Video("first", ("webm",))


def film(kind="create", made: Video | None = MADE):
    due = step("film", kind)
    return replace(due, asset=replace(due.asset, video=made))


def test_what_would_be_made_of_a_video_needs_a_decoder_before_anything_is_paid(monkeypatch):
    check_video(plan(film()))
    monkeypatch.setattr(video, "is_installed", lambda: False)
    with pytest.raises(PlanRefused, match="the poster, the webm video of film cannot be made") as caught:
        check_video(plan(step("coin", "create"), film()))
    assert "nothing was sent" in caught.value.message
    assert 'pip install "asset-pipeline[video]"' in caught.value.hint


def test_a_video_delivered_as_it_comes_or_already_paid_for_needs_none(monkeypatch):
    monkeypatch.setattr(video, "is_installed", lambda: False)
    check_video(plan(film(made=None), film("rework"), film("none"), step("coin", "create")))
