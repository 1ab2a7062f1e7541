from __future__ import annotations

import pytest
from drawn import disc, plain, rounded

RULE = "app-icon"
ICONS = "AppIcon.appiconset"


def contents(*entries: dict) -> dict:
    return {"images": list(entries), "info": {"author": "xcode", "version": 1}}


def entry(name: str, appearance: str = "", **more) -> dict:
    shown = {"appearances": [{"appearance": "luminosity", "value": appearance}]} if appearance else {}
    usual = {"filename": name, "idiom": "universal", "platform": "ios", "size": "1024x1024"}
    return usual | shown | more


def test_an_icon_as_it_should_be(folder, said):
    root = folder(
        {
            f"{ICONS}/a.png": disc(1024, 0.8, ground="#2563EB").convert("RGB"),
            f"{ICONS}/dark.png": disc(1024, 0.8),
            f"{ICONS}/tinted.png": disc(1024, 0.8, "#C0C0C0", "black").convert("RGB"),
            f"{ICONS}/Contents.json": contents(
                entry("a.png"), entry("dark.png", "dark"), entry("tinted.png", "tinted")
            ),
        }
    )
    assert said(root, RULE) == []


@pytest.mark.parametrize("more", [{}, {"idiom": "ios-marketing"}, {"idiom": "watch-marketing"}])
def test_the_store_s_icon_has_no_alpha_channel_not_even_an_opaque_one(folder, said, more):
    root = folder(
        {f"{ICONS}/a.png": plain(1024, "RGBA"), f"{ICONS}/Contents.json": contents(entry("a.png", **more))}
    )
    [(severity, file, message)] = said(root, RULE)
    assert (severity, file) == ("error", f"{ICONS}/a.png")
    assert "ITMS-90717" in message


def test_a_palette_with_a_transparent_entry_is_an_alpha_channel(folder, said):
    picture = plain(1024, "P", "white")
    root = folder({f"{ICONS}/Contents.json": contents(entry("a.png"))})
    picture.save(root / ICONS / "a.png", transparency=0)
    assert "ITMS-90717" in said(root, RULE)[0][2]


def test_transparency_in_a_smaller_icon_shows_black(folder, said):
    small = entry("a.png", idiom="iphone", size="60x60", scale="2x")
    root = folder({f"{ICONS}/a.png": disc(120, 0.8), f"{ICONS}/Contents.json": contents(small)})
    assert said(root, RULE) == [("warning", f"{ICONS}/a.png", "is transparent in places, which show black")]
    folder({f"{ICONS}/a.png": plain(120, "RGBA")})
    assert said(root, RULE) == []


@pytest.mark.parametrize("ground", ["white", "black", "#00000000"])
def test_rounded_corners_of_its_own(folder, said, ground):
    mode = "RGBA" if ground == "#00000000" else "RGB"
    root = folder(
        {
            f"{ICONS}/a.png": rounded(1024, 0.2237, ground, mode),
            f"{ICONS}/Contents.json": contents(entry("a.png", "dark" if mode == "RGBA" else "")),
        }
    )
    assert said(root, RULE) == [("warning", f"{ICONS}/a.png", "has rounded corners of its own")]


def test_a_tinted_icon_in_colours(folder, said):
    root = folder(
        {f"{ICONS}/a.png": plain(1024), f"{ICONS}/Contents.json": contents(entry("a.png", "tinted"))}
    )
    assert said(root, RULE) == [("warning", f"{ICONS}/a.png", "is the tinted icon and not in greys")]


def test_the_app_store_knows_no_appearances(folder, said):
    listed = contents(entry("a.png", "dark", idiom="ios-marketing"))
    root = folder({f"{ICONS}/a.png": plain(1024), f"{ICONS}/Contents.json": listed})
    [(severity, _, message)] = said(root, RULE)
    assert (severity, "ios-marketing" in message) == ("warning", True)


@pytest.mark.parametrize(("platform", "right"), [("iOS", "ios"), ("watchOS", "watchos"), ("phone", "one of")])
def test_platforms_in_other_letters(folder, said, platform, right):
    root = folder(
        {f"{ICONS}/a.png": plain(1024), f"{ICONS}/Contents.json": contents(entry("a.png", platform=platform))}
    )
    assert said(root, RULE) == [("error", f"{ICONS}/Contents.json", f'has the platform "{platform}"')]


@pytest.mark.parametrize(("place", "severity"), [("Watch App/", "error"), ("", "warning")])
def test_a_platform_that_is_not_said(folder, said, place, severity):
    files = {
        f"{place}{ICONS}/a.png": plain(1024),
        f"{place}{ICONS}/Contents.json": contents(entry("a.png", platform="")),
    }
    [(found, _, message)] = said(folder(files), RULE)
    assert (found, message) == (severity, "has an entry for every device without a platform")


@pytest.mark.parametrize(("share", "wrong"), [(824 / 1024, 0), (0.9, 1), (1.0, 1)])
def test_the_body_of_a_macos_icon_has_its_margin(folder, said, share, wrong):
    small = {"filename": "b.png", "idiom": "mac", "size": "16x16", "scale": "1x"}
    large = {"filename": "a.png", "idiom": "mac", "size": "512x512", "scale": "2x"}
    root = folder(
        {
            f"{ICONS}/a.png": disc(1024, share),
            f"{ICONS}/b.png": plain(16),
            f"{ICONS}/Contents.json": contents(small, large),
        }
    )
    found = said(root, RULE)
    assert len(found) == wrong
    assert all("Dock" in message for _, _, message in found)


def test_pictures_that_are_not_there_are_not_looked_at(folder, said):
    mac = {"filename": "b.png", "idiom": "mac", "size": "16x16", "scale": "1x"}
    root = folder({f"{ICONS}/Contents.json": contents(entry("a.png"), mac)})
    assert said(root, RULE) == []
    folder({f"{ICONS}/Contents.json": contents({"idiom": "mac"})})
    assert said(root, RULE) == []
