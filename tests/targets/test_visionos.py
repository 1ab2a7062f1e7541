"""visionOS: a solid image stack below a circular mask."""

from __future__ import annotations

from tables import FULL, INFO, looks, parsed, sides, table

from pipeline.targets.output import Look

ROOT = "AppIcon.solidimagestack"
FRONT = f"{ROOT}/Front.solidimagestacklayer"
BACK = f"{ROOT}/Back.solidimagestacklayer"


def test_two_layers_of_1024():
    outputs = table("visionos")
    assert sides(outputs) == {
        f"{FRONT}/Content.imageset/front@2x.png": 1024,
        f"{BACK}/Content.imageset/back@2x.png": 1024,
    }
    assert parsed(outputs, f"{ROOT}/Contents.json") == {
        "layers": [{"filename": "Front.solidimagestacklayer"}, {"filename": "Back.solidimagestacklayer"}],
        "info": INFO,
    }
    assert parsed(outputs, f"{FRONT}/Contents.json") == {"info": INFO}
    assert parsed(outputs, f"{BACK}/Content.imageset/Contents.json") == {
        "images": [{"filename": "back@2x.png", "idiom": "vision", "scale": "2x"}],
        "info": INFO,
    }


def test_no_circle_clips_the_front_and_the_back_is_opaque():
    assert list(looks(table("visionos", FULL)).values()) == [Look(fit="circle", share=0.4), FULL.backdrop]


def test_the_icon_can_have_another_name():
    assert {one.path.split("/")[0] for one in table("visionos", name="Kite")} == {"Kite.solidimagestack"}
