from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, GREY, MAGENTA, WHITE, card, checkerboard, clutter, error, over, painted, ring
from renders import icon, pair

from pipeline.errors import ProcessError
from pipeline.picture.cutout import auto, key, rembg
from pipeline.recipe.spec import Cutout

AUTO = Cutout()


@pytest.fixture
def network(monkeypatch):
    """A network that answers with ``network.mask``, and counts."""

    class Network:
        mask = ring()[..., 3]
        asked = 0

        def __call__(self, pixels, settings, threads=0):
            assert pixels.shape[2] == 3
            self.asked += 1
            return self.mask

    found = Network()
    monkeypatch.setattr(rembg, "is_ready", lambda model, threads: True)
    monkeypatch.setattr(rembg, "mask", found)
    return found


@pytest.fixture
def no_network(monkeypatch, tmp_path):
    monkeypatch.setattr(rembg, "_sessions", {})
    monkeypatch.delenv("U2NET_HOME", raising=False)
    for name in ("XDG_DATA_HOME", "REMBG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))


def test_real_alpha_is_kept(network):
    found = auto.remove(ring(), AUTO)
    assert (found.method, found.confidence, network.asked) == ("native", 1.0, 0)
    assert (found.pixels == ring()).all()


@pytest.mark.parametrize("color", [GREEN, MAGENTA])
def test_a_colour_is_keyed_without_the_network(no_network, color):
    found = auto.remove(painted(ring(), color), AUTO)
    assert found.method == "key"
    assert found.confidence > 0.7
    assert found.warnings == ()
    off = error(found.pixels, ring())
    assert off < 6, f"mean alpha error {off:.1f} of 1000"


@pytest.mark.parametrize("color", [WHITE, GREY])
def test_on_no_colour_the_network_is_the_arbiter(network, color):
    found = auto.remove(painted(ring(), color), AUTO)
    assert (found.method, network.asked) == ("key+rembg:u2netp", 1)
    assert found.confidence > 0.7
    off = error(found.pixels, ring())
    assert off < 6, f"mean alpha error {off:.1f} of 1000"


def test_a_white_part_on_white_is_kept_when_the_network_sees_it(network):
    network.mask = card()[..., 3]
    found = auto.remove(painted(card(), WHITE), AUTO)
    off = error(found.pixels, card())
    assert off < 6, f"mean alpha error {off:.1f} of 1000"


@pytest.mark.parametrize("color", [WHITE, GREY])
def test_without_weights_the_key_works_alone_and_says_what_would_help(no_network, color):
    found = auto.remove(painted(ring(), color), Cutout(model="u2net"))
    assert found.method == "key"
    assert found.warnings == ("keyed without a network, for u2net is not ready: pipeline models pull u2net",)
    assert (found.pixels == key.remove(painted(ring(), color), AUTO).pixels).all()


def test_without_weights_a_busy_backdrop_is_an_error_that_names_the_command(no_network):
    with pytest.raises(ProcessError, match="u2netp are missing") as caught:
        auto.remove(over(ring(), clutter()), AUTO)
    assert "pipeline models pull u2netp" in caught.value.hint


def test_a_network_that_fails_on_the_picture_is_an_error_and_no_missing_model(monkeypatch):
    def fail(opaque, settings, threads=0, **_):
        raise ProcessError("rembg failed on the picture: out of memory")

    monkeypatch.setattr(rembg, "is_ready", lambda model, threads: True)
    monkeypatch.setattr(rembg, "_run", fail)
    with pytest.raises(ProcessError, match="out of memory"):
        auto.remove(painted(ring(), WHITE), AUTO)


def test_a_model_nobody_knows_is_an_error(no_network):
    with pytest.raises(ProcessError, match="No such cut-out model: u2net9"):
        auto.remove(painted(ring(), WHITE), Cutout(model="u2net9"))


def test_a_painted_checkerboard_is_keyed_between_its_greys(network):
    found = auto.remove(over(ring(), checkerboard()), AUTO)
    assert found.method == "key+rembg:u2netp"
    off = error(found.pixels, ring())
    assert off < 15, f"mean alpha error {off:.1f} of 1000"


def test_on_a_busy_backdrop_the_network_decides(network):
    found = auto.remove(over(ring(), clutter()), AUTO)
    assert (found.method, found.backdrop, network.asked) == ("rembg:u2netp", "", 1)
    assert found.confidence == pytest.approx(rembg.BLIND_TRUST, abs=0.1)
    off = error(found.pixels, ring())
    assert off < 3, f"mean alpha error {off:.1f} of 1000, with a mask that is right"


@pytest.mark.usefixtures("u2netp")
@pytest.mark.parametrize("option", ["alpha_matting", "decontaminate"])
def test_on_a_busy_backdrop_rembgs_own_options_are_its_own_work(option):
    settings, pixels = Cutout(**{option: True}), over(ring(96), clutter(96))
    found, own = auto.remove(pixels, settings), rembg.remove(pixels, settings)
    assert (found.pixels == own.pixels).all()
    assert found.method == own.method == "rembg:u2netp"


@pytest.mark.usefixtures("u2netp")
def test_the_real_network_on_white():
    found = auto.remove(painted(ring(inner=0), WHITE), AUTO, threads=1)
    assert found.method == "key+rembg:u2netp"
    off = error(found.pixels, ring(inner=0))
    assert off < 5, f"mean alpha error {off:.1f} of 1000"


def test_two_renders_that_match_are_solved(no_network):
    truth = icon()
    found = auto.remove(*pair(truth)[:1], AUTO, on_black=pair(truth)[1])
    assert found.method == "difference"
    assert found.confidence > 0.5


def test_two_renders_of_different_things_are_cut_from_the_first_alone(network):
    first, second = painted(ring(), WHITE), painted(card(), (0, 0, 0))
    found = auto.remove(first, AUTO, on_black=second)
    assert found.method == "key+rembg:u2netp"
    assert found.confidence < auto.remove(first, AUTO).confidence
    assert "do not show one subject" in found.warnings[0]


def test_alpha_that_was_there_is_never_exceeded(no_network):
    had = np.full(ring().shape[:2], 255, np.uint8)
    had[:4, :4] = 0  # too little to be meant
    had[80:100] = 100
    found = auto.remove(np.dstack([painted(ring(), GREEN), had]), AUTO)
    assert found.method == "key"
    assert (found.pixels[..., 3] <= had).all()
    assert found.pixels[90, 30:40, 3].max() == 100


def test_the_settings_of_a_key_are_respected(no_network):
    pane = painted(np.where(ring(inner=0) > 0, ring(inner=0) // (1, 1, 1, 2), 0).astype(np.uint8), GREEN)
    opaque = auto.remove(pane, Cutout(translucent=False)).pixels
    clear = auto.remove(pane, Cutout(translucent=True)).pixels
    assert (opaque[..., 3].astype(int) - clear[..., 3]).max() > 30
