from __future__ import annotations

import pytest
from drawn import plain


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Square44x44Logo.png", (44, 44)),
        ("Square44x44Logo.scale-125.png", (55, 55)),
        ("Square71x71Logo.scale-125.png", (89, 89)),
        ("Square71x71Logo.scale-150.png", (106, 106)),
        ("Square71x71Logo.scale-150.png", (107, 107)),
        ("Square44x44Logo.targetsize-24_altform-lightunplated.png", (24, 24)),
        ("Wide310x150Logo.scale-200.png", (620, 300)),
        ("SplashScreen.scale-200.png", (1240, 600)),
        ("SplashScreen.png", (99, 12)),
        ("SomethingElse.scale-200.png", (7, 7)),
        ("StoreLogo.png", (50, 50)),
        ("hicolor/48x48/apps/org.example.App.png", (48, 48)),
        ("hicolor/48x48@2/apps/app.png", (96, 96)),
        ("hicolor/scalable/apps/app.png", (9, 9)),
        ("48x48/apps/app.png", (9, 9)),
        ("mipmap-hdpi/ic_launcher.png", (72, 72)),
        ("mipmap-xxhdpi/ic_launcher_round.webp", (144, 144)),
        ("drawable-xxxhdpi/ic_launcher_monochrome.png", (432, 432)),
        ("drawable-night-hdpi/ic_stat_coin.png", (36, 36)),
        ("mipmap-anydpi-v26/ic_launcher.png", (9, 9)),
        ("values-hdpi/ic_launcher.png", (9, 9)),
        ("32x32.png", (32, 32)),
        ("128x128@2x.png", (256, 256)),
        ("card-1200x630.png", (1200, 630)),
        ("16x9.png", (160, 90)),
        ("App.iconset/icon_16x16.png", (17, 17)),
    ],
)
def test_pictures_of_the_size_they_promise_or_promise_none(of_file, name, size):
    picture = plain(size, "RGBA", "#FFFFFF") if "ic_stat" in name else plain(size)
    assert [one for one in of_file(name, picture) if one[0] == "size-in-name"] == []


@pytest.mark.parametrize(
    ("name", "size", "where", "said"),
    [
        ("Square44x44Logo.scale-200.png", 44, "name", "88 × 88"),
        ("Wide310x150Logo.png", 310, "name", "310 × 150"),
        ("Square44x44Logo.targetsize-48.png", 44, "name", "48 × 48"),
        ("hicolor/48x48/apps/app.png", 64, "folder", "48 × 48"),
        ("mipmap-hdpi/ic_launcher.png", 49, "folder", "72 × 72"),
        ("mipmap-mdpi/ic_launcher_foreground.png", 48, "folder", "108 × 108"),
        ("128x128@2x.png", 128, "name", "256 × 256"),
    ],
)
def test_pictures_of_another_size(of_file, name, size, where, said):
    message = f"is {size} × {size} px, and its {where} says {said} px"
    assert of_file(name, plain(size)) == [("size-in-name", "warning", message)]


def test_a_video_has_no_size_to_compare(tmp_path):
    from pipeline.deliver.look import Look
    from pipeline.deliver.rules.names import size_in_name

    look = Look(tmp_path / "32x32.mp4", "32x32.mp4")
    look.__dict__["picture"] = None
    assert list(size_in_name(look)) == []
