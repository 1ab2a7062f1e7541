"""Capacitor's sources and native outputs, platform-assets.md section 5, typed in here by hand."""

from __future__ import annotations

import pytest
from platform_sets import Set, scaled, with_art

RES = "android/app/src/main/res"
CATALOG = "ios/App/App/Assets.xcassets"
PORT = {
    "mdpi": (320, 480),
    "hdpi": (480, 800),
    "xhdpi": (720, 1280),
    "xxhdpi": (960, 1600),
    "xxxhdpi": (1280, 1920),
}
LAND = {
    "mdpi": (480, 320),
    "hdpi": (800, 480),
    "xhdpi": (1280, 720),
    "xxhdpi": (1600, 960),
    "xxxhdpi": (1920, 1280),
}


def test_sources():
    assert Set("capacitor", parts=["sources"]).sizes() == {
        "assets/icon-only.png": (1024, 1024),
        "assets/icon-foreground.png": (1024, 1024),
        "assets/icon-background.png": (1024, 1024),
        "assets/splash.png": (2732, 2732),
        "assets/splash-dark.png": (2732, 2732),
    }


def test_how_sources_are_drawn():
    capacitor = Set("capacitor", with_art("background"), parts=["sources"])
    assert capacitor.look("assets/icon-only.png").opaque
    layer = capacitor.look("assets/icon-background.png")
    assert (layer.art, layer.fit, layer.opaque) == ("background", "cover", True)
    front = capacitor.look("assets/icon-foreground.png")
    assert (front.fit, front.ground, front.share) == ("circle", "", pytest.approx(0.3056, abs=1e-4))


def test_native_splash_pictures():
    assert Set("capacitor", parts=["splash"]).sizes() == {
        f"{RES}/drawable/splash.png": (320, 480),
        f"{RES}/drawable-night/splash.png": (320, 480),
        **scaled(f"{RES}/drawable-port", "splash.png", PORT),
        **scaled(f"{RES}/drawable-land", "splash.png", LAND),
        **scaled(f"{RES}/drawable-port-night", "splash.png", PORT),
        **scaled(f"{RES}/drawable-land-night", "splash.png", LAND),
        **{
            f"{CATALOG}/Splash.imageset/Default@{scale}x~universal~anyany{dark}.png": (2732, 2732)
            for scale in (1, 2, 3)
            for dark in ("", "-dark")
        },
    }


def test_the_imageset_of_the_splash_screen():
    dark = {"appearances": [{"appearance": "luminosity", "value": "dark"}]}
    assert Set("capacitor").json(f"{CATALOG}/Splash.imageset/Contents.json")["images"] == [
        {"filename": "Default@1x~universal~anyany.png", "idiom": "universal", "scale": "1x"},
        {"filename": "Default@2x~universal~anyany.png", "idiom": "universal", "scale": "2x"},
        {"filename": "Default@3x~universal~anyany.png", "idiom": "universal", "scale": "3x"},
        {"filename": "Default@1x~universal~anyany-dark.png", "idiom": "universal", "scale": "1x", **dark},
        {"filename": "Default@2x~universal~anyany-dark.png", "idiom": "universal", "scale": "2x", **dark},
        {"filename": "Default@3x~universal~anyany-dark.png", "idiom": "universal", "scale": "3x", **dark},
    ]


def test_splash_screens_are_opaque_and_dark_by_night():
    capacitor = Set("capacitor", background="#FFEEDD", dark_background="#111111")
    for path, drawn in capacitor.draws.items():
        if "plash" in path:
            dark = "dark" in path or "night" in path
            assert drawn.look.opaque
            assert drawn.look.ground == ("#111111" if dark else "#FFEEDD")
            assert drawn.look.art == ("dark" if dark else "master")


def test_the_drawing_on_a_square_splash_is_seen_whole_on_a_tall_screen():
    look = Set("capacitor").look("assets/splash.png")
    assert look.share < 1290 / 2796  # what an iPhone shows of a square that covers its height


def test_native_icons():
    capacitor = Set("capacitor", parts=["icons"])
    icons = f"{CATALOG}/AppIcon.appiconset"
    named = {f"{icons}/{one['filename']}" for one in capacitor.json(f"{icons}/Contents.json")["images"]}
    assert named == {path for path in capacitor.draws if path.startswith("ios/")}
    assert f"{RES}/mipmap-hdpi/ic_launcher_foreground.png" in capacitor.paths
    assert f"{RES}/mipmap-anydpi-v26/ic_launcher.xml" in capacitor.paths


def test_all_parts_are_the_usual():
    separate = set().union(*(Set("capacitor", parts=[one]).paths for one in ("sources", "icons", "splash")))
    assert Set("capacitor").paths == separate
