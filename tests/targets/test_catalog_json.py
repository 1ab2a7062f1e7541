"""Contents.json as Xcode itself writes it."""

from __future__ import annotations

from tables import DARK, INFO, TINTED, parsed

from pipeline.targets.catalog_json import appearing, contents, written


def test_it_is_written_as_xcode_writes_it():
    text = contents("A.appiconset", images=[{"size": "1024x1024", "filename": "é.png"}])
    assert text.path == "A.appiconset/Contents.json"
    assert text.text == (
        "{\n"
        '  "images" : [\n'
        "    {\n"
        '      "filename" : "é.png",\n'
        '      "size" : "1024x1024"\n'
        "    }\n"
        "  ],\n"
        '  "info" : {\n'
        '    "author" : "xcode",\n'
        '    "version" : 1\n'
        "  }\n"
        "}\n"
    )


def test_the_root_of_a_catalog_says_who_wrote_it():
    root = contents("")
    assert root.path == "Contents.json"
    assert parsed([root], "Contents.json") == {"info": INFO}


def test_the_order_of_keys_is_that_of_the_alphabet():
    assert written({"b": 1, "a": 2}) == '{\n  "a" : 2,\n  "b" : 1\n}\n'


def test_an_appearance_is_one_of_lightness():
    assert appearing("dark") == {"appearances": DARK}
    assert appearing("tinted") == {"appearances": TINTED}
    assert appearing("") == {}
