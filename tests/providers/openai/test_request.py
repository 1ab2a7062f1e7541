from __future__ import annotations

import base64
import json

import pytest

from pipeline.errors import RequestRejected
from pipeline.providers.openai.request import fingerprint, outgoing

MODEL = "openai/gpt-image-1.5"


def none(_name: str) -> None:
    return None


def test_words_alone_are_a_generation_in_json():
    sent = outgoing("me", MODEL, {"prompt": "a coin"}, none)
    assert sent.path == "/images/generations"
    assert json.loads(sent.body["content"]) == {"model": "gpt-image-1.5", "prompt": "a coin"}


def test_local_pictures_are_an_edit_in_a_form(picture):
    files = {"a.png": picture(), "b.jpg": picture("JPEG")}
    inputs = {"prompt": "x", "image": ["spool:a.png", "spool:b.jpg"]}
    sent = outgoing("me", MODEL, inputs, files.get)
    assert sent.path == "/images/edits"
    assert sent.body["data"] == {"model": "gpt-image-1.5", "prompt": "x"}
    assert sent.body["files"] == [
        ("image[]", ("picture.png", files["a.png"], "image/png")),
        ("image[]", ("picture.jpg", files["b.jpg"], "image/jpeg")),
    ]


def test_addresses_are_an_edit_in_json_and_local_pictures_go_along(picture):
    content = picture()
    inputs = {"prompt": "x", "image": ["https://a/b.png", "spool:a.png"]}
    sent = outgoing("me", MODEL, inputs, {"a.png": content}.get)
    assert sent.path == "/images/edits"
    assert json.loads(sent.body["content"])["images"] == [
        {"image_url": "https://a/b.png"},
        {"image_url": "data:image/png;base64," + base64.b64encode(content).decode()},
    ]


def test_one_picture_may_be_no_list(picture):
    sent = outgoing("me", MODEL, {"prompt": "x", "image": "spool:a.png"}, {"a.png": picture()}.get)
    assert len(sent.body["files"]) == 1


@pytest.mark.parametrize("images", [["spool:gone.png"], ["https://a/b.png", "spool:gone.png"]])
def test_a_picture_that_has_gone_is_found_before_anything_is_sent(images):
    with pytest.raises(RequestRejected, match="nothing was sent"):
        outgoing("me", MODEL, {"image": images}, none)


def test_the_digest_is_that_of_the_very_same_request():
    def named(account: str = "me", **inputs: str) -> str:
        return outgoing(account, MODEL, {"prompt": "x", **inputs}, none).digest

    assert named() == named()
    assert len({named(), named(size="auto"), named("you")}) == 3


def test_pictures_count_by_content_and_the_fingerprint_is_the_plans_own(tmp_path):
    from pipeline.plan import fingerprint as plans
    from pipeline.recipe.spec import Picture, Request

    pictures = (Picture("file", "logo.png", tmp_path / "logo.png"), Picture("url", "https://a/b.png"))
    words = {"prompt": "x", "size": "1024x1024"}
    request = Request(MODEL, words, pictures, "image", picture_list=True)
    sent = {**words, "image": [f"spool:{'a' * 64}.png", "https://a/b.png"]}
    assert fingerprint(MODEL, sent) == plans.paid(request, {pictures[0]: "a" * 64})
    assert fingerprint(MODEL, words) == plans.paid(Request(MODEL, words), {})
