from __future__ import annotations

import json
import re

import numpy as np
import pytest
from pictures import opened, photo
from PIL import Image
from renders import alpha_error, icon, pair


@pytest.fixture
def coin(tmp_path):
    photo(96).save(tmp_path / "coin.png")


@pytest.fixture
def no_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("U2NET_HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("REMBG_HOME", str(tmp_path / "nowhere"))


def test_a_folder_is_cut_out_and_compared(pipeline, tmp_path, coin, no_weights):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    photo(64).save(tmp_path / "gift.jpg")
    ended = pipeline("cutout", ".", "-o", "out", "--compare", "--crop", "--padding", "8%", "--method", "key")
    assert ended.code == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "coin-compare.png",
        "coin-nobg.png",
        "gift-compare.png",
        "gift-nobg.png",
    ]
    cut = opened(tmp_path / "out/coin-nobg.png")
    assert cut.mode == "RGBA"
    assert cut.getpixel((0, 0)) == (0, 0, 0, 0)
    assert "coin.png → out/coin-nobg.png, out/coin-compare.png: key, " in ended.out
    assert "broken.png: The png picture is damaged" in ended.err
    assert ended.err.endswith("2 cut-outs in out, 1 failed\n")


def test_two_renders_become_one_cut_out(pipeline, tmp_path):
    true = icon(128)
    for name, picture in zip(("a-white.png", "a-black.png"), pair(true, rough=0), strict=True):
        Image.fromarray(picture).save(tmp_path / name)
    ended = pipeline("cutout", ".", "-o", "out", "--method", "difference")
    assert "a-white.png + a-black.png → out/a-nobg.png: difference, 9" in ended.out
    assert alpha_error(np.asarray(opened(tmp_path / "out/a-nobg.png")), true) < 0.5
    assert (ended.code, ended.err) == (0, "1 cut-out in out\n")


def test_a_second_render_can_be_named(pipeline, tmp_path):
    for name, picture in zip(("a.png", "dark.png"), pair(icon(128), rough=0), strict=True):
        Image.fromarray(picture).save(tmp_path / name)
    ended = pipeline("cutout", "a.png", "--black", "dark.png", "-o", "out", "--json")
    done = json.loads(ended.out.splitlines()[1])
    assert (done["asset"], done["second"], done["method"]) == ("a.png", "dark.png", "difference")
    assert ended.code == 0


def test_events_are_lines_of_json(pipeline, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    ended = pipeline("cutout", "broken.png", "-o", "out", "--json", "--workers", "local:1", "--method", "key")
    events = [json.loads(line) for line in ended.out.splitlines()]
    assert [event["event"] for event in events] == ["cutout-started", "cutout-failed", "cutout-finished"]
    assert events[1]["asset"] == "broken.png"
    assert "damaged" in events[1]["message"]
    assert (ended.code, ended.err) == (1, "")


def test_missing_weights_are_told_before_any_work(pipeline, tmp_path, coin, no_weights):
    ended = pipeline("cutout", "coin.png", "-o", "out", "--method", "rembg")
    assert ended.code == 1
    assert "pipeline models pull u2netp" in ended.err
    assert not (tmp_path / "out").exists()


def test_weights_that_may_be_needed_are_asked_for_ahead(pipeline, coin, no_weights):
    ended = pipeline("cutout", "coin.png", "-o", "out", "--model", "silueta")
    assert ended.err.startswith("warning: The weights of silueta are missing")
    assert "Fetch them once: pipeline models pull silueta" in ended.err


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_nothing_to_do_is_said(pipeline, tmp_path, arguments):
    (tmp_path / "empty").mkdir()
    ended = pipeline("cutout", "empty", "-o", "out", *arguments)
    assert ended.code == 0
    assert "Nothing to do: no pictures there" in ended.err or '"done": 0' in ended.out
    assert not (tmp_path / "out").exists()


def test_a_folder_of_pictures_without_partners_says_why_nothing_is_done(pipeline, coin):
    ended = pipeline("cutout", ".", "-o", "out", "--method", "difference")
    assert ended.err.splitlines() == [
        "coin.png is left out: it has no second render (coin-black)",
        "Nothing to do: everything there is left out. Folders inside folders are not searched.",
    ]
    assert ended.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["coin.png"], "Missing option '-o'"),
        (["-o", "out"], "Missing argument 'IMAGE...'"),
        (["lost.png", "-o", "out"], "There is no picture or folder lost.png."),
        (["coin.png", "-o", "out", "--method", "magic"], "'magic' is not one of 'auto', "),
        (["coin.png", "-o", "out", "--model", "u3net"], "'u3net' is not one of"),
        (["coin.png", "-o", "out", "--padding", "8%"], "--padding needs --crop."),
        (["coin.png", "-o", "out", "--crop", "--padding", "101%"], "not a share from 0% to 100%"),
        (["coin.png", "-o", "out", "--crop", "--padding", "much"], "'much' is not a share"),
        (["coin.png", "-o", "out", "--workers", "many"], "Not a place for workers: many."),
        (
            ["coin.png", "-o", "out", "--method", "difference"],
            "coin.png has no second render: there is no coin-b",
        ),
        (
            ["coin.png", "-o", "out", "--method", "key", "--black", "x"],
            "--black needs --method auto or difference",
        ),
        (["coin.png", "-o", "out", "--black", "lost.png"], "There is no picture lost.png."),
        (["coin.png", "-o", "coin.png"], "coin.png is not a folder."),
    ],
)
def test_bad_usage_exits_2_before_any_work(pipeline, tmp_path, coin, arguments, said):
    ended = pipeline("cutout", *arguments)
    assert ended.code == 2
    assert said in ended.err
    assert not (tmp_path / "out").exists()


def test_a_share_that_is_one_already_stays():
    from pipeline.cli.share import Share

    assert Share().convert(0.08, None, None) == 0.08


def test_help_lists_every_method_there_is(pipeline):
    from pipeline.picture.cutout import METHODS

    ended = pipeline("cutout", "--help")
    [listed] = re.findall(r"--method \[([a-z|]+)\]", ended.out)
    assert listed.split("|")[0] == "auto"
    assert set(listed.split("|")) == set(METHODS)
