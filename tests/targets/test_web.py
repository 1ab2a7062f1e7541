"""platform-assets.md section 3, typed in here by hand."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from platform_sets import CLEAR, SOLID, Set, addresses, elements, metas, with_art

from pipeline.targets.brief import Brief


def test_the_files():
    assert Set("web").paths == {
        "favicon.ico",
        "favicon-96x96.png",
        "apple-touch-icon.png",
        "icon-192.png",
        "icon-512.png",
        "icon-maskable-192.png",
        "icon-maskable-512.png",
        "site.webmanifest",
        "head.html",
    }


def test_the_sizes():
    assert Set("web").sizes() == {
        "favicon-96x96.png": (96, 96),
        "apple-touch-icon.png": (180, 180),
        "icon-192.png": (192, 192),
        "icon-512.png": (512, 512),
        "icon-maskable-192.png": (192, 192),
        "icon-maskable-512.png": (512, 512),
    }


def test_the_favicon_holds_48_32_16_in_this_order():
    assert [entry.px for entry in Set("web").bundle("favicon.ico").entries] == [48, 32, 16]


@pytest.mark.parametrize("path", ["apple-touch-icon.png", "icon-maskable-192.png", "icon-maskable-512.png"])
def test_opaque_squares(path):
    look = Set("web", background="#101010").look(path)
    assert (look.opaque, look.ground, look.shape) == (True, "#101010", "square")


@pytest.mark.parametrize("path", ["favicon-96x96.png", "icon-192.png", "icon-512.png"])
def test_transparent_ones(path):
    look = Set("web").look(path)
    assert (look.opaque, look.ground) == (False, "")
    assert look.share > 0.9


def test_a_maskable_icon_keeps_to_a_radius_of_two_fifths():
    look = Set("web").look("icon-maskable-512.png")
    assert (look.fit, look.share) == ("circle", 0.4)


def test_a_painted_background_stands_behind_opaque_icons():
    assert Set("web", with_art("background")).look("icon-maskable-512.png").ground == "background"


def test_the_manifest():
    assert Set("web").json("site.webmanifest") == {
        "id": "/",
        "name": "Coin",
        "short_name": "Coin",
        "start_url": "/",
        "display": "standalone",
        "theme_color": "#FFFFFF",
        "background_color": "#FFFFFF",
        "icons": [
            {"src": "icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": "icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {
                "src": "icon-maskable-192.png",
                "sizes": "192x192",
                "type": "image/png",
                "purpose": "maskable",
            },
            {
                "src": "icon-maskable-512.png",
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }


def test_every_option_of_the_manifest():
    web = Set(
        "web",
        name="Coin Collector",
        short_name="Coins",
        theme_color="#ec4899",
        background="#0a0a0a",
        display="fullscreen",
        start_url="/play",
    )
    said = web.json("site.webmanifest")
    del said["icons"]
    assert said == {
        "id": "/play",
        "name": "Coin Collector",
        "short_name": "Coins",
        "start_url": "/play",
        "display": "fullscreen",
        "theme_color": "#EC4899",
        "background_color": "#0A0A0A",
    }
    assert metas(web.text("head.html")) == {
        "theme-color": "#EC4899",
        "apple-mobile-web-app-title": "Coins",
    }


@pytest.mark.parametrize("folder", ["", "assets/app icons"])
@pytest.mark.parametrize("monochrome", [False, True])
def test_icons_of_the_manifest_are_the_files_of_the_set(folder, monochrome):
    web = Set("web", monochrome=monochrome, **({"folder": folder} if folder else {}))
    for icon in web.json("site.webmanifest")["icons"]:
        drawn = web.draws[unquote(icon["src"])]
        assert icon["sizes"] == f"{drawn.width}x{drawn.height}"
        assert (icon["type"], drawn.format) == ("image/png", "png")
        assert icon["purpose"] in ("any", "maskable", "monochrome")


def test_a_monochrome_icon_on_request():
    web = Set("web", monochrome=True)
    look = web.look("icon-monochrome-512.png")
    assert (look.art, look.ink, look.ground) == ("monochrome", "black", "")
    assert [icon["purpose"] for icon in web.json("site.webmanifest")["icons"]][-1] == "monochrome"
    assert "icon-monochrome-512.png" not in Set("web", SOLID, monochrome=True).paths


def test_the_head():
    assert elements(Set("web").text("head.html")) == [
        ("link", {"rel": "icon", "href": "/favicon.ico", "sizes": "32x32"}),
        ("link", {"rel": "icon", "href": "/favicon-96x96.png", "type": "image/png", "sizes": "96x96"}),
        ("link", {"rel": "apple-touch-icon", "href": "/apple-touch-icon.png"}),
        ("link", {"rel": "manifest", "href": "/site.webmanifest"}),
        ("meta", {"name": "theme-color", "content": "#FFFFFF"}),
        ("meta", {"name": "apple-mobile-web-app-title", "content": "Coin"}),
    ]


@pytest.mark.parametrize("base", ["/", "/app", "/app/", "https://cdn.example.com/x/"])
def test_the_head_names_only_files_of_the_set(base):
    web = Set("web", base=base, folder="static/my icons")
    stem = base if base.endswith("/") else f"{base}/"
    for address in addresses(web.text("head.html")):
        assert unquote(address.removeprefix(stem)) in web.paths


def test_an_app_below_a_path_starts_there():
    assert Set("web", base="/app/").json("site.webmanifest")["start_url"] == "/app/"
    assert Set("web", base="https://cdn.example.com/").json("site.webmanifest")["start_url"] == "/"


def test_titles_are_escaped():
    web = Set("web", Brief("coin", title='"Coin" <& Co>'))
    assert metas(web.text("head.html"))["apple-mobile-web-app-title"] == '"Coin" <& Co>'
    assert "<&" not in web.text("head.html")
    assert web.json("site.webmanifest")["name"] == '"Coin" <& Co>'


def test_a_padding_of_its_own():
    web = Set("web", CLEAR, padding="20%")
    assert web.look("icon-512.png").share == pytest.approx(0.6)
    assert web.look("icon-maskable-512.png").share == pytest.approx(0.3)
