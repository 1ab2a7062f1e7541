"""platform-assets.md section 6, typed in here by hand."""

from __future__ import annotations

import pytest
from platform_sets import SOLID, Set, addresses, elements, metas

from pipeline.targets.brief import Brief

EVERY = {
    "open-graph": (1200, 630),
    "x": (1200, 600),
    "x-summary": (400, 400),
    "x-header": (1500, 500),
    "x-avatar": (400, 400),
    "linkedin": (1200, 627),
    "linkedin-cover": (1584, 396),
    "facebook-cover": (851, 315),
    "instagram": (1080, 1080),
    "instagram-portrait": (1080, 1350),
    "instagram-story": (1080, 1920),
    "youtube-thumbnail": (1280, 720),
    "youtube-banner": (2560, 1440),
    "github": (1280, 640),
    "steam-header": (920, 430),
    "steam-main": (1232, 706),
    "steam-small": (462, 174),
    "steam-vertical": (748, 896),
    "steam-library": (600, 900),
    "steam-hero": (3840, 1240),
    "product-hunt": (240, 240),
    "product-hunt-gallery": (1270, 760),
}


def test_the_usual_kinds():
    assert Set("social").sizes() == {
        "open-graph-1200x630.png": (1200, 630),
        "x-1200x600.png": (1200, 600),
        "linkedin-1200x627.png": (1200, 627),
        "github-1280x640.png": (1280, 640),
    }


def test_every_kind():
    social = Set("social", kinds=[*EVERY, "email"])
    wanted = {f"{kind}-{width}x{height}.png": (width, height) for kind, (width, height) in EVERY.items()}
    assert social.sizes() == wanted | {"email.png": (1024, 0)}


@pytest.mark.parametrize(
    ("path", "limit"), [("github-1280x640.png", 1_000_000), ("open-graph-1200x630.png", 1_000_000)]
)
def test_limits_of_bytes(path, limit):
    assert Set("social").draws[path].max_bytes == limit


def test_all_but_the_one_for_email_are_opaque():
    social = Set("social", kinds=[*EVERY, "email"], background="#ec4899")
    for path, drawn in Set("social", kinds=list(EVERY)).draws.items():
        assert drawn.look.opaque, path
    assert social.look("open-graph-1200x630.png").ground == "#EC4899"
    assert not Set("social", kinds=["email"]).look("email.png").opaque


def test_the_head():
    said = elements(Set("social", base="https://coin.example/img").text("head.html"))
    assert said == [
        ("meta", {"property": "og:title", "content": "Coin"}),
        ("meta", {"property": "og:image", "content": "https://coin.example/img/open-graph-1200x630.png"}),
        ("meta", {"property": "og:image:type", "content": "image/png"}),
        ("meta", {"property": "og:image:width", "content": "1200"}),
        ("meta", {"property": "og:image:height", "content": "630"}),
        ("meta", {"property": "og:image:alt", "content": "Coin"}),
        ("meta", {"name": "twitter:card", "content": "summary_large_image"}),
        ("meta", {"name": "twitter:image", "content": "https://coin.example/img/x-1200x600.png"}),
        ("meta", {"name": "twitter:image:alt", "content": "Coin"}),
    ]


@pytest.mark.parametrize(
    ("kinds", "card", "picture"),
    [
        (["open-graph"], "summary_large_image", "open-graph-1200x630.jpg"),
        (["x-summary"], "summary", "x-summary-400x400.jpg"),
        (["x", "x-summary", "open-graph"], "summary_large_image", "x-1200x600.jpg"),
    ],
)
def test_the_card_on_x_takes_the_picture_made_for_it(kinds, card, picture):
    social = Set("social", kinds=kinds, format="jpg")
    said = metas(social.text("head.html"))
    assert (said["twitter:card"], said["twitter:image"]) == (card, f"https://example.com/{picture}")
    assert said.get("og:image:type", "image/jpeg") == "image/jpeg"
    for address in addresses(social.text("head.html")):
        assert address.removeprefix("https://example.com/") in social.paths


def test_no_head_without_previews_of_links():
    assert Set("social", kinds=["github", "steam-hero"]).paths == {
        "github-1280x640.png",
        "steam-hero-3840x1240.png",
    }


def test_a_picture_for_email_is_shown_at_half_its_size():
    social = Set("social", Brief("coin", title='A "coin"', size=(2000, 1000)), kinds=["email"])
    assert social.sizes() == {"email.png": (1200, 0)}
    assert elements(social.text("email.html")) == [
        (
            "img",
            {"src": "https://example.com/email.png", "width": "600", "height": "300", "alt": 'A "coin"'},
        )
    ]


def test_a_picture_for_email_is_never_wider_than_the_master():
    social = Set("social", Brief("coin", size=(500, 250)), kinds=["email"])
    assert social.sizes() == {"email.png": (500, 0)}
    assert elements(social.text("email.html"))[0][1]["width"] == "250"


def test_a_jpeg_for_email_has_a_ground():
    look = Set("social", kinds=["email"], format="jpg").look("email.jpg")
    assert (look.opaque, look.ground) == (True, "#FFFFFF")


def test_an_opaque_icon_stands_whole_on_a_banner():
    social = Set("social", SOLID, kinds=["open-graph", "instagram"])
    assert social.look("open-graph-1200x630.png").fit == "whole"
    assert social.look("instagram-1080x1080.png").fit == "cover"
