"""platform-assets.md section 2, typed in here by hand."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from platform_sets import SOLID, Set, scaled, with_art

from pipeline.targets.brief import Brief
from pipeline.targets.options import OptionFault

LEGACY = {"mdpi": 48, "hdpi": 72, "xhdpi": 96, "xxhdpi": 144, "xxxhdpi": 192}
LAYER = {"mdpi": 108, "hdpi": 162, "xhdpi": 216, "xxhdpi": 324, "xxxhdpi": 432}
STATUS = {"mdpi": 24, "hdpi": 36, "xhdpi": 48, "xxhdpi": 72, "xxxhdpi": 96}
SPLASH = {"mdpi": 288, "hdpi": 432, "xhdpi": 576, "xxhdpi": 864, "xxxhdpi": 1152}
BANNER = {"mdpi": (160, 90), "hdpi": (240, 135), "xhdpi": (320, 180), "xxhdpi": (480, 270)}
BANNER["xxxhdpi"] = (640, 360)


def squares(folder: str, name: str, sizes: dict[str, int]) -> dict[str, tuple[int, int]]:
    return scaled(folder, name, {qualifier: (px, px) for qualifier, px in sizes.items()})


def all_of(name: str, folder: str, android: Set) -> list:
    return [android.look(path) for path in squares(folder, name, LAYER)]


def test_the_usual_pictures():
    assert Set("android").sizes() == {
        **squares("res/mipmap", "ic_launcher.png", LEGACY),
        **squares("res/mipmap", "ic_launcher_round.png", LEGACY),
        **squares("res/mipmap", "ic_launcher_foreground.png", LAYER),
        **squares("res/mipmap", "ic_launcher_monochrome.png", LAYER),
        **squares("res/drawable", "ic_stat_coin.png", STATUS),
        **squares("res/drawable", "ic_splash.png", SPLASH),
        "play/icon-512.png": (512, 512),
        "play/feature-graphic-1024x500.png": (1024, 500),
    }


def test_the_usual_texts():
    assert Set("android").paths - set(Set("android").draws) == {
        "res/mipmap-anydpi-v26/ic_launcher.xml",
        "res/mipmap-anydpi-v26/ic_launcher_round.xml",
        "res/values/ic_launcher_background.xml",
        "AndroidManifest.snippet.xml",
    }


@pytest.mark.parametrize("name", ["ic_launcher", "ic_launcher_round"])
def test_the_adaptive_icon_over_a_colour(name):
    assert Set("android").text(f"res/mipmap-anydpi-v26/{name}.xml") == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<adaptive-icon xmlns:android="http://schemas.android.com/apk/res/android">\n'
        '    <background android:drawable="@color/ic_launcher_background" />\n'
        '    <foreground android:drawable="@mipmap/ic_launcher_foreground" />\n'
        '    <monochrome android:drawable="@mipmap/ic_launcher_monochrome" />\n'
        "</adaptive-icon>\n"
    )


def test_the_colour_has_a_resource_of_its_own():
    assert Set("android", background="#ec4899").text("res/values/ic_launcher_background.xml") == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<resources>\n"
        '    <color name="ic_launcher_background">#EC4899</color>\n'
        "</resources>\n"
    )


def test_a_painted_background_is_a_layer_that_covers_everything_and_is_never_inset():
    android = Set("android", with_art("background"))
    xml = android.text("res/mipmap-anydpi-v26/ic_launcher.xml")
    assert '<background android:drawable="@mipmap/ic_launcher_background" />' in xml
    assert "inset" not in xml
    assert "res/values/ic_launcher_background.xml" not in android.paths
    layers = squares("res/mipmap", "ic_launcher_background.png", LAYER)
    assert layers.items() <= android.sizes().items()
    for look in all_of("ic_launcher_background.png", "res/mipmap", android):
        assert (look.art, look.fit, look.share, look.opaque) == ("background", "cover", 1.0, True)


def test_layers_keep_to_the_circle_of_66_dp():
    android = Set("android")
    for layer in ("foreground", "monochrome"):
        for look in all_of(f"ic_launcher_{layer}.png", "res/mipmap", android):
            assert (look.fit, look.ground, look.opaque) == ("circle", "", False)
            assert look.share == pytest.approx(0.3056, abs=1e-4)


def test_an_opaque_drawing_fills_the_viewport_of_72_dp_and_a_little_more():
    look = Set("android", SOLID).look("res/mipmap-mdpi/ic_launcher_foreground.png")
    assert 72 < look.bleed * 108 < 80


def test_silhouettes_are_white_and_transparent():
    android = Set("android")
    for path in ("res/drawable-mdpi/ic_stat_coin.png", "res/mipmap-mdpi/ic_launcher_monochrome.png"):
        look = android.look(path)
        assert (look.art, look.ink, look.ground, look.opaque) == ("monochrome", "white", "", False)


def test_an_opaque_drawing_has_no_silhouette():
    android = Set("android", SOLID)
    assert not [path for path in android.paths if "monochrome" in path or "ic_stat" in path]
    assert "monochrome" not in android.text("res/mipmap-anydpi-v26/ic_launcher.xml")
    assert "an opaque drawing has no silhouette" in android.text("AndroidManifest.snippet.xml")


def test_an_opaque_drawing_may_be_given_one():
    android = Set("android", with_art("monochrome", opaque=True))
    assert "res/drawable-mdpi/ic_stat_coin.png" in android.paths
    assert "<monochrome" in android.text("res/mipmap-anydpi-v26/ic_launcher.xml")


def test_the_splash_icon_stands_in_a_circle_of_192_dp():
    look = Set("android").look("res/drawable-mdpi/ic_splash.png")
    assert (look.fit, look.ground, 2 * look.share * 288) == ("circle", "", pytest.approx(192))


def test_the_round_icon_is_a_disc_of_the_ground():
    look = Set("android").look("res/mipmap-mdpi/ic_launcher_round.png")
    assert (look.shape, look.ground, look.fit) == ("circle", "#FFFFFF", "circle")
    assert look.share < look.body / 2


def test_the_icon_for_play_is_a_full_square_of_32_bits_within_1024_kb():
    icon = Set("android").draws["play/icon-512.png"]
    assert (icon.format, icon.max_bytes) == ("png", 1_048_576)
    assert (icon.look.ground, icon.look.shape, icon.look.opaque) == ("#FFFFFF", "square", False)


def test_the_feature_graphic_has_no_alpha():
    assert Set("android").look("play/feature-graphic-1024x500.png").opaque


def test_the_tv_banner_on_request():
    android = Set("android", parts=["tv", "play"])
    assert android.sizes() == {
        **scaled("res/drawable", "tv_banner.png", BANNER),
        "play/icon-512.png": (512, 512),
        "play/feature-graphic-1024x500.png": (1024, 500),
        "play/tv-banner-1280x720.png": (1280, 720),
    }
    assert android.look("play/tv-banner-1280x720.png").opaque
    assert android.look("res/drawable-mdpi/tv_banner.png").opaque
    assert 'android:banner="@drawable/tv_banner"' in android.text("AndroidManifest.snippet.xml")


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        ("legacy", "ic_launcher.png"),
        ("round", "ic_launcher_round"),
        ("adaptive", "_foreground"),
        ("adaptive", "anydpi-v26"),
        ("adaptive", "values"),
        ("monochrome", "_monochrome"),
        ("notification", "ic_stat"),
        ("splash", "ic_splash"),
        ("play", "play/"),
    ],
)
def test_every_part_can_be_left_out(part, gone):
    assert any(gone in path for path in Set("android").paths)
    assert not any(gone in path for path in Set("android", without=[part]).paths)


def test_without_a_monochrome_layer_the_xml_names_none():
    xml = Set("android", without=["monochrome"]).text("res/mipmap-anydpi-v26/ic_launcher.xml")
    assert [child.tag for child in ET.fromstring(xml)] == ["background", "foreground"]


def test_without_the_round_icon_there_is_no_round_xml():
    assert "res/mipmap-anydpi-v26/ic_launcher_round.xml" not in Set("android", without=["round"]).paths


def test_webp_is_for_resources_and_play_keeps_png():
    android = Set("android", webp=True, parts=["legacy", "notification", "splash", "tv", "play"])
    endings = {(path.split("/")[0], one.format) for path, one in android.draws.items()}
    assert endings == {("res", "webp"), ("play", "png")}
    assert all(path.endswith(f".{one.format}") for path, one in android.draws.items())


def test_names_and_flavour():
    android = Set("android", name="ic_shop", notification="ic_bell", flavor="freeTrial")
    assert "src/freeTrial/res/mipmap-mdpi/ic_shop_foreground.png" in android.paths
    assert "src/freeTrial/res/drawable-mdpi/ic_bell.png" in android.paths
    assert "src/freeTrial/res/values/ic_shop_background.xml" in android.paths
    xml = android.text("src/freeTrial/res/mipmap-anydpi-v26/ic_shop.xml")
    assert "@mipmap/ic_shop_foreground" in xml
    assert "@color/ic_shop_background" in xml


@pytest.mark.parametrize("taken", ["ic_splash", "tv_banner"])
def test_a_name_that_is_taken_is_refused(taken):
    with pytest.raises(OptionFault, match=taken):
        Set("android", notification=taken)


@pytest.mark.parametrize(
    ("name", "resource"),
    [("Coin-2.final", "ic_stat_coin_2_final"), ("9lives", "ic_stat_9lives"), ("---", "ic_stat_image")],
)
def test_the_notification_icon_has_a_legal_name(name, resource):
    assert f"res/drawable-mdpi/{resource}.png" in Set("android", Brief(name)).paths


def test_the_manifest_snippet_names_only_what_is_there():
    xml = Set("android", without=["splash", "notification", "round"]).text("AndroidManifest.snippet.xml")
    space = "{http://schemas.android.com/apk/res/android}"
    assert ET.fromstring(xml).attrib == {f"{space}icon": "@mipmap/ic_launcher"}
    assert "ic_splash" not in xml
    assert "ic_stat" not in xml


def test_the_usual_manifest_snippet():
    xml = Set("android").text("AndroidManifest.snippet.xml")
    space = "{http://schemas.android.com/apk/res/android}"
    assert ET.fromstring(xml).attrib == {
        f"{space}icon": "@mipmap/ic_launcher",
        f"{space}roundIcon": "@mipmap/ic_launcher_round",
    }
    assert "@drawable/ic_splash" in xml
    assert "R.drawable.ic_stat_coin" in xml


def test_a_padding_makes_layers_smaller_and_never_larger():
    path = "res/mipmap-mdpi/ic_launcher_foreground.png"
    assert Set("android", padding="30%").look(path).share == pytest.approx(0.2)
    assert Set("android", padding=0).look(path).share == pytest.approx(0.3056, abs=1e-4)
