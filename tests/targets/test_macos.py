"""macOS: ten entries on seven files, the whole .icns, and the body that is part of the picture."""

from __future__ import annotations

from tables import INFO, entries, looks, parsed, sides, table

ENTRIES = [  # points, scale, px
    ("16", 1, 16),
    ("16", 2, 32),
    ("32", 1, 32),
    ("32", 2, 64),
    ("128", 1, 128),
    ("128", 2, 256),
    ("256", 1, 256),
    ("256", 2, 512),
    ("512", 1, 512),
    ("512", 2, 1024),
]

ICONSET = {
    "icon_16x16.png": 16,
    "icon_16x16@2x.png": 32,
    "icon_32x32.png": 32,
    "icon_32x32@2x.png": 64,
    "icon_128x128.png": 128,
    "icon_128x128@2x.png": 256,
    "icon_256x256.png": 256,
    "icon_256x256@2x.png": 512,
    "icon_512x512.png": 512,
    "icon_512x512@2x.png": 1024,
}


def test_ten_entries_share_seven_files():
    outputs = table("macos")
    assert parsed(outputs, "AppIcon.appiconset/Contents.json") == {
        "images": [
            {
                "filename": f"AppIcon-{px}.png",
                "idiom": "mac",
                "scale": f"{scale}x",
                "size": f"{points}x{points}",
            }
            for points, scale, px in ENTRIES
        ],
        "info": INFO,
    }
    assert sides(outputs) == {
        f"AppIcon.appiconset/AppIcon-{px}.png": px for px in (16, 32, 64, 128, 256, 512, 1024)
    }


def test_the_icns_is_whole():
    listed = [(one.code, one.px) for one in entries(table("macos"), "AppIcon.icns")]
    assert listed == [
        ("is32", 16),
        ("il32", 32),
        ("ic11", 32),
        ("ic12", 64),
        ("ic07", 128),
        ("ic13", 256),
        ("ic08", 256),
        ("ic14", 512),
        ("ic09", 512),
        ("ic10", 1024),
    ]


def test_the_folder_for_iconutil_comes_on_request():
    more = set(table("macos", iconset=True)) - set(table("macos"))
    assert sides(more) == {f"AppIcon.iconset/{name}": px for name, px in ICONSET.items()}


def test_every_picture_has_the_same_body_with_its_margin():
    outputs = table("macos", shadow=True)
    (look,) = {*looks(outputs).values(), *(one.look for one in entries(outputs, "AppIcon.icns"))}
    assert (look.body, look.shape, look.ground, look.shadow) == (824 / 1024, "squircle", "#FFFFFF", True)
    assert look.share < look.body


def test_a_free_outline_has_no_body_and_the_same_extent():
    (look,) = set(looks(table("macos", style="free")).values())
    assert (look.share, look.shape, look.ground) == (824 / 1024, "square", "")


def test_the_name_is_that_of_set_and_bundle():
    outputs = table("macos", name="Kite", iconset=True)
    assert {one.path.split("/")[0] for one in outputs} == {"Kite.appiconset", "Kite.icns", "Kite.iconset"}
