from __future__ import annotations

import numpy as np
import pytest

from pipeline.picture.cutout.chroma.paint import foreground
from pipeline.picture.cutout.chroma.unmix import to_rgb, to_ycc

BACKDROP = np.float32([[0], [177], [64]])
SUBJECT = to_ycc(np.float32([[200], [60], [50]]) - BACKDROP)


def solved(apart, alpha: float, *, soft: bool = False):
    """The colour found for one pixel, R, G, B."""
    found = foreground(
        np.asarray(apart, np.float32), np.float32([alpha]), SUBJECT, np.array([soft]), BACKDROP
    )
    return (to_rgb(found) + BACKDROP)[:, 0]


@pytest.mark.parametrize("alpha", [0.3, 0.6, 0.9])
def test_a_mixed_pixel_gets_the_colour_of_the_subject(alpha):
    assert np.abs(solved(alpha * SUBJECT, alpha) - (200, 60, 50)).max() < 1


def test_chroma_of_the_backdrop_in_an_opaque_edge_is_taken_out():
    back = to_ycc(BACKDROP)
    tinged = SUBJECT.copy()
    tinged[1:] += 0.3 * back[1:]  # as JPEG leaves it: the luma is the subject's
    found, kept = solved(tinged, 1.0), solved(tinged, 1.0, soft=True)
    assert np.abs(found - (200, 60, 50)).max() < 5, f"found {found.round()}"
    assert np.abs(kept - (200, 60, 50)).max() > 30, f"a soft part keeps {kept.round()}"


def test_what_is_farther_from_the_backdrop_than_the_subject_beside_it_stays():
    redder = to_ycc(np.float32([[255], [30], [90]]) - BACKDROP)
    assert np.abs(solved(redder, 1.0) - (255, 30, 90)).max() < 1
