"""Windows: sizes of the .ico, of tiles at every scale, of target sizes in every alternate form."""

from __future__ import annotations

import pytest
from tables import FULL, PHOTO, entries, looks, paths, sizes, table

from pipeline.targets.output import Look
from pipeline.targets.windows import scaled

ICO = [16, 20, 24, 30, 32, 36, 40, 48, 60, 64, 72, 80, 96, 256]

TILES = {  # px at 100, 125, 150, 200, 400 %
    "Square44x44Logo": [(44, 44), (55, 55), (66, 66), (88, 88), (176, 176)],
    "Square71x71Logo": [(71, 71), (89, 89), (107, 107), (142, 142), (284, 284)],
    "Square150x150Logo": [(150, 150), (188, 188), (225, 225), (300, 300), (600, 600)],
    "Square310x310Logo": [(310, 310), (388, 388), (465, 465), (620, 620), (1240, 1240)],
    "Wide310x150Logo": [(310, 150), (388, 188), (465, 225), (620, 300), (1240, 600)],
    "StoreLogo": [(50, 50), (63, 63), (75, 75), (100, 100), (200, 200)],
    "SplashScreen": [(620, 300), (775, 375), (930, 450), (1240, 600), (2480, 1200)],
}


def test_the_ico_is_first_and_has_every_size_in_order():
    outputs = table("windows")
    assert outputs[0].path == "kite.ico"
    assert [(one.px, one.code, one.look) for one in entries(outputs, "kite.ico")] == [
        (px, "", Look()) for px in ICO
    ]


def test_every_picture_of_package_and_listing():
    tiles = {
        f"Assets/{name}.scale-{scale}.png": size
        for name, listed in TILES.items()
        for scale, size in zip((100, 125, 150, 200, 400), listed, strict=True)
    }
    targets = {
        f"Assets/Square44x44Logo.targetsize-{px}{form}.png": (px, px)
        for px in ICO
        for form in ("", "_altform-unplated", "_altform-lightunplated")
    }
    assert sizes(table("windows")) == {**tiles, **targets, "Store/listing-300x300.png": (300, 300)}


def test_icons_without_a_plate_use_their_canvas_and_suit_their_taskbar():
    found = looks(table("windows", FULL))
    stem = "Assets/Square44x44Logo.targetsize-24"
    assert found[f"{stem}.png"] == Look(share=0.75)
    assert found[f"{stem}_altform-unplated.png"] == Look("dark")
    assert found[f"{stem}_altform-lightunplated.png"] == Look()


def test_tiles_are_transparent_and_the_listing_is_not():
    found = looks(table("windows", FULL))
    assert all(not look.ground for path, look in found.items() if path.startswith("Assets/"))
    assert found["Store/listing-300x300.png"].opaque


def test_an_opaque_drawing_stands_whole_on_a_wide_tile_and_covers_a_square_one():
    found = looks(table("windows", PHOTO))
    assert found["Assets/Wide310x150Logo.scale-100.png"] == Look(fit="whole", share=0.5)
    assert found["Assets/SplashScreen.scale-100.png"].fit == "whole"
    assert found["Assets/Square150x150Logo.scale-100.png"] == Look(share=0.5, bleed=1.0)


@pytest.mark.parametrize(("parts", "count"), [(["ico"], 1), (["msix"], 77), (["listing"], 1), ([], 0)])
def test_parts_are_chosen(parts: list[str], count: int):
    assert len(table("windows", parts=parts)) == count


def test_names_are_chosen():
    listed = paths(table("windows", name="setup", folder="Images/Tiles"))
    assert listed[0] == "setup.ico"
    assert listed[1] == "Images/Tiles/Square44x44Logo.scale-100.png"


def test_halves_are_rounded_up():
    assert [scaled(71, 150), scaled(150, 125), scaled(50, 125), scaled(310, 100)] == [107, 188, 63, 310]
