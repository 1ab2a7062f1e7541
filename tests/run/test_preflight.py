from __future__ import annotations

from plans import plan, step

from pipeline.recipe.spec import Cutout
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
