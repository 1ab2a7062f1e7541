from __future__ import annotations

import pytest
from drawn import plain
from pictures import icc_profile
from PIL import ImageCms, PngImagePlugin

from pipeline.deliver.listed import ListedFile
from pipeline.deliver.look import Look
from pipeline.deliver.rules.marks import colour_profile, metadata

WIDE = icc_profile("Wide", (0.7, 0.3, 0.0), (0.2, 0.7, 0.1), (0.1, 0.1, 0.8), 2.2)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_a_profile_other_than_srgb_is_a_note(of_file):
    said = of_file("a.png", plain(9), icc_profile=WIDE)
    assert said == [("colour-profile", "note", "has a colour profile other than sRGB")]
    assert of_file("a.png", plain(9), icc_profile=SRGB) == []


def test_what_is_carried_beside_the_pixels_is_a_note(of_file):
    text = PngImagePlugin.PngInfo()
    text.add_text("date:create", "2026-01-01T00:00:00")
    assert of_file("a.png", plain(9), pnginfo=text) == [
        ("metadata", "note", "carries text beside its pixels")
    ]


@pytest.mark.parametrize(("purpose", "count"), [("original", 0), ("icon", 1), ("", 1)])
def test_an_original_is_kept_as_the_service_sent_it(tmp_path, purpose, count):
    plain(9).save(tmp_path / "a.jpg", comment=b"made by", icc_profile=WIDE)
    look = Look(tmp_path / "a.jpg", "a.jpg", listed=ListedFile("a.jpg", purpose) if purpose else None)
    assert len(list(colour_profile(look))) == len(list(metadata(look))) == count
