from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.picture.cutout import rembg
from pipeline.picture.cutout.warm import warm


@pytest.mark.usefixtures("u2netp")
def test_a_warm_process_has_its_session_ready():
    warm(["u2netp"], threads=3)
    assert ("u2netp", 3) in rembg._sessions


def test_what_is_missing_is_left_for_the_first_picture_to_report():
    warm(["no-such-model"])


def test_it_can_be_run_at_install_time_and_says_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.picture.cutout.warm"], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")
