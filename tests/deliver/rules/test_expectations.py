from __future__ import annotations

from dataclasses import fields

import pytest
from drawn import disc, plain
from PIL import Image

from pipeline.deliver.rules.expectations import EXPECTATIONS, against
from pipeline.recipe.expectations import BrandColor, Contrast, Coverage, Expectations


def said(picture: Image.Image, size: int = 1000, **expected) -> list[tuple[str, str]]:
    found = list(against(picture, size, Expectations(**expected)))
    assert {finding.severity for finding in found} <= {"error"}
    assert all(finding.hint for finding in found)
    return [(finding.rule, finding.message) for finding in found]


def board() -> Image.Image:
    picture = plain(256, "RGB", "white")
    for at in range(0, 256 * 256, 16 * 256):
        for x in range((at // 256 // 16) % 2 * 16, 256, 32):
            picture.paste("#CCCCCC", (x, at // 256, x + 16, at // 256 + 16))
    picture.paste("#EC4899", (96, 96, 160, 160))
    return picture


def test_every_wish_is_looked_at():
    assert list(EXPECTATIONS) == [field.name for field in fields(Expectations)]


def test_nothing_is_wished_for_unless_it_is_said():
    assert said(plain(4, "RGBA", "#00000000"), 10**9) == []


def test_a_picture_that_fulfils_every_wish():
    expected = {
        "brand_color": BrandColor("#EC4899", 0.9),
        "max_kb": 1,
        "min_px": 200,
        "alpha": "required",
        "contrast": Contrast("light"),
        "coverage": Coverage(0.3, 0.9),
        "no_checkerboard": True,
        "not_blank": True,
    }
    assert said(disc(200, 0.8, "#EC4899"), **expected) == []


@pytest.mark.parametrize(
    ("picture", "wish", "rule", "message"),
    [
        (
            plain(64),
            {"brand_color": BrandColor("#0A84FF", 0.1)},
            "checks.brand_color",
            "0.0% of it is within ΔE 15 of #0A84FF, and at least 10.0% is asked for",
        ),
        (plain(64), {"max_kb": 0.5}, "checks.max_kb", "has 1.0 kB, and at most 0.5 kB are asked for"),
        (
            plain((64, 32)),
            {"min_px": 33},
            "checks.min_px",
            "is 64 × 32 px, and at least 33 px a side are asked for",
        ),
        (plain(64), {"alpha": "required"}, "checks.alpha", "has no transparency, which is asked for"),
        (disc(64, 1), {"alpha": "forbidden"}, "checks.alpha", "has transparency, which must not be"),
        (
            disc(64, 0.8),
            {"contrast": Contrast()},
            "checks.contrast",
            "its edge has a contrast of 1.0 on a light ground (#FFFFFF), and at least 3 is asked for",
        ),
        (
            plain(64),
            {"coverage": Coverage(max=0.5)},
            "checks.coverage",
            "fills 100.0% of its canvas, and at most 50.0% is asked for",
        ),
        (
            plain(64, "RGBA", "#00000000"),
            {"coverage": Coverage(min=0.5)},
            "checks.coverage",
            "fills 0.0% of its canvas, and at least 50.0% is asked for",
        ),
        (
            board(),
            {"no_checkerboard": True},
            "checks.no_checkerboard",
            "its background is a painted checkerboard, not transparency",
        ),
        (
            plain(64),
            {"not_blank": True},
            "checks.not_blank",
            "is blank: nothing to see, or one colour all over",
        ),
    ],
)
def test_a_wish_that_is_missed(picture, wish, rule, message):
    assert said(picture, **wish) == [(rule, message)]


def test_contrast_is_asked_for_on_the_grounds_that_are_named():
    white = disc(64, 0.8)
    assert said(white, contrast=Contrast("dark")) == []
    assert len(said(white, contrast=Contrast("light"))) == 1
    assert len(said(disc(64, 0.8, "#777777"), contrast=Contrast("both", 10))) == 2


def test_what_reads_as_the_share_that_is_asked_for_is_enough():
    assert said(plain(64), coverage=Coverage(1.0, 1.0)) == []
