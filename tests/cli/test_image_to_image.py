"""Assets made from parts of others and by models that only work on a picture, against a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pictures import opened, photo
from quick import KEY

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

MODELS = (
    "nano-banana-pro 1K",
    "topaz/image-upscale",
    "recraft/crisp-upscale",
    "recraft/remove-background",
    "google/nano-banana-edit",
)
RECIPE = """\
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K, prompt: A gold coin, formats: [png]}
assets:
  - {name: coin, removeBg: {method: key}, icons: {hero: 300}}
  - name: large
    model: topaz/image-upscale
    image: "asset:coin#nobg"
    params: {upscale_factor: 2}
    targets: {imageset: {px: 20}}
  - {name: crisp, model: recraft/crisp-upscale, image: "asset:coin@hero", icons: [48]}
  - {name: cut, model: recraft/remove-background, image: "asset:coin", removeBg: {method: native}}
  - name: stack
    model: google/nano-banana-edit
    prompt: as a stack
    references: ["asset:cut#nobg", ../logo.tiff]
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with EmbeddedSandbox(SandboxOptions(key=KEY, credits=700, latency_s=0.05)) as url:
        yield url


def requests(sandbox: str) -> list[dict[str, Any]]:
    return [one["request"] for one in httpx.get(f"{sandbox}/sandbox/ledger").json()["creates"]]


def test_a_chain_of_them_is_priced_made_and_not_made_again(pipeline, tmp_path, sandbox):
    (tmp_path / "recipes").mkdir()
    (tmp_path / ".pipeline").mkdir()
    (tmp_path / "recipes" / "icons.yaml").write_text(RECIPE)
    photo(300).save(tmp_path / "logo.tiff")
    journal = Journal(tmp_path / ".pipeline" / "journal.db", SystemClock())
    for model in MODELS:
        for _ in range(3):
            journal.learned(model, 0.1)
    journal.close()
    environ = {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY}

    planned = pipeline("plan", "--offline")
    assert "made from coin#nobg, which this run makes" in planned.out
    assert "made from cut#nobg, which this run makes" in planned.out
    assert "logo.tiff: sent as png" in planned.out
    ended = pipeline("run", "--yes", "--workers", "local:1", environ=environ)
    assert ended.code == 0, ended.err

    output = tmp_path / "output" / "icons"
    whole, part = opened(output / "coin.png"), opened(output / "coin-nobg.png")
    assert opened(output / "large.png").size == (2 * part.width, 2 * part.height)
    assert opened(output / "cut-nobg.png").size == whole.size
    assert (output / "crisp-48.png").is_file()
    assert (output / "large" / "imageset").is_dir()
    sent = {request["model"]: request["input"] for request in requests(sandbox)}
    assert set(sent["topaz/image-upscale"]) == {"image_url", "upscale_factor"}
    assert set(sent["recraft/crisp-upscale"]) == {"image"}
    assert pipeline("plan", "--offline", "--check").code == 0

    cropped = RECIPE.replace("method: key", "method: key, crop: true")
    (tmp_path / "recipes" / "icons.yaml").write_text(cropped)
    document = json.loads(pipeline("plan", "--offline", "--json").out)
    steps = {one["asset"]: one for one in document["recipes"][0]["assets"]}
    due = {name for name, one in steps.items() if one["action"] == "remake"}
    assert (due, steps["coin"]["action"]) == ({"large", "crisp"}, "rework")
    assert steps["crisp"]["reasons"][0] == {
        "kind": "request",
        "subject": "coin@hero: crop",
        "old": False,
        "new": True,
        "text": "coin@hero: crop false → true",
    }
