"""watchOS: one 1024 or the list by case size, below a circular mask."""

from __future__ import annotations

from tables import INFO, looks, parsed, sides, table

from pipeline.targets.output import Look

CONTENTS = "AppIcon.appiconset/Contents.json"

CLASSIC = [  # role, points, scale, subtype, px
    ("notificationCenter", "24", "2x", "38mm", 48),
    ("notificationCenter", "27.5", "2x", "42mm", 55),
    ("notificationCenter", "33", "2x", "45mm", 66),
    ("companionSettings", "29", "2x", None, 58),
    ("companionSettings", "29", "3x", None, 87),
    ("appLauncher", "40", "2x", "38mm", 80),
    ("appLauncher", "44", "2x", "40mm", 88),
    ("appLauncher", "46", "2x", "41mm", 92),
    ("appLauncher", "50", "2x", "44mm", 100),
    ("appLauncher", "51", "2x", "45mm", 102),
    ("appLauncher", "54", "2x", "49mm", 108),
    ("quickLook", "86", "2x", "38mm", 172),
    ("quickLook", "98", "2x", "42mm", 196),
    ("quickLook", "108", "2x", "44mm", 216),
    ("quickLook", "117", "2x", "45mm", 234),
    ("quickLook", "129", "2x", "49mm", 258),
]


def test_one_1024_that_names_its_platform():
    outputs = table("watchos")
    assert sides(outputs) == {"AppIcon.appiconset/AppIcon-1024.png": 1024}
    assert parsed(outputs, CONTENTS) == {
        "images": [
            {
                "filename": "AppIcon-1024.png",
                "idiom": "universal",
                "platform": "watchos",
                "size": "1024x1024",
            }
        ],
        "info": INFO,
    }


def test_the_classic_list_by_role_and_case():
    outputs = table("watchos", style="classic")
    assert parsed(outputs, CONTENTS)["images"] == [
        *(
            {
                "filename": f"AppIcon-{px}.png",
                "idiom": "watch",
                "role": role,
                "scale": scale,
                "size": f"{points}x{points}",
                **({"subtype": subtype} if subtype else {}),
            }
            for role, points, scale, subtype, px in CLASSIC
        ),
        {
            "filename": "AppIcon-1024.png",
            "idiom": "watch-marketing",
            "scale": "1x",
            "size": "1024x1024",
        },
    ]
    assert sides(outputs) == {
        f"AppIcon.appiconset/AppIcon-{px}.png": px for px in (*(row[-1] for row in CLASSIC), 1024)
    }


def test_nothing_is_cut_off_by_a_circle_and_nothing_is_transparent():
    for style in ("single", "classic"):
        (look,) = set(looks(table("watchos", style=style, background="#112233")).values())
        assert look == Look(fit="circle", share=0.4, ground="#112233", opaque=True)


def test_the_icon_can_have_another_name():
    assert list(sides(table("watchos", name="Kite"))) == ["Kite.appiconset/Kite-1024.png"]
