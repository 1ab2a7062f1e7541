from __future__ import annotations

import pytest
from drawn import disc, plain

from pipeline.deliver.rules.folders.adaptive import SAFE

RULE = "adaptive-icon"
XML = "res/mipmap-anydpi-v26/ic_launcher.xml"
NAMESPACE = 'xmlns:android="http://schemas.android.com/apk/res/android"'
INSET = '<foreground><inset android:drawable="@mipmap/front" android:inset="16%"/></foreground>'
FRONT = '<foreground android:drawable="@mipmap/front"/>'
BACK = '<background android:drawable="@mipmap/back"/>'
MONO = '<monochrome android:drawable="@mipmap/front"/>'


def icon(*layers: str) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><adaptive-icon {NAMESPACE}>{"".join(layers)}</adaptive-icon>'
    )


@pytest.fixture
def res(folder):
    """``res(xml, front, back)`` writes an icon whose layers fit, but for what is given."""

    def write(xml: str = icon(BACK, FRONT, MONO), front=None, back=None, **more):
        front = front or disc(432, 2 * SAFE - 2 / 432)
        files = {
            XML: xml,
            "res/mipmap-xxxhdpi/front.png": front,
            "res/mipmap-xxxhdpi/back.png": back or plain(432),
        }
        return folder(files | more)

    return write


def test_an_icon_as_it_should_be(res, said):
    assert said(res(), RULE) == []


def test_colours_in_values_and_of_the_system_are_there(res, said):
    back = '<background android:drawable="@color/{}"/>'
    listed = "<color name='ink'>#000000</color><item type='color' name='item'>#000000</item>"
    values = f"<resources>{listed}</resources>"
    more = {
        "res/values-night/colors.xml": values,
        "res/color/state.xml": "<selector/>",
        "res/values/broken.xml": "<",
    }
    for name in ("ink", "item", "state"):
        assert said(res(icon(back.format(name), FRONT, MONO), **more), RULE) == []
    assert said(res(icon('<background android:drawable="@android:color/white"/>', FRONT, MONO)), RULE) == []


def test_a_reference_to_nothing(res, said):
    xml = icon(
        '<background android:drawable="@color/lost"/>', '<foreground android:drawable="@mipmap/"/>', MONO
    )
    assert said(res(xml), RULE) == [
        ("error", XML, "refers to @color/lost, which is not there"),
        ("error", XML, "refers to @mipmap/, which is no resource"),
    ]


def test_layers_that_are_missing(res, said):
    assert said(res(icon(BACK)), RULE) == [
        ("error", XML, "has no foreground layer"),
        ("note", XML, "has no monochrome layer: themed icons are made from the foreground, or not at all"),
    ]


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("<adaptive-icon", "is not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><adaptive-icon/>', "declares a document type or entities"),
        ("<a>" * 101 + "</a>" * 101, "has more elements, or deeper ones"),
        ("<a>" + "<b/>" * 20_000 + "</a>", "has more elements, or deeper ones"),
        (b"\xff\xfe<\0a\0/\0>\0", "is not UTF-8 text"),
    ],
    ids=["cut short", "entities", "deep", "long", "another encoding"],
)
def test_xml_nobody_vouches_for(res, said, xml, why):
    [(severity, file, message)] = said(res(xml), RULE)
    assert (severity, file) == ("error", XML)
    assert message.startswith(why)


def test_a_layer_drawn_in_the_xml_itself_has_no_picture(res, said):
    drawn = "<background><shape><solid/></shape></background>"
    assert said(res(icon(drawn, FRONT, MONO)), RULE) == []


def test_other_xml_is_somebody_else_s(res, said):
    assert said(res("<vector/>"), RULE) == []


@pytest.mark.parametrize("layer", ["foreground", "monochrome"])
def test_a_drawing_that_a_round_mask_cuts(res, said, layer):
    square = plain(200, "RGBA", "white")
    canvas = disc(432, 0.1)
    canvas.paste(square, (116, 116))  # within 66 dp as a box, beyond it as a circle
    other = FRONT if layer == "monochrome" else ""
    xml = icon(BACK, other.replace("front", "back") or f'<{layer} android:drawable="@mipmap/front"/>', MONO)
    found = said(res(xml, front=canvas, back=disc(432, 0.6)), RULE)
    cut = [message for _, file, message in found if file.endswith("front.png")]
    assert cut
    assert all("masks cut beyond 0.306" in message for message in cut)


def test_a_picture_that_fills_the_viewport_is_meant_to_be_cut(res, said):
    canvas = plain(432, "RGBA", "#00000000")
    canvas.paste("red", (64, 64, 368, 368))
    assert said(res(icon(BACK, FRONT, MONO), front=canvas), RULE) == []
    assert said(res(icon(BACK, FRONT, MONO), front=plain(432)), RULE) == []


def test_a_margin_in_the_picture_and_in_the_xml(res, said):
    assert said(res(icon(BACK, INSET), front=disc(432, 0.9)), RULE)[1:] == []
    [_, (severity, file, message)] = said(res(icon(BACK, INSET)), RULE)
    assert (severity, file) == ("warning", "res/mipmap-xxxhdpi/front.png")
    assert message == "has its margin in the picture and an inset of 16% in its XML: it is shrunk twice"


def test_insets_in_dp_and_on_single_sides(res, said):
    one = INSET.replace('inset="16%"', 'insetTop="18dp" android:inset="9dip"')
    assert "an inset of 17%" in said(res(icon(BACK, one)), RULE)[1][2]
    odd = INSET.replace("16%", "@dimen/x")
    assert len(said(res(icon(BACK, odd)), RULE)) == 1
    inner = (
        '<foreground><inset android:inset="16%"><bitmap android:src="@mipmap/front"/></inset></foreground>'
    )
    assert "shrunk twice" in said(res(icon(BACK, inner)), RULE)[1][2]


def test_a_drawing_that_is_too_small(res, said):
    found = said(
        res(icon(BACK, FRONT, MONO.replace("front", "back")), front=disc(432, 0.3), back=disc(432, 0.6)), RULE
    )
    assert "smaller than 48 of 108 dp" in found[1][2]


def test_a_background_with_holes_or_inset(res, said):
    inset = '<background><inset android:drawable="@mipmap/back" android:inset="10%"/></background>'
    assert said(res(icon(inset, FRONT, MONO), back=disc(432, 0.9)), RULE) == [
        ("warning", XML, "insets its background: black edges show while the launcher moves it"),
        (
            "warning",
            "res/mipmap-xxxhdpi/back.png",
            "is the background and transparent in places, which show black",
        ),
    ]


def test_the_highest_density_is_looked_at_and_layers_of_other_names_are_not(res, said):
    more = {"res/mipmap-mdpi/front.png": plain(108, "RGBA", "#FF000001")}
    assert said(res(icon(BACK, FRONT, MONO, '<other android:drawable="@mipmap/front"/>'), **more), RULE) == []


UNUSED = (
    "has ic_launcher_foreground and no mipmap-anydpi-v26/ic_launcher.xml: the adaptive icon is never used"
)


@pytest.mark.parametrize(
    "picture", ["mipmap-hdpi/ic_launcher_foreground.png", "drawable/ic_launcher_foreground.xml"]
)
def test_a_foreground_that_no_xml_shows(folder, said, picture):
    root = folder({f"app/res/{picture}": "<vector/>", "app/res/mipmap-hdpi/ic_launcher.png": plain(72)})
    assert said(root, RULE) == [("warning", "app/res", UNUSED)]
    assert [message for _, _, message in said(root / "app/res", RULE)] == [UNUSED]


@pytest.mark.parametrize(
    "xml",
    [
        "app/src/main/res/mipmap-anydpi-v26/ic_launcher_round.xml",
        "app/src/main/res/mipmap-anydpi/coin.xml",
        "app/src/debug/res/mipmap-anydpi-v33/ic_launcher.xml",
    ],
)
def test_a_foreground_that_some_variant_shows(folder, said, xml):
    front = '<foreground android:drawable="@mipmap/ic_launcher_foreground"/>'
    picture = "app/src/main/res/mipmap-hdpi/ic_launcher_foreground.png"
    root = folder({xml: icon(front), picture: plain(162)})
    assert UNUSED not in [message for _, _, message in said(root, RULE)]
    folder({"other/res/mipmap-hdpi/ic_launcher_foreground.png": plain(162)})
    assert [file for _, file, message in said(root, RULE) if message == UNUSED] == ["other/res"]


def test_an_icon_of_something_else_and_one_that_is_broken(folder, said):
    picture = "res/mipmap-hdpi/ic_launcher_foreground.png"
    root = folder({picture: plain(162), "res/mipmap-anydpi/shortcut.xml": icon(BACK)})
    assert UNUSED in [message for _, _, message in said(root, RULE)]
    folder({"res/mipmap-anydpi/ic_launcher.xml": "<"})
    assert UNUSED not in [message for _, _, message in said(root, RULE)]


def test_words_of_android_elsewhere_call_for_no_icon(folder, said):
    assert said(folder({"icons/mipmap-hdpi/ic_launcher_foreground.png": plain(162)}), RULE) == []
