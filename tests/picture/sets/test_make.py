from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.errors import ProcessError
from pipeline.picture.sets.make import make
from pipeline.targets.output import BACKGROUND, Bundle, Draw, Entry, Look, Text, square


def master(color: str = "#EC4899", side: int = 512) -> Image.Image:
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((side // 8, side // 8, side * 7 // 8, side * 7 // 8), fill=color)
    return picture


def one(output, **art) -> Image.Image:
    (made,) = make([output], {"master": master(), **art})
    return Image.open(io.BytesIO(made.data))


def center(picture: Image.Image) -> tuple[int, ...]:
    found = picture.getpixel((picture.width // 2, picture.height // 2))
    return found if isinstance(found, tuple) else (found,)


OUTPUTS = (
    square("a/icon.png", 64, Look()),
    Text("a/read.me.json", "{}\n"),
    square("b/same.png", 64, Look()),
    Bundle("favicon.ico", (Entry(32, Look()), Entry(16, Look()))),
    Bundle("icon.icns", (Entry(16, Look(), "is32"), Entry(128, Look(), "ic07"))),
    Draw("wide.webp", 120, 0, Look(fit="whole"), "webp"),
    square("c/again.png", 64, Look()),
)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_files_come_in_order_and_are_the_same_on_any_number_of_threads(threads):
    made = list(make(OUTPUTS, {"master": master()}, threads=threads))
    assert [one.path for one in made] == [output.path for output in OUTPUTS]
    assert made == list(make(OUTPUTS, {"master": master()}))
    assert [(one.width, one.height, one.format) for one in made] == [
        (64, 64, "png"), (0, 0, "json"), (64, 64, "png"), (32, 32, "ico"), (128, 128, "icns"),
        (120, 120, "webp"), (64, 64, "png"),
    ]  # fmt: skip
    assert made[0].data == made[2].data == made[6].data


def test_what_stands_in_for_another_is_the_same_file():
    outputs = [square("i.png", 64, Look()), square("dark.png", 64, Look(art="dark"))]
    bright, dark = make(outputs, {"master": master()})
    assert bright.data == dark.data
    bright, dark = make(outputs, {"master": master(), "dark": master("#0000FF")})
    assert bright.data != dark.data


@pytest.mark.parametrize("threads", [1, 2])
def test_pngs_in_bundles_are_the_files_of_the_set(threads):
    outputs = [
        square("i.png", 256, Look(share=0.9)),
        Bundle("i.ico", (Entry(256, Look(share=0.9)), Entry(16, Look(share=0.9)))),
        Bundle("i.icns", (Entry(256, Look(share=0.9), "ic08"), Entry(32, Look(share=0.9), "ic05"))),
    ]
    png, ico, icns = (made.data for made in make(outputs, {"master": master()}, threads=threads))
    assert png in ico
    assert png in icns


def test_an_opaque_look_has_no_alpha_channel_and_no_other_ground():
    picture = one(square("i.png", 180, Look(share=0.6, ground="#112233", opaque=True)))
    assert picture.mode == "RGB"
    assert picture.getpixel((0, 0)) == (0x11, 0x22, 0x33)
    assert center(picture) == (0xEC, 0x48, 0x99)


def test_edges_take_no_colour_from_what_is_transparent():
    hidden = np.array(master())
    hidden[hidden[..., 3] == 0] = (0, 255, 0, 0)
    picture = one(square("i.png", 48, Look()), master=Image.fromarray(hidden))
    pixels = np.asarray(picture.convert("RGBA")).astype(int)
    seen = pixels[pixels[..., 3] >= 64]
    print("largest difference of a channel at the edge:", abs(seen[:, :3] - (0xEC, 0x48, 0x99)).max())  # noqa: T201
    assert abs(seen[:, :3] - (0xEC, 0x48, 0x99)).max() <= 20  # the filter overshoots inside an edge
    assert abs(seen[:, 1] - 0x48).max() <= 8


def test_a_small_drawing_replaces_the_master_up_to_32_px_only():
    small = master("#00FF00")
    assert center(one(square("i.png", 32, Look()), small=small))[:3] == (0, 255, 0)
    assert center(one(square("i.png", 33, Look()), small=small))[:3] == (0xEC, 0x48, 0x99)
    assert center(one(square("i.png", 32, Look(art="dark")), small=small))[:3] == (0xEC, 0x48, 0x99)


def test_slots_are_used_where_they_are_there():
    assert center(one(square("i.png", 64, Look(art="dark")), dark=master("#0000FF")))[:3] == (0, 0, 255)
    behind = Image.new("RGB", (300, 200), "#FFCC00")
    assert one(
        square("i.png", 64, Look(share=0.5, ground=BACKGROUND, opaque=True)), background=behind
    ).getpixel((0, 0)) == (0xFF, 0xCC, 0)


@pytest.mark.parametrize(("ink", "color"), [("white", (255, 255, 255)), ("black", (0, 0, 0))])
def test_an_ink_is_the_only_colour(ink, color):
    pixels = np.asarray(one(square("i.png", 96, Look(art="monochrome", ink=ink))).convert("RGBA"))
    assert {tuple(map(int, pixel)) for pixel in pixels[pixels[..., 3] > 0][:, :3]} == {color}
    assert pixels[0, 0, 3] == 0


def test_tinted_is_grey_and_opaque():
    picture = one(square("i.png", 64, Look(art="tinted", ink="grey", ground="#000000", opaque=True)))
    pixels = np.asarray(picture.convert("RGB"))
    assert picture.mode == "RGB"
    assert (np.ptp(pixels, axis=-1) == 0).all()


@pytest.mark.parametrize("shape", ["circle", "rounded", "squircle"])
def test_shapes_are_cut_and_a_body_leaves_its_margin(shape):
    look = Look(share=0.5, ground="#FFFFFF", shape=shape, body=0.8047)
    alpha = np.asarray(one(square("i.png", 1024, look)).getchannel("A"))
    ys, xs = np.nonzero(alpha >= 128)
    assert xs.max() - xs.min() + 1 == ys.max() - ys.min() + 1 == 824
    assert (xs.min(), ys.min()) == (100, 100)
    assert alpha[101, 101] == 0


def test_a_shadow_is_soft_and_below():
    look = Look(share=0.5, ground="#FFFFFF", shape="squircle", body=0.8, shadow=True)
    alpha = np.asarray(one(square("i.png", 512, look)).getchannel("A")).astype(int)
    assert 0 < alpha[512 - 51 + 3, 256] < 128
    assert alpha[512 - 51 + 3, 256] > alpha[51 - 3, 256]


def test_a_drawing_smaller_than_its_file_warns():
    soft, fine = make([square("a.png", 1024, Look()), square("b.png", 256, Look())], {"master": master()})
    assert "look soft" in soft.warnings[0]
    assert fine.warnings == ()


def test_a_file_that_does_not_fit_is_named():
    rng = np.random.default_rng(1)
    noise = Image.fromarray(rng.integers(0, 256, (256, 256, 3), np.uint8))
    with pytest.raises(ProcessError, match=r"deep/one\.png: A 256×256 png does not fit") as caught:
        list(make([square("deep/one.png", 256, Look(), max_bytes=500)], {"master": noise}))
    assert caught.value.hint


def test_an_opaque_master_covers_its_bleed_and_one_colour_of_it_is_a_square():
    flat = Image.new("RGB", (300, 200), "#336699")
    assert one(square("i.png", 64, Look(fit="circle", share=0.3)), master=flat).getpixel((0, 0))[:3] == (
        0x33,
        0x66,
        0x99,
    )
    stencil = one(square("i.png", 64, Look(art="monochrome", ink="white")), master=flat)
    assert stencil.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_a_picture_of_the_ground_alone_is_made_without_a_background_drawing():
    look = Look(art="background", fit="cover", ground="#445566")
    assert center(one(square("i.png", 64, look)))[:3] == (0x44, 0x55, 0x66)
    bare = one(square("i.png", 64, replace(look, ground="")))
    assert bare.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0)


def test_a_tinted_drawing_in_colours_is_written_in_greys() -> None:
    """The system reads lightness only, and a store may refuse colours."""
    from PIL import Image

    pink = Image.new("RGBA", (64, 64), (236, 72, 153, 255))
    pink.putpixel((0, 0), (0, 0, 0, 0))
    look = Look(art="tinted", ink="grey", ground="#000000", opaque=True)
    [made] = make([square("a.png", 32, look)], {"master": pink, "tinted": pink})
    red, green, blue = Image.open(io.BytesIO(made.data)).convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert red.getextrema()[1] > 60
