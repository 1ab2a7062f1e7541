"""Image sets, and stacks of them."""

from __future__ import annotations

from tables import INFO, parsed, paths, sizes

from pipeline.targets.layers import imageset, stack
from pipeline.targets.output import Look

LOOK = Look()


def test_an_image_set_has_a_picture_for_every_scale():
    listed = list(imageset("a.imageset", "tv", "front", LOOK, {"1x": (5, 3), "2x": (10, 6)}))
    assert sizes(listed) == {"a.imageset/front.png": (5, 3), "a.imageset/front@2x.png": (10, 6)}
    assert parsed(listed, "a.imageset/Contents.json") == {
        "images": [
            {"filename": "front.png", "idiom": "tv", "scale": "1x"},
            {"filename": "front@2x.png", "idiom": "tv", "scale": "2x"},
        ],
        "info": INFO,
    }


def test_a_stack_lists_its_layers_from_the_front():
    listed = list(
        stack("a.imagestack", "imagestacklayer", "tv", {"Front": LOOK, "Back": LOOK}, {"1x": (5, 3)})
    )
    assert paths(listed) == [
        "a.imagestack/Front.imagestacklayer/Content.imageset/front.png",
        "a.imagestack/Front.imagestacklayer/Content.imageset/Contents.json",
        "a.imagestack/Front.imagestacklayer/Contents.json",
        "a.imagestack/Back.imagestacklayer/Content.imageset/back.png",
        "a.imagestack/Back.imagestacklayer/Content.imageset/Contents.json",
        "a.imagestack/Back.imagestacklayer/Contents.json",
        "a.imagestack/Contents.json",
    ]
    assert parsed(listed, "a.imagestack/Contents.json") == {
        "layers": [{"filename": "Front.imagestacklayer"}, {"filename": "Back.imagestacklayer"}],
        "info": INFO,
    }
    assert parsed(listed, "a.imagestack/Back.imagestacklayer/Contents.json") == {"info": INFO}
