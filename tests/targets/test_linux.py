"""Linux: folders of the hicolor theme, and a launcher."""

from __future__ import annotations

from dataclasses import replace

from tables import FULL, PLAIN, looks, sides, table, text

from pipeline.targets.output import Look


def test_every_size_in_the_folder_of_its_name():
    assert sides(table("linux")) == {
        "share/icons/hicolor/16x16/apps/kite.png": 16,
        "share/icons/hicolor/22x22/apps/kite.png": 22,
        "share/icons/hicolor/24x24/apps/kite.png": 24,
        "share/icons/hicolor/32x32/apps/kite.png": 32,
        "share/icons/hicolor/48x48/apps/kite.png": 48,
        "share/icons/hicolor/64x64/apps/kite.png": 64,
        "share/icons/hicolor/128x128/apps/kite.png": 128,
        "share/icons/hicolor/256x256/apps/kite.png": 256,
        "share/icons/hicolor/512x512/apps/kite.png": 512,
    }


def test_an_icon_is_free_unless_a_background_is_asked_for():
    assert set(looks(table("linux", FULL)).values()) == {Look()}
    assert set(looks(table("linux", background="#112233")).values()) == {Look(ground="#112233")}


def test_the_id_names_icon_and_launcher():
    outputs = table("linux", FULL, id="org.example.Kite", sizes=[48], desktop=True)
    assert sides(outputs) == {"share/icons/hicolor/48x48/apps/org.example.Kite.png": 48}
    assert text(outputs, "share/applications/org.example.Kite.desktop") == (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Name=Paper kite\n"
        "Exec=org.example.Kite\n"
        "Icon=org.example.Kite\n"
        "Terminal=false\n"
        "Categories=Utility;\n"
    )


def test_backslashes_of_a_title_are_escaped():
    said = text(
        table("linux", replace(PLAIN, title=r"a\nb"), desktop=True), "share/applications/kite.desktop"
    )
    assert "Name=a\\\\nb\n" in said
