"""The paths of Expo's configuration, platform-assets.md section 5, typed in here by hand."""

from __future__ import annotations

from typing import Any

import pytest
from platform_sets import CLEAR, SOLID, Set, with_art


def named(config: Any) -> set[str]:
    """Every file that a configuration names."""
    if isinstance(config, dict):
        config = list(config.values())
    if isinstance(config, list):
        return set().union(*map(named, config)) if config else set()
    return {config.removeprefix("./")} if isinstance(config, str) and config.startswith("./") else set()


def test_the_pictures():
    assert Set("expo").sizes() == {
        "assets/images/icon.png": (1024, 1024),
        "assets/images/ios-light.png": (1024, 1024),
        "assets/images/ios-dark.png": (1024, 1024),
        "assets/images/ios-tinted.png": (1024, 1024),
        "assets/images/android-icon-foreground.png": (1024, 1024),
        "assets/images/android-icon-monochrome.png": (1024, 1024),
        "assets/images/favicon.png": (48, 48),
        "assets/images/splash-icon.png": (1024, 1024),
        "assets/images/notification-icon.png": (96, 96),
    }


def test_the_configuration():
    assert Set("expo", background="#ec4899", dark_background="#111111").json("app.snippet.json") == {
        "expo": {
            "icon": "./assets/images/icon.png",
            "ios": {
                "icon": {
                    "light": "./assets/images/ios-light.png",
                    "dark": "./assets/images/ios-dark.png",
                    "tinted": "./assets/images/ios-tinted.png",
                }
            },
            "android": {
                "adaptiveIcon": {
                    "foregroundImage": "./assets/images/android-icon-foreground.png",
                    "monochromeImage": "./assets/images/android-icon-monochrome.png",
                    "backgroundColor": "#EC4899",
                }
            },
            "web": {"favicon": "./assets/images/favicon.png"},
            "plugins": [
                [
                    "expo-splash-screen",
                    {
                        "image": "./assets/images/splash-icon.png",
                        "imageWidth": 200,
                        "resizeMode": "contain",
                        "backgroundColor": "#EC4899",
                        "dark": {"backgroundColor": "#111111"},
                    },
                ],
                ["expo-notifications", {"icon": "./assets/images/notification-icon.png"}],
            ],
        }
    }


@pytest.mark.parametrize("brief", [CLEAR, SOLID, with_art("background", "dark"), with_art("monochrome")])
def test_the_configuration_names_every_picture_and_nothing_else(brief):
    expo = Set("expo", brief, folder="src/assets")
    assert named(expo.json("app.snippet.json")) == set(expo.draws)


def test_a_painted_background_and_a_dark_drawing():
    expo = Set("expo", with_art("background", "dark"))
    config = expo.json("app.snippet.json")["expo"]
    assert (
        config["android"]["adaptiveIcon"]["backgroundImage"] == "./assets/images/android-icon-background.png"
    )
    assert config["plugins"][0][1]["dark"]["image"] == "./assets/images/splash-icon-dark.png"
    layer = expo.look("assets/images/android-icon-background.png")
    assert (layer.art, layer.fit, layer.opaque) == ("background", "cover", True)
    assert expo.look("assets/images/splash-icon-dark.png").art == "dark"


def test_what_is_opaque_and_what_is_not():
    expo = Set("expo")
    opaque = {path.removeprefix("assets/images/") for path, one in expo.draws.items() if one.look.opaque}
    assert opaque == {"icon.png", "ios-light.png", "ios-tinted.png"}
    assert expo.look("assets/images/ios-tinted.png").ink == "grey"
    assert expo.look("assets/images/notification-icon.png").ink == "white"


def test_layers_and_splash_keep_to_their_circles():
    expo = Set("expo")
    for name in ("android-icon-foreground", "android-icon-monochrome"):
        look = expo.look(f"assets/images/{name}.png")
        assert (look.fit, look.share) == ("circle", pytest.approx(0.3056, abs=1e-4))
    splash = expo.look("assets/images/splash-icon.png")
    assert (splash.fit, 2 * splash.share * 200) == ("circle", pytest.approx(192))


def test_an_opaque_drawing_has_no_silhouette():
    names = {path.rpartition("/")[2] for path in Set("expo", SOLID).draws}
    assert not names & {"android-icon-monochrome.png", "notification-icon.png"}
