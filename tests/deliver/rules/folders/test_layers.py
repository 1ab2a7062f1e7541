from __future__ import annotations

import pytest
from drawn import disc, plain


def image_set(*files: tuple[str, str]) -> dict:
    return {"images": [{"filename": name, "idiom": "vision", "scale": scale} for name, scale in files]}


def stack(name: str, layers: dict, ending: str = "imagestack", scale: str = "1x") -> dict:
    """The files of a stack; ``layers``: name → picture, front first."""
    files = {
        f"{name}.{ending}/Contents.json": {"layers": [{"filename": f"{one}.{ending}layer"} for one in layers]}
    }
    for one, picture in layers.items():
        place = f"{name}.{ending}/{one}.{ending}layer/Content.imageset"
        files |= {f"{place}/a.png": picture, f"{place}/Contents.json": image_set(("a.png", scale))}
    return files


VISION = "solidimagestack"


@pytest.mark.parametrize("ending", ["imagestack", VISION])
def test_a_stack_as_it_should_be(folder, said, ending):
    root = folder(stack("Icon", {"Front": disc(1024, 0.8), "Back": plain(1024)}, ending))
    assert said(root, "image-stack") == []
    assert said(root, "asset-catalog") == [
        ("note", f"Icon.{ending}/{one}.{ending}layer/Contents.json", "is missing")
        for one in ("Back", "Front")
    ]


def test_a_back_layer_that_is_transparent(folder, said):
    root = folder(stack("Icon", {"Front": plain(64), "Back": disc(64, 0.8)}))
    file = "Icon.imagestack/Back.imagestacklayer/Content.imageset/a.png"
    assert said(root, "image-stack") == [("error", file, "is the back layer and transparent in places")]


@pytest.mark.parametrize(
    ("count", "ending", "most"), [(1, "imagestack", 5), (6, "imagestack", 5), (4, VISION, 3)]
)
def test_too_few_and_too_many_layers(folder, said, count, ending, most):
    root = folder(stack("Icon", {f"L{number}": plain(1024) for number in range(count)}, ending))
    assert said(root, "image-stack") == [
        ("error", f"Icon.{ending}", f"has {count} layers; 2 to {most} are taken")
    ]


def test_layers_of_different_sizes_and_without_a_picture(folder, said):
    files = stack("Icon", {"Front": plain(64), "Middle": plain(32), "Back": plain(64)})
    listed = files["Icon.imagestack/Contents.json"]
    listed["layers"].insert(0, {"filename": "Lost.imagestacklayer"})
    root = folder(files)
    assert said(root, "image-stack") == [
        ("error", "Icon.imagestack/Lost.imagestacklayer", "has no picture in its Content.imageset"),
        ("error", "Icon.imagestack", "has layers of different sizes"),
    ]
    assert (
        "error",
        "Icon.imagestack/Lost.imagestacklayer",
        "is listed in Contents.json and is missing",
    ) in said(root, "asset-catalog")


def test_a_layer_for_visionos_has_1024_px(folder, said):
    root = folder(stack("Icon", {"Front": plain(512), "Back": plain(512)}, VISION))
    assert [message for _, _, message in said(root, "image-stack")] == [
        "is 512 × 512 px; visionOS takes 1024 × 1024 px"
    ] * 2


def test_a_stack_nobody_can_read_is_said_elsewhere(folder, said):
    assert said(folder({"Icon.imagestack/Contents.json": "{"}), "image-stack") == []


def brand(*assets: tuple[str, str]) -> dict:
    return {"assets": [{"filename": name, "idiom": "tv", "role": "x", "size": size} for name, size in assets]}


def test_brand_assets_of_their_sizes(folder, said):
    shelf = "B.brandassets/Top.imageset"
    files = {
        f"B.brandassets/{name}": content
        for name, content in stack("App", {"Front": plain((400, 240)), "Back": plain((400, 240))}).items()
    }
    files |= {
        f"{shelf}/a.png": plain((192, 72)),
        f"{shelf}/b.png": plain((384, 144)),
        f"{shelf}/Contents.json": image_set(("a.png", "1x"), ("b.png", "2x")),
        "B.brandassets/Contents.json": brand(
            ("App.imagestack", "400x240"), ("Top.imageset", "192x72"), ("x.txt", "1x1"), ("y", "")
        ),
    }
    root = folder(files)
    assert said(root, "brand-assets") == []
    folder({f"{shelf}/b.png": plain((300, 144))})
    assert said(root, "brand-assets") == [
        ("error", f"{shelf}/b.png", "is 300 × 144 px, and its role takes 384 × 144 px")
    ]
