from __future__ import annotations

from dataclasses import replace

from plans import plan, step

from pipeline.recipe.spec import Art, Cutout, Picture, TargetUse
from pipeline.run.preflight import models_of


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
