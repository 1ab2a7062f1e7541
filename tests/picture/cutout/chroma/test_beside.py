from __future__ import annotations

import numpy as np
import pytest
from painted import GREEN, MAGENTA, over, painted

from pipeline.picture.cutout.chroma.key import key


def resting(px: int = 256) -> np.ndarray:
    """An orange disc and a soft black shadow that it touches, H×W×4."""
    y, x = (np.mgrid[0:px, 0:px] + 0.5) / px
    dark = 0.5 * np.exp(-(((x - 0.5) / 0.3) ** 2 + ((y - 0.68) / 0.12) ** 2))
    dark[dark < 0.004] = 0
    disc = np.clip((0.25 - np.hypot(x - 0.5, y - 0.42)) * px + 0.5, 0, 1)
    alpha = disc + (1 - disc) * dark
    color = np.array((249, 115, 22)) * (disc / np.maximum(alpha, 1e-6))[..., None]
    return np.dstack([color, alpha * 255]).round().astype(np.uint8)


@pytest.mark.parametrize("backdrop", [GREEN, MAGENTA, (0, 71, 187)])
def test_there_is_no_seam_between_an_opaque_part_and_its_shadow(backdrop):
    truth = resting()
    found, _ = key(painted(truth, backdrop))
    opaque = truth[..., 3] == 255
    near = np.zeros_like(opaque)
    near[2:-2, 2:-2] = opaque[4:, 2:-2] ^ opaque[:-4, 2:-2]  # 2 px on either side of the outline
    touched = near & (np.arange(256)[:, None] > 150)
    for ground in ((255, 255, 255), (255, 0, 255)):
        apart = np.abs(over(found, ground).astype(float) - over(truth, ground)).max(axis=-1)
        assert apart[touched].mean() < 25, f"a seam of {apart[touched].mean():.0f} on {ground}"
