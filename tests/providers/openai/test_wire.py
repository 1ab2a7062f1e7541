"""What travels: bodies, forms and answers, in both directions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.providers.openai import wire
from pipeline.providers.openai.wire import Answer, Complaint, Usage

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["data", "error", "usage", "b64_json", "url", "message", "code", "input_tokens"])
            | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)


def parsed(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer.parse(status, json.dumps(body).encode(), named, 1_000_000.0)


def test_a_body_has_the_services_own_name_and_no_pictures():
    inputs = {"prompt": "a coin", "size": "1024x1024", "image": ["spool:x"], "seed": None}
    assert wire.body_of("openai/gpt-image-1.5", inputs) == {
        "model": "gpt-image-1.5",
        "prompt": "a coin",
        "size": "1024x1024",
    }


def test_addresses_of_pictures_are_objects():
    body = wire.body_of("openai/gpt-image-1.5", {"prompt": "x"}, ["https://a/b.png"])
    assert body["images"] == [{"image_url": "https://a/b.png"}]


def test_a_form_knows_texts_only():
    form = wire.form_of("openai/gpt-image-1.5", {"output_compression": 90, "stream": False})
    assert form == {"model": "gpt-image-1.5", "output_compression": "90", "stream": "false"}


def test_a_good_answer_comes_back_as_it_was_made():
    body = wire.answered([{"b64_json": "QUJD"}, {"url": "https://a/b"}], 1, Usage(3, 4, 5))
    answer = parsed(body)
    assert answer.ok
    assert answer.pictures == ({"b64_json": "QUJD"}, {"url": "https://a/b"})
    assert answer.usage == Usage(3, 4, 5)
    assert body["usage"]["total_tokens"] == 12


def test_a_complaint_comes_back_as_it_was_made():
    answer = parsed(wire.complained("no", "invalid_request_error", "invalid_value", "size"), 400)
    assert answer.error == Complaint("no", "invalid_request_error", "invalid_value", "size")
    assert answer.error.words == {"invalid_request_error", "invalid_value"}
    assert not answer.ok


def test_an_error_may_be_one_text():
    assert parsed({"error": "out of memory"}, 500).error == Complaint("out of memory")


def test_a_picture_within_an_address_is_a_picture():
    assert parsed({"data": [{"url": "data:image/png;base64,QUJD"}]}).pictures == ({"b64_json": "QUJD"},)


@pytest.mark.parametrize("one", [None, 5, {}, {"b64_json": ""}, {"url": " "}, {"b64_json": 7}, "text"])
def test_what_is_no_picture_is_left_out(one):
    assert parsed({"data": [one, {"b64_json": "QUJD"}]}).pictures == ({"b64_json": "QUJD"},)


@pytest.mark.parametrize(
    "usage", [None, [], {}, {"input_tokens": 5}, {"input_tokens": -1, "output_tokens": 5}]
)
def test_tokens_that_are_not_told_are_unknown(usage):
    assert parsed({"data": [], "usage": usage}).usage is None


def test_tokens_of_pictures_are_part_of_what_went_in():
    told = {"input_tokens": 10, "output_tokens": 2, "input_tokens_details": {"image_tokens": 25}}
    assert parsed({"usage": told}).usage == Usage(0, 10, 2)


def test_how_long_to_wait_is_read_from_the_header():
    assert parsed({}, 429, Retry_After="7").retry_after_s == 7


@given(st.binary(), st.integers(100, 599))
def test_no_bytes_upset_it(body, status):
    answer = Answer.parse(status, body, {}, 0.0)
    assert answer.http_status == status


@given(JSON)
def test_no_json_upsets_it(body):
    answer = Answer.parse(200, json.dumps(body).encode(), {}, 0.0)
    assert answer.readable == isinstance(body, dict)
    assert all(len(picture) == 1 for picture in answer.pictures)
