from __future__ import annotations

import pytest

from pipeline.recipe import catalogue
from pipeline.report.models import described, listed, print_list, print_model, print_rows
from pipeline.report.output import Output


class Paper:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def output(paper: Paper) -> Output:
    return Output(paper, Paper())


def shown(output: Output, paper: Paper, name: str, own: dict | None = None) -> str:
    print_model(output, described(catalogue.load(own).get(name)))
    return " ".join(paper.text.split())


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "gpt-image-2-text-to-image",
            [
                "image, by kie, 6–16 credits prices of 2026-09-09, kie.ai/pricing",
                "its pictures are edited by gpt-image-2-image-to-image",
                "10 credits ($0.05) resolution 2K",
                "prompt text, required, at most 20000 characters",
                "9:16 2:1 1:2 3:1 1:3 21:9 9:21, default auto",
                "with aspect_ratio 1:1, resolution must be 1K or 2K",
                "resolution → resolution, as written",
            ],
        ),
        (
            "recraft/remove-background",
            [
                "1 credit ($0.005) for one create",
                "written image: or references: → image",
                "number 1 picture, required",
                "at most 5 MB, jpeg, png or webp, at most 16 megapixels,",
                "sides at least 256 px and at most 4096 px",
                "image: https://example.org/picture.png",
            ],
        ),
        (
            "bytedance/seedream-v4-edit",
            [
                "5 credits ($0.025) times max_images",
                "1–10 pictures, required",
                "→ image_size: 1:1 → square_hd,",
            ],
        ),
        ("nano-banana-pro", ["≤8 pictures", "at most 30 MB"]),
        ("qwen/image-edit", ["per megapixel of image_size, times num_images"]),
        ("topaz/image-upscale", ["where the longest side of the result is at most 2048 px"]),
        (
            "seedream/5-pro-image-to-image",
            ["0.5 credits ($0.0025) for each picture sent along after the first"],
        ),
        ("kling-2.6/image-to-video", ["video, by kie", "220 credits ($1.10) duration 10 sound true"]),
        ("qwen3/text-to-image", ["a whole number, at least 0, at most 2147483647", "default true"]),
        ("ideogram/character-remix", ["a number, at least 0.1, at most 1, default 0.8", "URLs, required"]),
        ("openai/gpt-image-1.5", ["# with provider: openai in pipeline.yaml"]),
    ],
)
def test_everything_of_a_model_is_told(output, paper, name, parts):
    told = shown(output, paper, name)
    assert [part for part in parts if part not in told] == []


def test_a_model_without_a_price_date_or_picture(output, paper):
    own = {"own/model": {"inputs": {"prompt*": {}}, "price": {"flat": "2", "date": "", "source": "us"}}}
    told = shown(output, paper, "own/model", own)
    assert "prices of us" in told
    assert "pictures" not in told


def test_the_list_groups_by_date_and_source_and_aligns_its_columns(output, paper):
    print_list(output, listed(catalogue.load()))
    lines = paper.text.splitlines()
    assert "Generation models (prices of 2026-08-22, kie.ai/qwen-image-3)" in lines
    columns = {
        line.index(word)
        for line in lines
        if line.startswith("  ")
        for word in (" image ", " video ")
        if word in line
    }
    assert len(columns) == 1
    assert max(map(len, lines)) <= 80


def test_the_last_column_goes_on_below_itself(output, paper):
    print_rows(output, [["a", "word " * 30]])
    lines = paper.text.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("  a  word")
    assert lines[1].startswith("     word")


def test_data_says_the_same():
    data = described(catalogue.load().get("gpt-image-2-image-to-image"))
    assert data["keys"]["resolution"] == {
        "input": "resolution",
        "values": {"1K": "1K", "2K": "2K", "4K": "4K"},
    }
    assert data["conditions"][1] == {
        "when": "aspect_ratio", "is": ["1:1"], "then": "resolution", "among": ["1K", "2K"],
    }  # fmt: skip
    assert data["pictures"]["maximum"] == 16
    assert data["pictures"]["megapixels"] is None
    assert data["prices"][0] == {"when": ["1K"], "credits": 6, "usd": 0.03, "unit": "resolution 1K"}
    assert (data["provider"], data["editor"]) == ("kie", "gpt-image-2-image-to-image")
    assert data["recipe"].startswith("assets:\n  - name: example\n")
