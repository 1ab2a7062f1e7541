from __future__ import annotations

import json

from pipeline.picture.cutout.models import MODELS
from pipeline.recipe.model import RemoveBg


def test_a_cut_out_takes_exactly_the_networks_that_can_be_pulled():
    offered = RemoveBg.model_json_schema()["properties"]["model"]["enum"]
    assert set(offered) == set(MODELS)
    assert json.dumps(offered)
