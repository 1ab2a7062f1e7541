from __future__ import annotations

import pytest
from films import written

from pipeline.picture.video.poster import poster


@pytest.mark.parametrize(("at_s", "red"), [(0, 255), (1, 122), (1.99, 0), (50, 0), (float("inf"), 0)])
def test_the_frame_shown_at_that_moment(tmp_path, at_s, red):
    picture = poster(written(tmp_path / "a.mp4"), at_s)
    assert (picture.mode, picture.size) == ("RGB", (64, 48))
    assert picture.getpixel((32, 24))[0] == pytest.approx(red, abs=12)
