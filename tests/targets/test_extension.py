"""The sizes of a browser extension, platform-assets.md section 4, typed in here by hand."""

from __future__ import annotations

import pytest
from platform_sets import Set


def test_the_pictures():
    assert Set("extension").sizes() == {
        "icons/icon-16.png": (16, 16),
        "icons/icon-32.png": (32, 32),
        "icons/icon-48.png": (48, 48),
        "icons/icon-128.png": (128, 128),
        "store/store-icon-128.png": (128, 128),
        "store/promo-440x280.png": (440, 280),
        "store/marquee-1400x560.png": (1400, 560),
    }


def test_the_store_icon_has_16_px_of_margin():
    look = Set("extension").look("store/store-icon-128.png")
    assert (look.fit, look.ground, look.share * 128, look.bleed * 128) == ("box", "", 96, 96)


def test_promotional_pictures_have_no_alpha():
    extension = Set("extension")
    assert extension.look("store/promo-440x280.png").opaque
    assert extension.look("store/marquee-1400x560.png").opaque


def test_the_manifest_snippet():
    assert Set("extension").json("manifest.snippet.json") == {
        "icons": {
            "16": "icons/icon-16.png",
            "32": "icons/icon-32.png",
            "48": "icons/icon-48.png",
            "128": "icons/icon-128.png",
        },
        "action": {"default_icon": {"16": "icons/icon-16.png", "32": "icons/icon-32.png"}},
    }


@pytest.mark.parametrize("folder", ["icons", "public/img", "store"])
def test_the_snippet_names_pictures_of_their_size(folder):
    extension = Set("extension", folder=folder)
    for px, path in extension.json("manifest.snippet.json")["icons"].items():
        assert extension.sizes()[path] == (int(px), int(px))
