from __future__ import annotations

import pytest
from drawn import plain


def test_resources_as_they_should_be(folder, said):
    root = folder(
        {
            "res/mipmap-mdpi/ic_launcher.png": plain(48),
            "res/mipmap-hdpi/ic_launcher.png": plain(72),
            "res/mipmap-xhdpi/ic_launcher.png": plain(96),
            "res/mipmap-xxhdpi/ic_launcher.png": plain(144),
            "res/mipmap-xxxhdpi/ic_launcher.webp": plain(192),
            "res/drawable/coin.9.png": plain(9),
            "res/drawable-night-hdpi/coin.png": plain(30),
            "res/drawable-hdpi/coin.png": plain(60),
            "res/drawable-land-mdpi/splash.png": plain((480, 320)),
            "res/drawable-land-hdpi/splash.png": plain((800, 480)),
            "docs/drawable/Not A Resource.png": plain(3),
        }
    )
    assert said(root, "resource-name") == said(root, "density") == []


@pytest.mark.parametrize(
    "name", ["Coin.png", "coin-gold.png", "1coin.png", "coin 2.png", "coin@2x.png", "ä.png"]
)
def test_names_the_build_does_not_take(folder, said, name):
    [(severity, file, message)] = said(folder({f"res/drawable/{name}": plain(9)}), "resource-name")
    assert (severity, file) == ("error", f"res/drawable/{name}")
    assert message.startswith("is no name of a resource")


def test_two_files_of_one_name_and_files_of_another_kind(folder, said):
    files = {"mipmap-hdpi/a.png": plain(9), "mipmap-hdpi/a.webp": plain(9), "mipmap-hdpi/b.svg": "<svg/>"}
    assert said(folder(files), "resource-name") == [
        ("error", "mipmap-hdpi/a.webp", "is the same resource as a.png"),
        ("error", "mipmap-hdpi/b.svg", "is of a kind that Android resources have not"),
    ]


def test_a_density_of_another_size(folder, said):
    files = {"mdpi": 48, "hdpi": 49, "xhdpi": 96, "xxhdpi": 144, "xxxhdpi": 192}
    root = folder({f"res/mipmap-{one}/ic_launcher.png": plain(px) for one, px in files.items()})
    assert said(root, "density") == [
        (
            "warning",
            "res/mipmap-hdpi/ic_launcher.png",
            "is 49 × 49 px, and next to mipmap-xxxhdpi it should be 72 × 72 px",
        )
    ]


def test_the_folder_res_itself(folder, said):
    root = folder({"res/drawable/A.png": plain(9)})
    assert [file for _, file, _ in said(root / "res", "resource-name")] == ["drawable/A.png"]


def test_a_density_that_is_missing_between_others(folder, said):
    there = {"mdpi": 27, "xhdpi": 54, "xxhdpi": 81, "xxxhdpi": 108}
    root = folder({f"res/mipmap-night-{one}-v26/front.png": plain(px) for one, px in there.items()})
    assert said(root, "density") == [
        (
            "warning",
            "res/mipmap-night-hdpi-v26/front.png",
            "is missing: mdpi, xhdpi, xxhdpi, xxxhdpi are there, hdpi is not",
        )
    ]


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ({"mdpi": 48, "hdpi": 72}, []),
        ({"ldpi": 36, "mdpi": 48, "tvdpi": 64, "hdpi": 72}, []),
        ({"mdpi": 48, "hdpi": 72, "xhdpi": 96}, ["xxhdpi", "xxxhdpi"]),
        ({"mdpi": 48, "hdpi": 72, "xhdpi": 96, "xxhdpi": 144, "xxxhdpi": 192}, []),
    ],
)
def test_three_densities_of_five_call_for_the_others(folder, said, there, missing):
    root = folder({f"drawable-{one}/coin.png": plain(px) for one, px in there.items()})
    folder({"drawable-anydpi/coin.xml": "<vector/>"})
    assert [file for _, file, _ in said(root, "density")] == [f"drawable-{one}/coin.png" for one in missing]


def test_a_picture_of_another_kind_is_in_its_density_all_the_same(folder, said):
    there = {
        "mdpi/a.png": 48,
        "hdpi/a.webp": 72,
        "xhdpi/a.png": 96,
        "xxhdpi/a.png": 144,
        "xxxhdpi/a.png": 192,
    }
    root = folder({f"res/drawable-{name}": plain(px) for name, px in there.items()})
    assert said(root, "density") == []
