from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, MAGENTA, painted, ring

from pipeline.picture.cutout.chroma.key import key


def shadow(px: int = 256, *, middle: float = 0.78, high: float = 0.08) -> np.ndarray:
    """An orange disc and, well below it unless told otherwise, a soft black shadow, H×W×4."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px
    dark = 0.45 * np.exp(-(((x - 0.5) / 0.2) ** 2 + ((y - middle) / high) ** 2))
    disc = np.clip((0.2 - np.hypot(x - 0.5, y - 0.35)) * px + 0.5, 0, 1)
    alpha = np.where(disc > 0, disc, np.where(dark < 0.004, 0, dark))
    color = np.where((disc > 0)[..., None], (249, 115, 22), (0, 0, 0))
    return np.dstack([color, alpha * 255]).round().astype(np.uint8)


@pytest.mark.parametrize("backdrop", [GREEN, MAGENTA, (0, 71, 187)])
def test_a_shadow_fades_out_without_a_rim(backdrop):
    truth = shadow()
    found, _ = key(painted(truth, backdrop))
    faint = (truth[..., 3] > 4) & (truth[..., 3] < 24)
    off = np.abs(found[faint, 3].astype(float) - truth[faint, 3])
    assert off.mean() < 3, f"the faint end is {off.mean():.1f} of 255 off"
    assert (found[faint, 3] == 0).mean() < 0.05


@pytest.mark.parametrize("backdrop", [GREEN, (0, 71, 187)])
def test_a_shadow_that_fades_towards_what_casts_it_leaves_no_notch(backdrop):
    truth = shadow(512, middle=0.66, high=0.06)
    found, _ = key(painted(truth, backdrop))
    beside = np.hypot(*(np.mgrid[0:512, 0:512] + 0.5 - [[[0.35 * 512]], [[256]]])) < 0.2 * 512 + 14
    faint = beside & (truth[..., 3] > 6) & (truth[..., 3] < 40)
    gone = (found[faint, 3] == 0).mean()
    assert faint.sum() > 200
    assert gone < 0.02, f"{gone:.0%} of the shadow beside the disc is cut out"


def test_the_tail_of_a_shadow_is_dropped_with_it():
    found, _ = key(painted(shadow(), GREEN), shadow="drop")
    below = found[180:, :, 3].astype(float)
    assert below.mean() < 0.5, f"{below.mean():.2f} of 255 is left of the shadow"


def test_an_opaque_subject_gets_none():
    truth = ring()
    found, _ = key(painted(truth, GREEN))
    far = found[truth[..., 3] == 0][:, 3]
    assert (far > 0).mean() < 0.02
