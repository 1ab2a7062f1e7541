from __future__ import annotations

import pytest
from drawn import disc, plain, rounded


def test_icons_as_they_should_be(of_file):
    assert of_file("apple-touch-icon.png", disc(180, 0.8, ground="#2563EB").convert("RGB")) == []
    assert of_file("apple-touch-icon-152x152.png", plain(152)) == []
    assert of_file("drawable-mdpi/ic_stat_coin.png", disc(24, 0.9)) == []
    assert of_file("play/icon-512.png", plain(512, "RGBA")) == []
    assert of_file("any.png", disc(180, 0.8)) == []


@pytest.mark.parametrize(
    ("name", "picture", "severity", "message"),
    [
        (
            "apple-touch-icon.png",
            disc(180, 0.8),
            "warning",
            "is transparent in places, which show black on iOS",
        ),
        ("apple-touch-icon.png", rounded(180, 0.2), "warning", "has rounded corners of its own"),
        (
            "ic_stat_coin.png",
            plain(24),
            "error",
            "is a notification icon without transparency: Android shows a filled square",
        ),
        (
            "ic_stat_coin.png",
            disc(24, 0.8, "red"),
            "warning",
            "is a notification icon with colours, of which Android shows none",
        ),
        ("play/icon-512.png", rounded(512, 0.2), "warning", "has rounded corners of its own"),
        ("play/icon-512.png", disc(512, 0.8), "note", "is transparent in places"),
    ],
)
def test_icons_that_their_system_shows_otherwise(of_file, name, picture, severity, message):
    assert [found[1:] for found in of_file(name, picture)] == [(severity, message)]


def test_an_icon_of_512_px_is_play_s_only_in_its_folder(of_file):
    assert of_file("web/icon-512.png", rounded(512, 0.2)) == []
