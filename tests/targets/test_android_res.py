from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from platform_sets import CLEAR

from pipeline.targets.android_res import Launcher, adaptive_xml, in_every_density, launcher, px, resource
from pipeline.targets.options import COMMON, settle
from pipeline.targets.output import Look
from pipeline.targets.target import Choices

PLAIN = Choices(settle(COMMON, {}))


@pytest.mark.parametrize(
    ("dp", "scale", "wanted"), [(25, 1.5, 38), (27, 1.5, 41), (48, 1.5, 72), (24, 1, 24)]
)
def test_halves_round_up(dp, scale, wanted):
    assert px(dp, scale) == wanted


@given(st.text(max_size=40))
def test_any_name_becomes_part_of_a_resource_name(name):
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", resource(name))


def test_the_folder_of_layers_is_a_parameter():
    paths = {one.path for one in launcher(CLEAR, PLAIN, Launcher("x/res", layers="drawable"))}
    assert {
        "x/res/mipmap-mdpi/ic_launcher.png",
        "x/res/drawable-mdpi/ic_launcher_foreground.png",
        "x/res/drawable-mdpi/ic_launcher_monochrome.png",
        "x/res/mipmap-anydpi-v26/ic_launcher.xml",
    } <= paths
    assert 'foreground android:drawable="@drawable/ic_launcher_foreground"' in adaptive_xml(
        "ic_launcher", "drawable", painted=False, themed=True
    )


def test_a_launcher_icon_stands_in_res_unless_told_otherwise():
    assert {one.path.split("/")[0] for one in launcher(CLEAR, PLAIN)} == {"res"}


def test_a_picture_in_every_density():
    drawn = in_every_density("d-{q}/card", (10, 5), Look(), "webp")
    assert [(one.path, one.width, one.height) for one in drawn] == [
        ("d-mdpi/card.webp", 10, 5),
        ("d-hdpi/card.webp", 15, 8),
        ("d-xhdpi/card.webp", 20, 10),
        ("d-xxhdpi/card.webp", 30, 15),
        ("d-xxxhdpi/card.webp", 40, 20),
    ]
