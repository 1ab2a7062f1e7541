from __future__ import annotations

from dataclasses import replace

import pytest
from plans import plan, step

from pipeline.errors import PlanRefused
from pipeline.picture import video
from pipeline.picture.cutout import weights
from pipeline.recipe.spec import Art, Cutout, Picture, TargetUse
from pipeline.recipe.video import Video
from pipeline.run.preflight import check_video, check_weights, models_of


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


@pytest.mark.parametrize("kind", ["create", "remake", "after"])
def test_without_weights_nothing_is_sent_even_where_it_is_not_known_yet_what_is_due(monkeypatch, kind):
    monkeypatch.setattr(weights, "state", lambda _: "missing")
    film = step("film", kind, cutout=Cutout(method="rembg", model="u2net"))
    with pytest.raises(PlanRefused, match="weights of the cut-out model u2net are not here") as caught:
        check_weights(plan(step("coin", "resume"), film))
    assert caught.value.hint == "Fetch them: pipeline models pull u2net"


def test_without_weights_what_costs_nothing_is_done_as_far_as_it_goes(monkeypatch):
    monkeypatch.setattr(weights, "state", lambda _: "missing")
    check_weights(plan(step("film", "rework", cutout=Cutout(method="rembg", model="u2net"))))


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
