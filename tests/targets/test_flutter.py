"""The layout of Flutter's assets, platform-assets.md section 5, typed in here by hand."""

from __future__ import annotations

import yaml
from platform_sets import Set

from pipeline.targets.brief import Brief

IOS = "ios/Runner/Assets.xcassets/AppIcon.appiconset"
RES = "android/app/src/main/res"


def test_1x_and_its_variants():
    assert Set("flutter", width=100).sizes() == {
        "assets/coin.png": (100, 0),
        "assets/2.0x/coin.png": (200, 0),
        "assets/3.0x/coin.png": (300, 0),
    }


def test_other_scales():
    assert Set("flutter", width=50, folder="assets/images", scales=["4.0", "1.5"]).sizes() == {
        "assets/images/coin.png": (50, 0),
        "assets/images/1.5x/coin.png": (75, 0),
        "assets/images/4.0x/coin.png": (200, 0),
    }


def test_scales_wider_than_the_master_are_left_out():
    flutter = Set("flutter", Brief("coin", size=(299, 50)), width=100)
    assert set(flutter.draws) == {"assets/coin.png", "assets/2.0x/coin.png"}


def test_only_the_1x_path_is_declared():
    flutter = Set("flutter", folder="assets/my pictures & more")
    declared = yaml.safe_load(flutter.text("pubspec.snippet.yaml"))
    assert declared == {"flutter": {"assets": ["assets/my pictures & more/coin.png"]}}
    assert declared["flutter"]["assets"][0] in flutter.paths


def test_icons_on_request_stand_where_flutter_s_tools_put_them():
    flutter = Set("flutter", launcher=True)
    named = {f"{IOS}/{one['filename']}" for one in flutter.json(f"{IOS}/Contents.json")["images"]}
    assert named == {path for path in flutter.draws if path.startswith(IOS)}
    assert f"{RES}/mipmap-mdpi/ic_launcher.png" in flutter.paths
    assert f"{RES}/drawable-mdpi/ic_launcher_foreground.png" in flutter.paths
    assert f"{RES}/mipmap-mdpi/ic_launcher_foreground.png" not in flutter.paths
    xml = flutter.text(f"{RES}/mipmap-anydpi-v26/ic_launcher.xml")
    assert 'foreground android:drawable="@drawable/ic_launcher_foreground"' in xml
    assert 'monochrome android:drawable="@drawable/ic_launcher_monochrome"' in xml
