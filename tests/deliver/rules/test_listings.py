from __future__ import annotations

import pytest
from drawn import plain
from PIL import Image

NOISE = Image.effect_noise((512, 512), 90)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("play/icon-512.png", plain(512, "RGBA")),
        ("ic_launcher-playstore.png", plain(512)),
        ("play/feature-graphic-1024x500.jpg", plain((1024, 500))),
        ("play/tv-banner-1280x720.png", plain((1280, 720))),
        ("open-graph-1200x630.png", plain((1200, 630))),
        ("github-1280x640.png", plain((1280, 640))),
        ("x-1200x600.webp", plain((1200, 600))),
        ("x/icon.png", plain(40)),
        ("og.png", plain((1200, 630))),
    ],
)
def test_pictures_that_are_taken(of_file, name, picture):
    assert of_file(name, picture) == []


@pytest.mark.parametrize(
    ("name", "picture", "message"),
    [
        ("play/icon.png", plain(500), "is 500 × 500 px, and Google Play's icon takes 512 × 512 px"),
        ("play/icon.webp", plain(512), "is webp, and Google Play's icon takes png"),
        (
            "feature-graphic.png",
            plain((1024, 512)),
            "is 1024 × 512 px, and Google Play's feature graphic takes 1024 × 500 px",
        ),
        (
            "feature_graphic.png",
            plain((1024, 500), "RGBA"),
            "has an alpha channel, and Google Play's feature graphic takes none",
        ),
        (
            "github.png",
            plain((630, 320)),
            "is 630 × 320 px, and GitHub's social preview takes at least 640 × 320 px",
        ),
        ("og-image.avif", plain((1200, 630)), "is avif, and Open Graph takes png or jpg or gif"),
        ("twitter-card.png", plain(100), "is 100 × 100 px, and a card on X takes at least 144 × 144 px"),
    ],
)
def test_pictures_that_are_refused(of_file, name, picture, message):
    assert of_file(name, picture) == [("store-listing", "error", message)]


@pytest.mark.parametrize(
    ("name", "size", "most"),
    [
        ("play/icon.png", (512, 512), "1,049 kB"),
        ("github-social-preview.png", (1280, 640), "1,000 kB"),
        ("og-image.png", (2048, 1200), "5,000 kB"),
    ],
)
def test_files_that_are_too_large(of_file, name, size, most):
    channels = [NOISE.resize(size, Image.Resampling.NEAREST).transpose(turn) for turn in (0, 1, 3, 3)]
    [(rule, severity, message)] = of_file(name, Image.merge("RGBA", channels), compress_level=0)
    assert (rule, severity) == ("store-listing", "error")
    assert message.endswith(f"takes at most {most}")
