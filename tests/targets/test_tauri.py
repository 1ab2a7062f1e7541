"""Tauri: the files of its own command, name by name."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from tables import FULL, entries, looks, paths, sides, table, text

from pipeline.targets.output import Text

DESKTOP = {
    "icons/32x32.png": 32,
    "icons/64x64.png": 64,
    "icons/128x128.png": 128,
    "icons/128x128@2x.png": 256,
    "icons/icon.png": 512,
}
WINDOWS = {
    "icons/Square30x30Logo.png": 30,
    "icons/Square44x44Logo.png": 44,
    "icons/Square71x71Logo.png": 71,
    "icons/Square89x89Logo.png": 89,
    "icons/Square107x107Logo.png": 107,
    "icons/Square142x142Logo.png": 142,
    "icons/Square150x150Logo.png": 150,
    "icons/Square284x284Logo.png": 284,
    "icons/Square310x310Logo.png": 310,
    "icons/StoreLogo.png": 50,
}
DENSITIES = {  # launcher, adaptive layer
    "mdpi": (48, 108),
    "hdpi": (72, 162),
    "xhdpi": (96, 216),
    "xxhdpi": (144, 324),
    "xxxhdpi": (192, 432),
}
IOS = {
    "icons/ios/AppIcon-20x20@1x.png": 20,
    "icons/ios/AppIcon-20x20@2x.png": 40,
    "icons/ios/AppIcon-20x20@2x-1.png": 40,
    "icons/ios/AppIcon-20x20@3x.png": 60,
    "icons/ios/AppIcon-29x29@1x.png": 29,
    "icons/ios/AppIcon-29x29@2x.png": 58,
    "icons/ios/AppIcon-29x29@2x-1.png": 58,
    "icons/ios/AppIcon-29x29@3x.png": 87,
    "icons/ios/AppIcon-40x40@1x.png": 40,
    "icons/ios/AppIcon-40x40@2x.png": 80,
    "icons/ios/AppIcon-40x40@2x-1.png": 80,
    "icons/ios/AppIcon-40x40@3x.png": 120,
    "icons/ios/AppIcon-60x60@2x.png": 120,
    "icons/ios/AppIcon-60x60@3x.png": 180,
    "icons/ios/AppIcon-76x76@1x.png": 76,
    "icons/ios/AppIcon-76x76@2x.png": 152,
    "icons/ios/AppIcon-83.5x83.5@2x.png": 167,
    "icons/ios/AppIcon-512@2x.png": 1024,
}
ANDROID_XML = [
    "icons/android/mipmap-anydpi-v26/ic_launcher.xml",
    "icons/android/values/ic_launcher_background.xml",
]


def layers(*endings: str) -> dict[str, int]:
    return {
        f"icons/android/mipmap-{density}/ic_launcher{ending}.png": sides[ending in LAYERS]
        for density, sides in DENSITIES.items()
        for ending in endings
    }


LAYERS = ("_foreground", "_background", "_monochrome")


def test_fifty_images_and_two_xml():
    outputs = table("tauri")
    assert sides(outputs) == DESKTOP | WINDOWS | IOS | layers("", "_round", "_foreground")
    texts = [one.path for one in outputs if isinstance(one, Text)]
    assert sorted(texts) == ANDROID_XML
    assert len(outputs) == 52


def test_the_bundles_have_the_sizes_tauri_needs():
    outputs = table("tauri")
    assert [one.px for one in entries(outputs, "icons/icon.ico")] == [16, 24, 32, 48, 64, 256]
    assert [one.code for one in entries(outputs, "icons/icon.icns")] == [
        *("is32", "il32", "ic11", "ic12", "ic07", "ic13", "ic08", "ic14", "ic09", "ic10"),
    ]


def test_ten_more_with_a_picture_behind_and_a_monochrome_layer():
    outputs = table("tauri", FULL, monochrome=True)
    more = layers("_background", "_monochrome")
    assert len(more) == 10
    assert more.items() <= sides(outputs).items()
    assert len(sides(outputs)) == 48 + 10
    drawables = [one.attrib for one in ET.fromstring(text(outputs, ANDROID_XML[0]).encode())]
    key = "{http://schemas.android.com/apk/res/android}drawable"
    assert sorted(one[key] for one in drawables) == [
        "@mipmap/ic_launcher_background",
        "@mipmap/ic_launcher_foreground",
        "@mipmap/ic_launcher_monochrome",
    ]


def test_only_the_mac_has_a_body_and_only_ios_is_flattened():
    outputs = table("tauri")
    assert {one.look.shape for one in entries(outputs, "icons/icon.icns")} == {"squircle"}
    found = looks(outputs)
    assert all(found[path].opaque for path in IOS)
    assert all(not found[path].ground for path in DESKTOP | WINDOWS)


def test_the_mac_may_have_a_free_outline():
    assert {one.look.ground for one in entries(table("tauri", mac="free"), "icons/icon.icns")} == {""}


@pytest.mark.parametrize(("part", "count"), [("desktop", 7), ("windows", 10), ("android", 17), ("ios", 18)])
def test_parts_are_chosen(part: str, count: int):
    assert len(paths(table("tauri", parts=[part]))) == count
