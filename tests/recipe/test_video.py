from __future__ import annotations

import pytest

from pipeline.recipe.video import Video


@pytest.mark.parametrize(
    ("video", "suffixes"),
    [
        (Video(), []),
        (Video(poster="first", preview="gif"), ["-poster", "-preview"]),
        (Video(formats=("mp4", "webm", "av1")), ["-web", "", "-av1"]),
        (Video(formats=("mp4", "av1"), loop=True), ["-loop", "-loop-av1"]),
    ],
)
def test_what_is_made_has_names_of_its_own(video, suffixes):
    assert list(video.suffixes) == suffixes
