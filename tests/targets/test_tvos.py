"""tvOS: brand assets with two layered icons and two pictures for the top shelf."""

from __future__ import annotations

from tables import FULL, INFO, PHOTO, looks, parsed, sizes, table

from pipeline.targets.output import Look

ROOT = "App Icon & Top Shelf Image.brandassets"
STORE = f"{ROOT}/App Icon - App Store.imagestack"
ICON = f"{ROOT}/App Icon.imagestack"

SIZES = {
    f"{STORE}/Front.imagestacklayer/Content.imageset/front.png": (1280, 768),
    f"{STORE}/Back.imagestacklayer/Content.imageset/back.png": (1280, 768),
    f"{ICON}/Front.imagestacklayer/Content.imageset/front.png": (400, 240),
    f"{ICON}/Front.imagestacklayer/Content.imageset/front@2x.png": (800, 480),
    f"{ICON}/Back.imagestacklayer/Content.imageset/back.png": (400, 240),
    f"{ICON}/Back.imagestacklayer/Content.imageset/back@2x.png": (800, 480),
    f"{ROOT}/Top Shelf Image.imageset/top-shelf-image.png": (1920, 720),
    f"{ROOT}/Top Shelf Image.imageset/top-shelf-image@2x.png": (3840, 1440),
    f"{ROOT}/Top Shelf Image Wide.imageset/top-shelf-image-wide.png": (2320, 720),
    f"{ROOT}/Top Shelf Image Wide.imageset/top-shelf-image-wide@2x.png": (4640, 1440),
}


def test_pictures_and_sizes():
    assert sizes(table("tvos")) == SIZES


def test_the_brand_assets_list_their_parts_by_role():
    assert parsed(table("tvos"), f"{ROOT}/Contents.json") == {
        "assets": [
            {
                "filename": "App Icon - App Store.imagestack",
                "idiom": "tv",
                "role": "primary-app-icon",
                "size": "1280x768",
            },
            {
                "filename": "App Icon.imagestack",
                "idiom": "tv",
                "role": "primary-app-icon",
                "size": "400x240",
            },
            {
                "filename": "Top Shelf Image.imageset",
                "idiom": "tv",
                "role": "top-shelf-image",
                "size": "1920x720",
            },
            {
                "filename": "Top Shelf Image Wide.imageset",
                "idiom": "tv",
                "role": "top-shelf-image-wide",
                "size": "2320x720",
            },
        ],
        "info": INFO,
    }


def test_a_stack_is_drawing_and_ground():
    outputs = table("tvos")
    for stack in (STORE, ICON):
        assert parsed(outputs, f"{stack}/Contents.json") == {
            "layers": [{"filename": "Front.imagestacklayer"}, {"filename": "Back.imagestacklayer"}],
            "info": INFO,
        }
    assert parsed(outputs, f"{ICON}/Back.imagestacklayer/Contents.json") == {"info": INFO}
    assert parsed(outputs, f"{ICON}/Back.imagestacklayer/Content.imageset/Contents.json") == {
        "images": [
            {"filename": "back.png", "idiom": "tv", "scale": "1x"},
            {"filename": "back@2x.png", "idiom": "tv", "scale": "2x"},
        ],
        "info": INFO,
    }
    assert parsed(outputs, f"{STORE}/Front.imagestacklayer/Content.imageset/Contents.json") == {
        "images": [{"filename": "front.png", "idiom": "tv", "scale": "1x"}],
        "info": INFO,
    }


def test_the_back_is_opaque_and_the_front_is_not():
    found = looks(table("tvos", FULL))
    assert found[f"{ICON}/Back.imagestacklayer/Content.imageset/back.png"] == FULL.backdrop
    assert found[f"{ICON}/Front.imagestacklayer/Content.imageset/front.png"] == Look(share=0.7)


def test_the_top_shelf_is_opaque():
    for brief in (FULL, PHOTO):
        shelf = [
            look for path, look in looks(table("tvos", brief)).items() if "Shelf Image" in path.split("/")[1]
        ]
        assert len(shelf) == 4
        assert all(look.opaque and look.ground == brief.ground for look in shelf)
