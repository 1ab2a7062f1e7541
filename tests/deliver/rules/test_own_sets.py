"""Sets made by this program leave nothing to say but notes, whatever the drawing."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn import disc
from pictures import subject
from PIL import Image

from pipeline.deliver.sets import brief_of
from pipeline.picture.sets.make import make
from pipeline.run.check import check, of_folder
from pipeline.targets import catalogue

TARGETS = (
    *("ios", "icon-composer", "macos", "watchos", "visionos", "imageset", "android", "web", "linux"),
    *("flutter", "react-native", "extension"),
)
"""All with rules of their own but those that take long: windows, tauri, electron and tvos are like them."""


def written(root: Path, name: str, drawn: Image.Image | dict, options: dict | None = None) -> Path:
    art = drawn if isinstance(drawn, dict) else {"master": drawn}
    for made in make(catalogue.target(name).outputs(brief_of(art, "coin", "Coin"), options), art):
        path = root / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
    return root


def wrong(root: Path) -> list[tuple[str, str, str]]:
    found = check(of_folder(root, Path("out")), 2)
    return [(one.rule, one.file, one.message) for one in found if one.severity != "note"]


@pytest.mark.parametrize("name", TARGETS)
def test_a_drawing_on_transparency(tmp_path, name):
    assert wrong(written(tmp_path, name, subject(1024))) == []


def test_drawings_for_dark_and_tinted_appearances(tmp_path):
    art = {"master": subject(1024), "dark": disc(1024, 0.7, "#EC4899"), "tinted": disc(1024, 0.7, "#808080")}
    assert wrong(written(tmp_path, "icon-composer", art)) == []


@pytest.mark.parametrize("name", ["ios", "android", "web"])
def test_an_opaque_picture(tmp_path, name):
    gradient = Image.radial_gradient("L").resize((1024, 1024))
    picture = Image.merge("RGB", [gradient, gradient.transpose(Image.Transpose.ROTATE_90), gradient])
    picture.paste("#2563EB", (300, 500, 800, 700))
    assert wrong(written(tmp_path, name, picture)) == []


@pytest.mark.parametrize(("name", "options"), [("ios", {"style": "classic"}), ("web", {"monochrome": True})])
def test_other_options(tmp_path, name, options):
    assert wrong(written(tmp_path, name, disc(1024, 0.7, "#EC4899"), options)) == []
