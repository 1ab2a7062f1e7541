"""Electron: what electron-builder takes from its build folder."""

from __future__ import annotations

from tables import PHOTO, entries, looks, sides, sizes, table


def test_icons_for_three_systems():
    outputs = table("electron")
    assert sides(outputs) == {
        "icon.png": 1024,
        "icons/16x16.png": 16,
        "icons/24x24.png": 24,
        "icons/32x32.png": 32,
        "icons/48x48.png": 48,
        "icons/64x64.png": 64,
        "icons/96x96.png": 96,
        "icons/128x128.png": 128,
        "icons/256x256.png": 256,
        "icons/512x512.png": 512,
    }
    assert [one.px for one in entries(outputs, "icon.ico")][-1] == 256
    assert len(entries(outputs, "icon.icns")) == 10


def test_only_the_mac_icon_has_a_body():
    outputs = table("electron")
    assert {one.look.shape for one in entries(outputs, "icon.icns")} == {"squircle"}
    assert {one.look.shape for one in entries(outputs, "icon.ico")} == {"square"}
    assert all(not look.ground for look in looks(outputs).values())
    assert {one.look.shape for one in entries(table("electron", mac="free"), "icon.icns")} == {"square"}


def test_the_background_of_the_disk_image_comes_on_request():
    more = set(table("electron", PHOTO, dmg=True)) - set(table("electron", PHOTO))
    assert sizes(more) == {"background.png": (540, 380), "background@2x.png": (1080, 760)}
    assert all(look.opaque for look in looks(more).values())


def test_sizes_are_chosen():
    assert list(sides(table("electron", sizes=[512, 48]))) == [
        "icon.png",
        "icons/48x48.png",
        "icons/512x512.png",
    ]
