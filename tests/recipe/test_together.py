"""What is wrong between the assets of a recipe."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- {name: a, prompt: x}\n- {name: A, prompt: x}",
            'recipes/icons.yaml:5:12: error: the name "A" is taken',
        ),
        ("- {name: a, prompt: x, references: 'asset:a'}", "in a circle: a → a"),
        (
            "\n".join(
                f"- {{name: {name}, prompt: x, image: 'asset:{other}'}}" for name, other in ("ab", "bc", "cb")
            ),
            "in a circle: b → c → b",
        ),
        ("- {name: a, prompt: x, image: 'asset:bb'}\n- {name: b, prompt: x}", 'there is no asset "bb"'),
        (
            "- {name: a, prompt: x, image: 'asset:b'}\n- {name: b, prompt: x, matrix: {t: [s, m]}}",
            "its matrix makes b-s, b-m",
        ),
        (
            "- {name: a, prompt: x, icons: {b: 5}}\n- {name: a-b, prompt: x}",
            "the picture and the icon b of a would both be delivered as a-b",
        ),
        (
            "- {name: a, prompt: x, removeBg: true, icons: {nobg: 5}}",
            "the icon nobg and the cut-out would both be delivered as a-nobg",
        ),
        (
            "- {name: a, prompt: x, filename: same, dir: d}\n- {name: b, prompt: x, filename: SAME, dir: D}",
            "the picture and the picture of a would both be delivered as D/SAME",
        ),
        (
            "- {name: a, prompt: x, targets: [web, ios]}\n- {name: b, prompt: x, dir: A/iOS/res}",
            "the picture would be delivered into the ios set of a",
        ),
        (
            "- {name: a, prompt: x, targets: ios}\n- {name: web, prompt: x, dir: a/ios, targets: web}",
            "the picture would be delivered into the ios set of a",
        ),
        (
            "- {name: a, prompt: x, targets: ios}\n- {name: ios, prompt: x, dir: a, targets: web}",
            "the web set would be delivered into the ios set of a",
        ),
    ],
)
def test_mistakes(mistakes, text, expected):
    said = mistakes(text)
    assert expected in said
    assert said.count("error:") == 1


def test_two_circles_are_two_mistakes(mistakes):
    said = mistakes("""
        - {name: a, prompt: x, references: ['asset:b', 'asset:c']}
        - {name: b, prompt: x, references: 'asset:a'}
        - {name: c, prompt: x, references: 'asset:a'}
    """)
    assert "a → b → a" in said
    assert "a → c → a" in said
    assert said.count("error:") == 2


def test_shared_parts_are_no_circle(assets):
    found = assets("""
        - {name: top, prompt: x, references: ['asset:left', 'asset:right']}
        - {name: left, prompt: x, references: 'asset:base'}
        - {name: right, prompt: x, references: 'asset:base'}
        - {name: base, prompt: x}
    """)
    assert found["top"].depends == ("left", "right")


def test_the_same_stem_in_two_folders_is_no_collision(assets):
    assert (
        len(assets("- {name: a, prompt: x, filename: s, dir: d}\n- {name: b, prompt: x, filename: s}")) == 2
    )


def test_a_long_chain_is_followed_to_its_end(assets):
    lines = [f"- {{name: a{n}, prompt: x, references: 'asset:a{n + 1}'}}" for n in range(450)]
    assert len(assets("\n".join([*lines, "- {name: a450, prompt: x}"]))) == 451


def test_files_beside_a_set_are_in_nobodys_way(assets):
    found = assets("""
        - {name: a, prompt: x, targets: [ios, web], contact_sheet: true}
        - {name: ios, prompt: x, dir: a}
        - {name: web, prompt: x, dir: a/other, targets: web}
    """)
    assert len(found) == 3


def test_a_contact_sheet_is_a_file_like_any_other(mistakes):
    said = mistakes("""
        - {name: a, prompt: x, targets: ios, contact_sheet: true}
        - {name: contact-sheet, prompt: x, dir: a}
    """)
    assert "the picture and the contact sheet of a would both be delivered as a/contact-sheet" in said
