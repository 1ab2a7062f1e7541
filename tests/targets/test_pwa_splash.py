"""The start-up pictures of platform-assets.md section 3, typed in here by hand."""

from __future__ import annotations

import pytest
from platform_sets import Set, addresses, elements, with_art

from pipeline.targets.brief import Brief

SCREENS = [
    "2048x2732@2",
    "1668x2388@2",
    "1668x2224@2",
    "1640x2360@2",
    "1620x2160@2",
    "1536x2048@2",
    "1488x2266@2",
    "1320x2868@3",
    "1290x2796@3",
    "1284x2778@3",
    "1242x2688@3",
    "1242x2208@3",
    "1206x2622@3",
    "1179x2556@3",
    "1170x2532@3",
    "1125x2436@3",
    "828x1792@2",
    "750x1334@2",
    "640x1136@2",
]


def screens() -> list[tuple[int, int, int]]:
    return [(*map(int, one.split("@")[0].split("x")), int(one[-1])) for one in SCREENS]


def test_every_screen_upright_and_on_its_side():
    wanted = {}
    for width, height, _ in screens():
        wanted[f"splash/apple-splash-{width}-{height}.png"] = (width, height)
        wanted[f"splash/apple-splash-{height}-{width}.png"] = (height, width)
    assert Set("pwa-splash").sizes() == wanted
    assert len(wanted) == 38


def test_every_picture_is_linked_by_its_media_query():
    links = [said for _, said in elements(Set("pwa-splash").text("head.html")) if said.get("rel")]
    wanted = []
    for width, height, ratio in screens():
        for turned, size in (("portrait", (width, height)), ("landscape", (height, width))):
            wanted.append(
                {
                    "rel": "apple-touch-startup-image",
                    "media": f"(device-width: {width // ratio}px) and (device-height: {height // ratio}px)"
                    f" and (-webkit-device-pixel-ratio: {ratio}) and (orientation: {turned})",
                    "href": f"/splash/apple-splash-{size[0]}-{size[1]}.png",
                }
            )
    assert links == wanted


def test_the_points_of_every_screen_are_whole():
    assert not [one for one in screens() if one[0] % one[2] or one[1] % one[2]]


@pytest.mark.parametrize(
    "said",
    [{}, {"dark": True}, {"format": "jpg", "folder": "img/start up", "base": "https://example.com/a"}],
)
def test_the_head_names_every_picture_and_nothing_else(said):
    splash = Set("pwa-splash", **said)
    base = said.get("base", "") + "/"
    named = [one.removeprefix(base).replace("%20", " ") for one in addresses(splash.text("head.html"))]
    assert named == list(splash.draws)


def test_all_are_opaque_on_their_ground():
    for said in ({}, {"dark": True, "dark_background": "#111111"}):
        for path, drawn in Set("pwa-splash", background="#FFEEDD", **said).draws.items():
            assert drawn.look.opaque
            assert drawn.look.ground == ("#111111" if "-dark" in path else "#FFEEDD")


def test_the_dark_set_has_its_own_drawing_and_query():
    splash = Set("pwa-splash", dark=True)
    assert len(splash.draws) == 76
    assert splash.look("splash/apple-splash-640-1136-dark.png").art == "dark"
    assert splash.look("splash/apple-splash-640-1136.png").art == "master"
    for _, said in elements(splash.text("head.html")):
        if "media" in said:
            scheme = "dark" if "-dark" in said["href"] else "light"
            assert said["media"].startswith(f"(prefers-color-scheme: {scheme}) and (device-width: ")


def test_a_painted_background_covers_the_light_ones():
    splash = Set("pwa-splash", with_art("background"), dark=True)
    assert splash.look("splash/apple-splash-640-1136.png").ground == "background"
    assert splash.look("splash/apple-splash-640-1136-dark.png").ground == "#000000"


def test_an_upright_photo_covers_an_upright_screen_and_stands_whole_on_a_wide_one():
    splash = Set("pwa-splash", Brief("photo", size=(1200, 2000), opaque=True))
    assert splash.look("splash/apple-splash-1290-2796.png").fit == "cover"
    assert splash.look("splash/apple-splash-2796-1290.png").fit == "whole"


def test_a_format_is_an_ending():
    assert {(one.format, path[-4:]) for path, one in Set("pwa-splash", format="jpg").draws.items()} == {
        ("jpg", ".jpg")
    }
