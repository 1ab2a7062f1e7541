from __future__ import annotations

import pytest
from drawn import plain


def images(**scales: str) -> dict:
    return {
        "images": [{"filename": name, "idiom": "universal", "scale": scale} for scale, name in scales.items()]
    }


def test_an_image_set_in_proportion(folder, said):
    root = folder(
        {
            "a.imageset/a.png": plain((21, 10)),
            "a.imageset/a@2x.png": plain((41, 20)),
            "a.imageset/a@3x.png": plain((62, 30)),
            "a.imageset/Contents.json": {
                "images": [
                    {"filename": "a.png", "idiom": "universal", "scale": "1x"},
                    {"filename": "a@2x.png", "idiom": "universal", "scale": "2x"},
                    {"filename": "a@3x.png", "idiom": "universal", "scale": "3x"},
                    {"filename": "missing.png", "idiom": "ipad", "scale": "1x"},
                    {"idiom": "tv", "scale": "1x"},
                ]
            },
        }
    )
    assert said(root, "image-set") == []


def test_an_image_set_out_of_proportion(folder, said):
    listed = {
        "images": [
            {"filename": "a@2x.png", "idiom": "universal", "scale": "2x"},
            {"filename": "a@3x.png", "idiom": "universal", "scale": "3x"},
        ]
    }
    root = folder(
        {
            "a.imageset/a@2x.png": plain(40),
            "a.imageset/a@3x.png": plain(90),
            "a.imageset/Contents.json": listed,
        }
    )
    assert said(root, "image-set") == [
        ("warning", "a.imageset/a@3x.png", "is 90 × 90 px, and 1.5 × a@2x.png is 60 × 60 px")
    ]


def test_one_picture_for_all_scales_is_meant(folder, said):
    listed = {
        "images": [
            {"filename": f"s-{scale}.png", "idiom": "universal", "scale": f"{scale}x"} for scale in (1, 2, 3)
        ]
    }
    files = {f"Splash.imageset/s-{scale}.png": plain(90) for scale in (1, 2, 3)}
    assert said(folder({**files, "Splash.imageset/Contents.json": listed}), "image-set") == []


@pytest.mark.parametrize(
    "files",
    [
        {"a.png": 20, "a@2x.png": 40, "a@3x.png": 60},
        {"a@1x.png": 20, "a@2x.png": 40, "a.png": 1024},
        {"a.webp": 20, "2.0x/a.webp": 41, "3.0x/a.webp": 61},
        {"a.ios.png": 20, "a@2x.ios.png": 40},
        {"128x128@2x.png": 256},
        {"AppIcon-512@2x.png": 1024, "AppIcon-83.5x83.5@2x.png": 167},
        {"X.appiconset/a@2x.png": 40, "X.iconset/b@2x.png": 40, "X.imageset/c@2x.png": 40},
    ],
    ids=["at", "with 1x", "flutter", "react native", "own size", "apple", "sets"],
)
def test_scales_in_proportion(folder, said, files):
    root = folder({name: plain(px) for name, px in files.items()})
    if "a.png" in files and "a@1x.png" in files:
        (root / "a.png").unlink()
    assert said(root, "scales") == []


def test_a_scale_without_its_1x(folder, said):
    root = folder({"a@2x.png": plain(40), "a@3x.png": plain(60), "2.0x/b.png": plain(40), "c@2x.txt": ""})
    assert said(root, "scales") == [
        ("warning", "a@2x.png", "has no a.png for 1x beside it"),
        ("warning", "2.0x/b.png", "has no b.png for 1x beside it"),
    ]


def test_a_scale_of_another_size(folder, said):
    root = folder({"a.png": plain((20, 10)), "a@2x.png": plain((40, 30)), "3.0x/a.png": plain((50, 30))})
    assert said(root, "scales") == [
        ("warning", "a@2x.png", "is 40 × 30 px, and 2 × a.png is 40 × 20 px"),
        ("warning", "3.0x/a.png", "is 50 × 30 px, and 3 × a.png is 60 × 30 px"),
    ]
