from __future__ import annotations

import json

import pytest
from drawn import disc, plain, rounded
from PIL import Image

RULE = "web-manifest"


def icon(px: int, purpose: str = "any", **more) -> dict:
    name = f"icon-{px}.png" if purpose == "any" else f"icon-{purpose}-{px}.png"
    return {"src": name, "sizes": f"{px}x{px}", "type": "image/png", "purpose": purpose} | more


def maskable(px: int, share: float = 0.8) -> Image.Image:
    return disc(px, share, ground="#2563EB").convert("RGB")


@pytest.fixture
def site(folder):
    """``site(icons, "other.png": picture)`` writes a site with a good set, and a manifest of those icons."""

    def write(*icons: dict, name: str = "site.webmanifest", files=None, **more):
        usual = {
            "icon-192.png": disc(192, 1),
            "icon-512.png": disc(512, 1),
            "icon-maskable-512.png": maskable(512),
        }
        listed = list(icons) or [icon(192), icon(512), icon(512, "maskable")]
        return folder({**usual, **(files or {}), name: {"name": "x", "icons": listed, **more}})

    return write


@pytest.mark.parametrize("name", ["site.webmanifest", "manifest.json", "app.webmanifest"])
def test_a_manifest_as_it_should_be(site, said, name):
    assert said(site(name=name), RULE) == []


def test_an_icon_that_is_not_there(site, said):
    root = site(icon(192), icon(512), icon(64))
    assert said(root, RULE) == [("error", "site.webmanifest", "names icon-64.png, which is not there")]


@pytest.mark.parametrize(
    ("src", "wrong"),
    [
        ("icon-192.png?v=2#x", []),
        ("./deep/../icon-192.png", []),
        ("/icon-192.png", []),
        ("icon%2D192.png", []),
        ("https://example.com/icon.png", []),
        ("data:image/png;base64,AAAA", []),
        ("../../icon-192.png", [("note", "names ../../icon-192.png, which is outside the checked folder")]),
        ("/lost.png", [("error", "names /lost.png, which is not there")]),
    ],
)
def test_addresses_start_at_the_manifest_or_the_site_s_root(site, said, src, wrong):
    found = said(site(icon(192), icon(512), icon(192, src=src)), RULE)
    assert [(severity, message) for severity, _, message in found] == wrong


def test_a_leading_slash_is_the_site_s_root_above_the_manifest(folder, said):
    icons = [icon(192, src="/img/a.png"), icon(512, src="/img/b.png")]
    root = folder(
        {"img/a.png": disc(192, 1), "img/b.png": disc(512, 1), "app/x.webmanifest": {"icons": icons}}
    )
    assert said(root, RULE) == []


def test_sizes_and_types_that_do_not_hold(site, said):
    files = {"a.webp": disc(96, 1), "b.svg": "<svg/>"}
    wrong = [
        {"src": "a.webp", "sizes": "72x72", "type": "image/png"},
        {"src": "b.svg", "sizes": "any", "type": "image/png"},
        {"src": "a.webp", "sizes": "any 96x96"},
    ]
    assert said(site(icon(192), icon(512), *wrong, files=files), RULE) == [
        ("warning", "site.webmanifest", "says a.webp is image/png, and it is image/webp"),
        ("error", "site.webmanifest", "says a.webp is 72x72, and it is 96x96"),
        ("warning", "site.webmanifest", "says b.svg is image/png, and it is image/svg+xml"),
    ]


@pytest.mark.parametrize(
    ("icons", "wrong"),
    [
        ([icon(512, "maskable")], [("error", "has no icon of purpose any")]),
        ([icon(192)], [("warning", "has no icon of 512x512 with purpose any")]),
        ([{"src": "v.svg", "sizes": "any"}], []),
    ],
)
def test_icons_that_an_installed_app_needs(site, said, icons, wrong):
    found = said(site(*icons, files={"v.svg": "<svg/>"}), RULE)
    assert [(severity, message) for severity, _, message in found] == wrong


def test_a_manifest_without_icons(folder, said):
    assert said(folder({"a.webmanifest": {}}), RULE) == [("warning", "a.webmanifest", "has no icons")]


def test_one_file_for_two_purposes(site, said):
    root = site(icon(192), icon(512, "any maskable", src="icon-maskable-512.png"))
    [(severity, _, message)] = said(root, RULE)
    assert (severity, "for any and maskable" in message) == ("warning", True)


@pytest.mark.parametrize(
    ("picture", "wrong"),
    [
        (maskable(512, 0.9), "reaches 0.45 of its side from the centre; 0.40 is never cut"),
        (disc(512, 0.5), "transparent in places"),
        (rounded(512, 0.2), "has rounded corners of its own"),
        (Image.radial_gradient("L").resize((512, 512)).convert("RGB"), ""),
    ],
    ids=["too far", "transparent", "rounded", "a picture without a ground"],
)
def test_what_a_mask_would_do(site, said, picture, wrong):
    found = said(site(files={"icon-maskable-512.png": picture}), RULE)
    assert [wrong in message for _, _, message in found] == [True] * bool(wrong)


def test_icons_of_shortcuts_and_screenshots(site, said):
    root = site(
        shortcuts=[{"icons": [{"src": "lost.png"}]}],
        screenshots=[{"src": "tall.png", "sizes": "320x800"}, {"src": "gone.png"}],
        files={"tall.png": plain((320, 800))},
    )
    assert [(severity, message) for severity, _, message in said(root, RULE)] == [
        ("error", "names lost.png, which is not there"),
        ("warning", "is a screenshot of 320 × 800 px"),
        ("error", "names gone.png, which is not there"),
    ]


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 1, "assets": {}}', '{"icons": [1, {"x": 2}]}'])
def test_a_manifest_json_may_be_somebody_else_s(folder, said, content):
    assert said(folder({"manifest.json": content}), RULE) == []


@pytest.mark.parametrize("content", ["{", '{"icons":' * 50_000])
def test_a_web_manifest_nobody_can_read(folder, said, content):
    [(severity, _, message)] = said(folder({"a.webmanifest": content}), RULE)
    assert (severity, message.startswith("is n")) == ("error", True)


def test_a_browser_extension_s_icons(folder, said):
    icons = {"16": "a.png", "48": "/a.png", "x": "a.png", "128": "lost.png", "32": ["a.png"]}
    root = folder({"a.png": plain(16), "manifest.json": {"manifest_version": 3, "icons": icons}})
    assert said(root, RULE) == [
        ("warning", "manifest.json", "says /a.png has 48 px, and it is 16 × 16 px"),
        ("error", "manifest.json", "names lost.png, which is not there"),
    ]


def test_values_of_other_kinds(folder, said):
    odd = {"icons": [{"src": 1}, {"src": "a.png", "sizes": 5, "type": [], "purpose": {}}], "shortcuts": "x"}
    root = folder({"a.png": plain(9), "x.webmanifest": json.dumps(odd)})
    assert {message for _, _, message in said(root, RULE)} == {
        "has no icon of 192x192 with purpose any",
        "has no icon of 512x512 with purpose any",
    }
