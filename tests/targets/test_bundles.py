"""Bundles: which sizes, in which order, below which code."""

from __future__ import annotations

from pipeline.targets.bundles import icns, ico
from pipeline.targets.output import Bundle, Entry, Look

LOOK = Look(share=0.5)


def test_an_icns_has_every_size_and_scale_of_macos():
    listed = [(one.code, one.px) for one in icns("a.icns", LOOK).entries]
    assert listed == [
        ("is32", 16),
        ("il32", 32),
        ("ic11", 32),
        ("ic12", 64),
        ("ic07", 128),
        ("ic13", 256),
        ("ic08", 256),
        ("ic14", 512),
        ("ic09", 512),
        ("ic10", 1024),
    ]


def test_an_ico_has_the_sizes_of_windows_in_ascending_order():
    listed = [one.px for one in ico("a.ico", LOOK).entries]
    assert listed == [16, 20, 24, 30, 32, 36, 40, 48, 60, 64, 72, 80, 96, 256]


def test_an_ico_keeps_the_order_it_is_given():
    assert ico("a.ico", LOOK, (48, 32)) == Bundle("a.ico", (Entry(48, LOOK), Entry(32, LOOK)))
