from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.recipe.backdrop import ON_BLACK, sentence
from pipeline.sandbox.edits import new_backdrop, rebacked
from pipeline.sandbox.painter import paint
from pipeline.sandbox.studio import Job, produce

RING = "A ring in #EC4899. " + sentence("#FFFFFF", "")
SMALL = {"image_size": "square"}
CORNER = (slice(0, 24), slice(0, 24))


def edit(*references: bytes, original: Job | None = None, prompt: str = ON_BLACK) -> np.ndarray:
    inputs = {"prompt": prompt, "image_url": "https://example.com/a.png", **SMALL}
    return pixels(produce(Job("qwen/image-edit", inputs, 0, references, original)))


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=float)


def first(prompt: str = RING) -> Job:
    return Job("qwen/text-to-image", {"prompt": prompt, **SMALL})


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        (ON_BLACK, "#000000"),
        (
            "Replace the background with pure black (#000000). Keep everything else the same.",
            "#000000",
        ),
        ("Make the background black, change nothing else.", "#000000"),
        ("Change the background from white to #123456 only", "#123456"),
        ("Show exactly the same object on a solid green (#00B140) background.", "#00B140"),
        ("Make it gold", ""),
        ("Make the background friendlier, keep the subject", ""),
        ("Make the background black", ""),
        ("Make the coin gold, keep the background white", ""),
        (f"A trophy, same light as the reference, a single subject only. {sentence('#00B140', '')}", ""),
        ("A cup on a black background, exactly like the reference", ""),
    ],
)
def test_a_change_of_nothing_but_the_background_is_told_by_its_meaning(prompt, colour):
    assert new_backdrop(prompt) == colour


@given(st.text(max_size=200))
def test_any_text_can_be_asked(prompt):
    assert new_backdrop(f"only {prompt} background {prompt}")[:1] in ("", "#")


def test_our_own_picture_is_painted_once_more():
    scene = first()
    white = produce(scene)
    black = edit(white, original=scene)
    assert black[CORNER].mean() < 8
    assert black[250:262, 250:262].mean() < 8, "the hole shows the new backdrop"
    assert np.array_equal(black, edit(white, original=scene))
    ring = (slice(380, 400), slice(200, 300))
    assert np.abs(black[ring].mean((0, 1)) - pixels(white)[ring].mean((0, 1))).max() < 12


def test_an_edit_of_an_edit_is_still_the_first_picture():
    scene = first()
    inputs = {"prompt": ON_BLACK, "image_url": "https://example.com/a.png", **SMALL}
    again = Job("qwen/image-edit", inputs, 0, (produce(scene),), scene)
    picture = edit(produce(again), original=again, prompt="Make the background white, nothing else.")
    assert picture[CORNER].mean() > 238


def test_a_picture_from_elsewhere_is_cut_out():
    elsewhere = produce(first("A ring in #EC4899. " + sentence("#00B140", "")))
    black = edit(elsewhere)
    assert black[CORNER].mean() < 8
    assert black[250:262, 250:262].mean() < 8
    assert black.max() > 150


@pytest.mark.parametrize("seed", [3, 4])
def test_a_picture_without_a_flat_backdrop_loses_what_is_like_its_corners(seed):
    busy = np.random.default_rng(seed).integers(0, 256, (96, 96, 3), np.uint8)
    for rows in (slice(0, 8), slice(-8, None)):
        busy[rows, :8] = busy[rows, -8:] = 250
    picture = np.asarray(rebacked(Image.fromarray(busy), "#000000", (96, 96), 1), dtype=float)
    assert picture[1:4, 1:4].mean() < 16
    assert picture[40:56, 40:56].mean() > 40


def test_transparency_takes_the_new_backdrop():
    disc = Image.new("RGBA", (96, 96))
    disc.paste(paint("A coin", 32, 32), (32, 32))
    picture = rebacked(disc, "#00B140", (128, 96), 1)
    assert picture.size == (128, 96)
    assert np.abs(np.asarray(picture, dtype=float)[:8, :8].mean((0, 1)) - (0, 177, 64)).max() < 12


@pytest.mark.parametrize("again", ["by its address", "uploaded", "after a restart"])
async def test_the_service_knows_its_own_pictures(start, tmp_path, again):
    service = start(picture="painted", state=tmp_path / "sandbox.db")
    task = await service.create("qwen/text-to-image", prompt=RING, **SMALL)
    [url] = await service.results(task)
    white = (await service.http.get(url)).content
    if again != "by its address":
        answer = await service.http.post(
            "/api/file-stream-upload", files={"file": white}, data={"uploadPath": "r", "fileName": "r.png"}
        )
        url = answer.json()["data"]["downloadUrl"]
    if again == "after a restart":
        service = start(picture="painted", state=tmp_path / "sandbox.db")
    task = await service.create("qwen/image-edit", prompt=ON_BLACK, image_url=url, **SMALL)
    [edited] = await service.results(task)
    inputs = {"prompt": ON_BLACK, "image_url": url, **SMALL}
    expected = produce(Job("qwen/image-edit", inputs, 0, (white,), first()))
    assert (await service.http.get(edited)).content == expected
