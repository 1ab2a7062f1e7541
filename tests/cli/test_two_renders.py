"""``removeBg: {method: difference}`` from the command line, against a real sandbox over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from pictures import u2netp
from quick import KEY, know_quick

from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

__all__ = ["u2netp"]

RECIPE = """\
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets:
  - name: coin
    prompt: A gold coin
    removeBg: {method: difference}
    icons: [24]
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    options = SandboxOptions(key=KEY, credits=700, latency_s=0.05)
    with EmbeddedSandbox(options) as url:
        yield url


def creates(sandbox: str) -> list[dict[str, object]]:
    return list(httpx.get(f"{sandbox}/sandbox/ledger").json()["creates"])


@pytest.mark.usefixtures("u2netp")
def test_from_recipe_to_cut_out_cropped_for_nothing_and_reworded_for_both(pipeline, tmp_path, sandbox):
    recipe = tmp_path / "recipes" / "icons.yaml"
    recipe.parent.mkdir()
    recipe.write_text(RECIPE)
    know_quick(tmp_path / ".pipeline" / "journal.db")
    environ = {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY}

    assert "1 asset, 2 requests, about 36 credits" in pipeline("validate").out
    told = pipeline("plan", "--offline").out
    assert "on white #FFFFFF, the first render for the cut-out of coin" in told
    assert "on black #000000, the second render for its cut-out" in told

    ended = pipeline("run", "--yes", "--workers", "local:1", environ=environ)
    assert (ended.code, len(creates(sandbox))) == (0, 2), ended.err
    files = {path.name for path in (tmp_path / "output" / "icons").iterdir()}
    assert files == {"coin.png", "coin-black.png", "coin-nobg.png", "coin-24.png", "manifest.json"}
    listed = json.loads((tmp_path / "output" / "icons" / "manifest.json").read_text())["assets"]
    assert {name: entry["cutout"]["method"] for name, entry in listed.items()} == {"coin": "difference"}
    assert pipeline("plan", "--offline", "--check").code == 0
    assert "2 unchanged" in pipeline("run", environ=environ).out

    recipe.write_text(RECIPE.replace("difference", "difference, crop: true"))
    ended = pipeline("run", "--workers", "local:1", environ=environ)
    assert (ended.code, len(creates(sandbox))) == (0, 2), ended.err

    recipe.write_text(RECIPE.replace("A gold coin", "A silver coin"))
    planned = json.loads(pipeline("plan", "--offline", "--json").out)
    renders = [(one["asset"], one["action"], one["render"]) for one in planned["recipes"][0]["assets"]]
    assert renders == [
        ("coin@white", "remake", {"of": "coin", "number": 1}),
        ("coin", "remake", {"of": "coin", "number": 2}),
    ]
    assert planned["totals"]["credits"] == 36
