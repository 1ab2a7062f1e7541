from __future__ import annotations

import numpy as np
from painted import GREEN, MAGENTA, ring

from pipeline.picture.cutout.chroma.layers import ground_of, layers_of, view
from pipeline.picture.cutout.chroma.through import Through, nothing_through

PX = 200
DISC, POOL, GLINT = 80, 60, 12  # px, radii


def disc(radius: float, row: float = PX / 2, column: float = PX / 2) -> np.ndarray:
    return np.hypot(*(np.mgrid[0:PX, 0:PX] - [[[row]], [[column]]])) < radius


def seen_of(alpha: np.ndarray, color: np.ndarray, backdrop=GREEN):
    """``alpha`` H×W of ``color`` H×W×3 over an even backdrop."""
    behind = np.zeros((3, PX, PX), np.float32) + np.array(backdrop, np.float32)[:, None, None]
    mixed = alpha * color.transpose(2, 0, 1) + (1 - alpha) * behind
    seen = view(mixed.astype(np.float32), behind)
    return seen, ground_of(seen.calm, 1.0)


def plain(color) -> np.ndarray:
    return np.zeros((PX, PX, 3)) + np.array(color, float)


def test_a_ring_is_backdrop_subject_and_edges_between():
    truth = ring(PX)
    seen, ground = seen_of(truth[..., 3] / 255, truth[..., :3].astype(float), MAGENTA)
    found = layers_of(seen, ground, nothing_through(ground), translucent=None)
    assert found.ground[truth[..., 3] == 0].mean() > 0.8
    assert found.core[truth[..., 3] == 255].mean() > 0.7
    assert not found.soft.any()
    assert (found.edge | found.core | found.ground).all()


def test_a_glint_on_glass_is_soft_like_what_is_round_it():
    glass, glint = disc(DISC), disc(GLINT)
    color = np.where(glint[..., None], (150, 240, 170), (40, 60, 220))
    seen, ground = seen_of(np.where(glass, np.where(glint, 0.85, 0.6), 0), color)
    near = glass & ~disc(GLINT - 1)
    through = Through(near, ground & False, glint & False, np.where(near, 0.6, 0).astype(np.float32))
    found = layers_of(seen, ground, through, translucent=None)
    assert found.soft[disc(GLINT - 6)].all()
    assert not found.held[glint].any()
    assert not found.core[disc(DISC - 15)].any()


def test_a_pale_part_with_little_of_the_backdrop_is_opaque():
    body, mint = disc(DISC), disc(POOL)
    color = np.where(mint[..., None], (213, 247, 225), (90, 30, 160))
    seen, ground = seen_of(body.astype(float), color)
    found = layers_of(seen, ground, nothing_through(ground), translucent=None)
    assert found.core[disc(POOL - 10)].all()
    assert found.own[disc(POOL - 10)].mean() > 0.9


def test_what_has_the_colour_of_something_pure_behind_glass_is_soft_with_it():
    body, veil, pool = disc(DISC), disc(POOL), disc(POOL / 2)
    alpha = np.select([pool, veil, body], [0.5, 0.93, 1], 0)
    seen, ground = seen_of(alpha, plain((120, 120, 120)))
    found = layers_of(seen, ground, nothing_through(ground), translucent=None)
    assert found.soft[disc(POOL / 2 - 5)].all()
    assert found.soft[disc(POOL - 6) & ~disc(POOL / 2 + 8)].mean() > 0.9
    assert not found.soft[disc(DISC - 6) & ~disc(POOL + 6)].any()
