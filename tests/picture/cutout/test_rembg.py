from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pictures import mask, photo, subject

from pipeline.errors import ProcessError
from pipeline.picture.cutout import rembg, weights
from pipeline.recipe.spec import Cutout

pytestmark = pytest.mark.usefixtures("u2netp")


def removed(picture, **settings) -> np.ndarray:
    return rembg.remove(np.asarray(picture), Cutout(**settings)).pixels


def test_the_subject_is_kept_and_the_backdrop_is_not():
    got = removed(photo(400))
    apart = np.abs(got[..., 3].astype(int) - np.asarray(mask(400))).mean()
    assert apart <= 5, f"alpha is {apart:.1f} of 255 from the truth on average"
    assert got.shape == (400, 400, 4)
    assert got.dtype == np.uint8


def test_its_alpha_is_what_rembg_itself_finds_with_that_model_less_the_haze():
    import rembg as original

    want = np.array(original.remove(np.asarray(photo(200)), session=original.new_session("u2netp")))[..., 3]
    got = removed(photo(200))[..., 3]
    assert (got[want > rembg.HALF_BELIEVED * 255] == want[want > rembg.HALF_BELIEVED * 255]).all()
    assert (got[want < rembg.HAZE] == 0).all()
    assert ((got == want) | (got == 0)).all()


@pytest.mark.parametrize("ground", ["white", "#22c55e"])
def test_soft_edges_have_the_subjects_colour_and_no_fringe(ground):
    from PIL import Image

    painted = photo(200, ground)
    cut = Image.fromarray(removed(painted))
    whole = np.asarray(Image.alpha_composite(Image.new("RGBA", cut.size, ground), cut).convert("RGB"), float)
    soft = (np.asarray(cut)[..., 3] > 40) & (np.asarray(cut)[..., 3] < 250)
    apart = np.abs(whole - np.asarray(painted, float))[soft].mean()
    assert apart < 3.0, f"put back on its backdrop it differs by {apart:.2f} of 255 at soft pixels"


def test_on_a_busy_ground_soft_edges_keep_the_pictures_colour():
    noisy = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    noisy[40:160, 40:160] = np.asarray(photo(120))
    cut = rembg.remove(noisy, Cutout())
    assert (cut.pixels[..., :3] == noisy).all()
    assert cut.confidence < rembg.BLIND_TRUST


def test_the_number_of_threads_changes_no_pixel():
    pixels = np.asarray(photo(200))
    one, two = (rembg.remove(pixels, Cutout(), threads=threads).pixels for threads in (1, 2))
    assert (one == two).all()


def test_the_input_is_left_alone():
    pixels = np.array(subject(100))
    before = pixels.copy()
    rembg.remove(pixels, Cutout())
    assert (pixels == before).all()


def test_a_picture_never_gains_alpha():
    given = subject(200)
    given.putalpha(given.getchannel("A").point(lambda alpha: alpha // 2))
    got = removed(given)
    assert (got[..., 3] <= np.asarray(given)[..., 3]).all()
    assert got[..., 3].max() >= 120


def test_what_did_it_is_named_and_how_sure_it_is():
    found = rembg.remove(np.asarray(photo(200)), Cutout())
    assert (found.method, found.backdrop, found.warnings) == ("rembg:u2netp", "", ())
    assert 0.6 < found.confidence <= rembg.TRUST


def test_a_mask_is_what_the_cut_out_takes():
    picture = np.asarray(photo(200))
    shape = rembg.mask(picture, Cutout(alpha_matting=True), 1)
    assert (shape.shape, shape.dtype) == ((200, 200), np.uint8)
    kept = removed(photo(200))[..., 3]
    assert (shape[kept > 0] == kept[kept > 0]).all()


def test_the_mask_of_a_large_picture_is_that_of_a_smaller_one():
    small, large = rembg.mask(np.asarray(photo(700)), Cutout()), rembg.mask(np.asarray(photo(2101)), Cutout())
    assert large.shape == (2101, 2101)
    assert np.abs(large[1::3, 1::3][:700, :700].astype(int) - small).mean() < 2.5


def disc(px: int = 200) -> np.ndarray:
    y, x = np.mgrid[0:px, 0:px] - px / 2
    return (np.hypot(x, y) < px / 4) * np.uint8(255)


def test_a_network_is_less_sure_where_it_wavers_or_the_picture_disagrees():
    shape = disc()
    picture = np.where(shape[..., None] > 0, (200, 60, 80), (250, 250, 250)).astype(np.uint8)
    right = rembg.confidence(picture, shape)
    hazy = rembg.confidence(picture, shape // 2)
    elsewhere = rembg.confidence(picture, np.roll(shape, 60, axis=0))
    assert right == pytest.approx(rembg.TRUST, abs=0.03)
    assert hazy < right - 0.3
    assert elsewhere < right - 0.3


def test_on_a_busy_ground_a_network_can_only_be_believed():
    picture = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    assert rembg.confidence(picture, disc()) == pytest.approx(rembg.BLIND_TRUST)


@pytest.mark.parametrize("option", ["alpha_matting", "decontaminate"])
def test_options_reach_rembg(option):
    plain, with_option = removed(photo(128)), removed(photo(128), **{option: True})
    assert with_option.shape == plain.shape
    assert (with_option != plain).any()


def test_a_picture_of_one_colour_does_not_crash():
    assert removed(photo(8).resize((64, 64), box=(0, 0, 1, 1))).shape == (64, 64, 4)


def test_all_threads_share_one_session():
    with ThreadPoolExecutor(4) as pool:
        sessions = set(pool.map(lambda _: id(rembg.session("u2netp", 1)), range(8)))
    assert len(sessions) == 1


def test_pixels_the_network_cannot_take_are_an_error():
    with pytest.raises(ProcessError, match="rembg failed on the picture"):
        rembg.remove(np.zeros((0, 0, 3), np.uint8), Cutout())


def test_an_unknown_model_is_an_error():
    with pytest.raises(ProcessError, match="No such cut-out model: u2net9"):
        rembg.session("u2net9")


@pytest.mark.parametrize(("content", "state"), [(None, "missing"), (b"half a download", "damaged")])
def test_weights_that_are_not_there_or_not_whole_name_the_command(monkeypatch, tmp_path, content, state):
    monkeypatch.delenv("U2NET_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("REMBG_HOME", str(tmp_path))
    if content is not None:
        weights.path("silueta").parent.mkdir(parents=True)
        weights.path("silueta").write_bytes(content)
    with pytest.raises(ProcessError, match=f"silueta are {state}") as caught:
        rembg.session("silueta")
    assert caught.value.hint.endswith("pipeline models pull silueta")
    assert [path.name for path in tmp_path.rglob("*.onnx")] == ([] if content is None else ["silueta.onnx"])


def test_weights_onnxruntime_cannot_read_are_an_error(monkeypatch, tmp_path):
    monkeypatch.delenv("U2NET_HOME", raising=False)
    monkeypatch.setenv("REMBG_HOME", str(tmp_path))
    monkeypatch.setenv("MODEL_CHECKSUM_DISABLED", "1")
    weights.path("silueta").parent.mkdir(parents=True)
    weights.path("silueta").write_bytes(b"not a network")
    with pytest.raises(ProcessError, match="silueta cannot be loaded"):
        rembg.session("silueta")


def test_a_missing_backend_is_an_error_and_not_an_exit():
    program = """
import sys
sys.modules["onnxruntime"] = None
from pipeline.picture.cutout.rembg import library
try:
    library()
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ProcessError rembg cannot be loaded: No onnxruntime backend found.")
    assert 'pip install "rembg[cpu]"' in done.stdout.splitlines()[-1]
