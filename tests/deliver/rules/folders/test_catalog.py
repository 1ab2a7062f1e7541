from __future__ import annotations

import pytest
from drawn import plain

RULE = "asset-catalog"
ICONS = "AppIcon.appiconset"


def entry(name: str, size: str = "20x20", scale: str = "2x", **more) -> dict:
    return {"filename": name, "idiom": "iphone", "size": size, "scale": scale} | more


def contents(*entries: object) -> dict:
    return {"images": list(entries), "info": {"author": "xcode", "version": 1}}


def test_a_catalog_whose_files_and_entries_agree(folder, said):
    root = folder(
        {
            "Assets.xcassets/Contents.json": {"info": {}},
            f"Assets.xcassets/{ICONS}/a.png": plain(40),
            f"Assets.xcassets/{ICONS}/b.png": plain(167),
            f"Assets.xcassets/{ICONS}/Contents.json": contents(
                entry("a.png"),
                entry("b.png", "83.5x83.5", idiom="ipad"),
                {"idiom": "iphone", "size": "60x60", "scale": "3x"},
                "no entry",
            ),
        }
    )
    assert said(root, RULE) == []
    assert said(root / "Assets.xcassets" / ICONS, RULE) == []


def test_a_file_that_is_missing_and_one_nobody_lists(folder, said):
    root = folder({f"{ICONS}/b.png": plain(40), f"{ICONS}/Contents.json": contents(entry("a.png"))})
    assert said(root, RULE) == [
        ("error", f"{ICONS}/a.png", "is listed in Contents.json and is missing"),
        ("warning", f"{ICONS}/b.png", "is in the set and not listed in Contents.json"),
    ]


def test_px_are_size_times_scale(folder, said):
    root = folder({f"{ICONS}/a.png": plain(41), f"{ICONS}/Contents.json": contents(entry("a.png"))})
    assert said(root, RULE) == [("error", f"{ICONS}/a.png", "is 41 × 41 px, and its entry says 40 × 40 px")]


def test_one_slot_filled_twice(folder, said):
    listed = contents(entry("a.png"), entry("b.png"), entry("a.png", idiom="ipad"))
    root = folder(
        {f"{ICONS}/a.png": plain(40), f"{ICONS}/b.png": plain(40), f"{ICONS}/Contents.json": listed}
    )
    assert said(root, RULE) == [("warning", f"{ICONS}/Contents.json", "lists iphone 20x20@2x twice")]


def test_appearances_are_slots_of_their_own(folder, said):
    dark = {"appearances": [{"appearance": "luminosity", "value": "dark"}]}
    one = {"filename": "a.png", "idiom": "universal", "platform": "ios", "size": "64x64"}
    root = folder({f"{ICONS}/a.png": plain(64), f"{ICONS}/Contents.json": contents(one, one | dark)})
    assert said(root, RULE) == []
    folder({f"{ICONS}/Contents.json": contents(one, one)})
    assert said(root, RULE)[0][2] == "lists universal 64x64 twice"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ({"info": {}}, 'has no list "images"'),
        (contents(*[entry("a.png")] * 1001), "lists more than 1000 entries"),
    ],
)
def test_contents_nobody_can_use(folder, said, content, message):
    root = folder({f"{ICONS}/Contents.json": content})
    [(severity, file, text)] = said(root, RULE)
    assert (severity, file) == ("error", f"{ICONS}/Contents.json")
    assert text.startswith(message)


def test_a_set_without_contents_is_wrong_and_a_catalog_s_root_puts_up_with_it(folder, said):
    root = folder({f"Assets.xcassets/{ICONS}/a.png": plain(40)})
    assert said(root, RULE) == [
        ("note", "Assets.xcassets/Contents.json", "is missing"),
        ("error", f"Assets.xcassets/{ICONS}/Contents.json", "is missing"),
    ]


@pytest.mark.parametrize("name", ["../secret.png", "/etc/hostname", "b/a.png", "..", "a\x1b[31m.png", "a\0b"])
def test_a_name_leads_nowhere_else(folder, said, tmp_path, name):
    plain(40).save(tmp_path / "secret.png")
    root = folder({f"{ICONS}/b/a.png": plain(40), f"{ICONS}/Contents.json": contents(entry(name))})
    missing = [found for found in said(root, RULE) if found[0] == "error"]
    assert [message for _, _, message in missing] == ["is listed in Contents.json and is missing"]
    assert all("\x1b" not in file for _, file, _ in missing)


@pytest.mark.parametrize(
    "odd",
    [
        {"size": 20, "scale": ["2x"], "filename": {}, "appearances": "dark"},
        {"size": "20x", "scale": "99x", "filename": "a.png"},
    ],
)
def test_values_of_other_kinds_are_as_if_they_were_absent(folder, said, odd):
    root = folder({f"{ICONS}/a.png": plain(40), f"{ICONS}/Contents.json": contents(odd, entry("a.png"))})
    assert said(root, RULE) == []
