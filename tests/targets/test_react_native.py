"""The naming of React Native, platform-assets.md section 5, typed in here by hand."""

from __future__ import annotations

import pytest
from platform_sets import SOLID, Set

from pipeline.targets.brief import Brief

IOS = "ios/Shop/Images.xcassets/AppIcon.appiconset"
RES = "android/app/src/main/res"


def test_three_scales_side_by_side():
    assert Set("react-native", width=100).sizes() == {
        "assets/coin.png": (100, 0),
        "assets/coin@2x.png": (200, 0),
        "assets/coin@3x.png": (300, 0),
    }


def test_scales_wider_than_the_master_are_left_out():
    brief = Brief("coin", size=(250, 100))
    assert Set("react-native", brief, width=100).paths == {"assets/coin.png", "assets/coin@2x.png"}


def test_one_for_each_platform():
    assert Set("react-native", width=10, folder="img", platforms=["android", "ios"]).paths == {
        "img/coin.ios.png",
        "img/coin@2x.ios.png",
        "img/coin@3x.ios.png",
        "img/coin.android.png",
        "img/coin@2x.android.png",
        "img/coin@3x.android.png",
    }


def test_the_whole_picture_keeps_its_transparency():
    look = Set("react-native").look("assets/coin.png")
    assert (look.fit, look.share, look.ground, look.opaque) == ("whole", 1.0, "", False)


def test_a_background_and_a_padding_are_obeyed():
    look = Set("react-native", background="#ec4899", padding="10%").look("assets/coin.png")
    assert (look.fit, look.ground, look.opaque) == ("whole", "#EC4899", True)
    assert look.share == pytest.approx(0.8)


def test_an_opaque_picture_has_no_alpha():
    look = Set("react-native", SOLID).look("assets/coin.png")
    assert (look.fit, look.opaque) == ("cover", True)


def test_icons_on_request():
    app = Set("react-native", launcher=True, app="Shop")
    catalog = app.json(f"{IOS}/Contents.json")["images"]
    named = {f"{IOS}/{one['filename']}" for one in catalog}
    assert named == {path for path in app.draws if path.startswith(IOS)}
    assert set(app.sizes(IOS).values()) == {(1024, 1024)}
    assert f"{RES}/mipmap-xxxhdpi/ic_launcher_foreground.png" in app.paths
    assert f"{RES}/mipmap-anydpi-v26/ic_launcher_round.xml" in app.paths
    assert f"{RES}/values/ic_launcher_background.xml" in app.paths


def test_the_app_has_the_picture_s_name_unless_given():
    assert (
        "ios/coin/Images.xcassets/AppIcon.appiconset/Contents.json"
        in Set("react-native", launcher=True).paths
    )
