from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.providers.kie import wire
from pipeline.providers.kie.wire import Answer, CreateRequest, TaskRecord

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("state", "taskId", "resultJson", "failCode", "failMsg", "creditsConsumed", "progress", "param")


def answer(status: int, **envelope: object) -> Answer:
    return Answer.parse(status, json.dumps(envelope).encode())


# --- envelope


@pytest.mark.parametrize("code", [200, 0, "200", 200.0])
def test_an_answer_is_good_when_both_layers_say_so(code):
    assert answer(200, code=code, msg="success", data=1).ok


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [(200, 401, 401), (401, 200, 401), (500, None, 500), (200, None, 200), (429, 429, 429), (200, True, 200)],
)
def test_an_answer_is_bad_when_either_layer_says_so(status, code, reason):
    found = answer(status, code=code)
    assert not found.ok
    assert found.reason == reason
    assert found.says(reason)


@pytest.mark.parametrize("name", ["msg", "message", "error", "detail"])
def test_the_text_is_read_under_every_name_it_goes_by(name):
    assert answer(200, code=422, **{name: "no\x1b[31m such\nmodel"}).message == "no [31m such model"


def test_the_upload_hosts_flag_stands_for_a_missing_code():
    assert answer(200, success=True, data={}).ok
    assert not answer(200, success=False, data={}).ok


@given(st.integers(100, 599), st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_under_any_status_are_read_without_complaint(status, body):
    found = Answer.parse(status, body)
    assert found.http_status == status
    assert found.ok <= (200 <= status < 300)


def test_nesting_without_end_is_no_answer():
    assert Answer.parse(200, b"[" * 100_000).code is None


def test_what_the_sandbox_encodes_the_client_reads():
    body = wire.encode(wire.envelope({"taskId": "t"}, text_field="message"))
    assert Answer.parse(200, body) == Answer(200, 200, "success", {"taskId": "t"}, task_id="t")
    assert wire.upload_envelope(None, 400, "bad") == {
        "success": False,
        "code": 400,
        "msg": "bad",
        "data": None,
    }


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("-3", 0.0),
        ("999999", wire.MAX_RETRY_AFTER_S),
        ("Mon, 12 Jan 1970 13:46:50 GMT", 10.0),
        ("Mon, 12 Jan 1970 13:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert wire.retry_after_s(header, now=1_000_000.0) == seconds


# --- create


@pytest.mark.parametrize(
    ("callback", "expected"), [("https://a/b", "https://a/b"), ("", None), (None, None), (5, None)]
)
def test_a_create_survives_the_journey(callback, expected):
    body = {"model": "z-image", "input": {"prompt": "é", "image_input": []}, "callBackUrl": callback}
    request = CreateRequest.parse(json.loads(json.dumps(body)))
    assert request == CreateRequest("z-image", body["input"], expected)
    assert CreateRequest.parse(request.to_json()) == request
    assert ("callBackUrl" in request.to_json()) == (expected is not None)


@pytest.mark.parametrize(
    "body", [None, [], {}, {"model": "m"}, {"model": "", "input": {}}, {"model": "m", "input": "x"}]
)
def test_a_create_without_model_or_input_is_none(body):
    assert CreateRequest.parse(body) is None


@pytest.mark.parametrize(
    ("data", "task_id"),
    [
        ({"taskId": "a/b"}, "a/b"),
        ({"task_id": "x"}, "x"),
        ({"recordId": "r"}, "r"),
        ({"taskId": "", "recordId": "r"}, "r"),
        ({"taskId": 12}, "12"),
        ({"taskId": True}, None),
        ({"taskId": " "}, None),
        ({"taskId": "a\x1b[0m"}, None),
        ({"taskId": "x" * 257}, None),
        ({"taskId": None}, None),
        ({}, None),
        (None, None),
        ("task", None),
    ],
)
def test_a_task_id_is_opaque_but_fit_to_be_written_down(data, task_id):
    assert wire.task_id_of(data) == task_id


def test_a_good_create_names_the_task_twice():
    assert wire.task_id_of(wire.created("t1")) == "t1"


# --- record


@pytest.mark.parametrize(
    "result",
    [
        '{"resultUrls":["https://a/1.png","https://a/2.png"]}',
        {"resultUrls": ["https://a/1.png", "https://a/2.png"]},
        {"resultUrls": ["https://a/1.png", "", None, " https://a/2.png ", "https://a/1.png"]},
        '{"resultUrls":["https://a/1.png","https://a/2.png"],"resultWaterMarkUrls":["https://a/w.png"]}',
        '["https://a/1.png","https://a/2.png"]',
    ],
)
def test_result_urls_come_as_text_or_object(result):
    record = TaskRecord.parse({"state": "success", "resultJson": result})
    assert record.result_urls == ("https://a/1.png", "https://a/2.png")


def test_a_single_result_url_may_stand_alone():
    record = TaskRecord.parse({"state": "success", "resultJson": '{"resultUrls":"https://a/1.png"}'})
    assert record.result_urls == ("https://a/1.png",)


@pytest.mark.parametrize(
    "data", [{}, {"resultJson": ""}, {"resultJson": None}, {"resultJson": "{}"}, {"resultJson": "{broken"},
             {"resultJson": '{"resultUrls":[]}'}, {"resultJson": {"resultObject": {}}}, {"resultJson": 7}]
)  # fmt: skip
def test_no_result_is_none_however_it_is_written(data):
    assert TaskRecord.parse({"state": "waiting", **data}).result_urls == ()


@pytest.mark.parametrize("name", ["creditsConsumed", "consumeCredits", "credits_consumed"])
def test_credits_go_by_three_names(name):
    assert TaskRecord.parse({"state": "fail", name: "4.5"}).credits == 4.5


@pytest.mark.parametrize("value", [None, "", "many", -1, True, [], float("inf")])
def test_credits_that_are_no_amount_are_unknown(value):
    assert TaskRecord.parse({"state": "fail", "creditsConsumed": value}).credits is None


@pytest.mark.parametrize(("value", "percent"), [(40, 40), ("40", 40), (400, 100), (-1, 0), (None, None)])
def test_progress_is_a_percentage(value, percent):
    assert TaskRecord.parse({"state": "generating", "progress": value}).progress == percent


def test_failure_details_are_cleaned_text():
    record = TaskRecord.parse({"state": "fail", "failCode": 500, "failMsg": "bad\x1b[2Jthing"})
    assert (record.fail_code, record.fail_message) == ("500", "bad [2Jthing")


@pytest.mark.parametrize("data", [None, [], "x", {}, {"state": ""}, {"state": None}, {"state": 3}])
def test_a_record_has_a_state(data):
    assert TaskRecord.parse(data) is None


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)) | JSON)
def test_any_record_is_read_without_complaint(data):
    record = TaskRecord.parse(data)
    assert record is None or record.state


RECORDS = st.builds(
    TaskRecord,
    task_id=st.text("abcdef0123456789", min_size=1, max_size=32),
    state=st.sampled_from(wire.STATES),
    model=st.sampled_from(["nano-banana-pro", "z-image"]),
    param=st.just({"model": "z-image", "input": {"prompt": "é"}}),
    result_urls=st.lists(st.sampled_from(["https://a/1", "https://a/2"]), unique=True).map(tuple),
    fail_code=st.sampled_from(["", "500"]),
    fail_message=st.sampled_from(["", "no"]),
    credits=st.none() | st.sampled_from([0.0, 6.5, 18.0]),
    progress=st.none() | st.integers(0, 100),
    cost_time_ms=st.none() | st.integers(0, 10**6),
    created_ms=st.integers(0, 10**13),
)


@given(RECORDS)
def test_a_record_survives_the_journey_once_it_is_finished(record):
    urls = record.result_urls if record.state == "success" else ()
    told = record if record.finished else replace(record, fail_code="", fail_message="")
    assert TaskRecord.parse(json.loads(wire.encode(record.to_json()))) == replace(told, result_urls=urls)


def test_an_unfinished_record_looks_as_it_does_live():
    data = TaskRecord("t", "waiting", credits=18.0, created_ms=5).to_json()
    assert (data["resultJson"], data["failCode"], data["failMsg"]) == ("", None, None)
    assert (data["completeTime"], data["costTime"], data["updateTime"]) == (None, None, None)
    assert data["creditsConsumed"] == 18
    assert isinstance(data["param"], str)
    assert "progress" not in data


# --- credits, uploads


@pytest.mark.parametrize(
    ("data", "credits"),
    [(100, 100.0), (60.62, 60.62), ({"remainingCredits": 3}, 3.0), ("7", 7.0), (None, None), ({}, None)],
)
def test_the_balance_is_a_bare_number(data, credits):
    assert wire.balance_of(data) == credits


@pytest.mark.parametrize(
    ("data", "url"),
    [
        ({"downloadUrl": "https://d", "fileUrl": "https://f"}, "https://d"),
        ({"downloadUrl": "", "fileUrl": "https://f"}, "https://f"),
        ({"downloadUrl": 5}, None),
        ({}, None),
        (None, None),
    ],
)
def test_an_upload_is_had_from_its_download_url(data, url):
    assert wire.upload_url_of(data) == url


def test_an_upload_survives_the_journey():
    data = wire.uploaded("a.png", "dir/a.png", "https://d/a.png", size_bytes=3, mime_type="image/png",
                         uploaded_at="2026-11-22T00:00:00Z")  # fmt: skip
    assert wire.upload_url_of(data) == "https://d/a.png"


# --- callbacks


@pytest.mark.parametrize(
    "body",
    [{"data": {"taskId": "t"}}, {"data": {"task_id": "t"}}, {"taskId": "t"}, {"task_id": "t", "data": None}],
)
def test_a_callback_names_its_task_in_four_places(body):
    assert wire.callback_task_id(json.dumps(body).encode()) == "t"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"data":{"taskId":""}}', b"\xff"])
def test_a_callback_without_a_task_is_none(body):
    assert wire.callback_task_id(body) is None


@given(
    st.binary(max_size=300)
    | st.text(max_size=100).map(lambda text: json.dumps({"data": {"taskId": text}}).encode())
)
def test_whatever_a_callback_names_can_be_signed_and_shown(body):
    task_id = wire.callback_task_id(body)
    if task_id is not None:
        assert task_id.isprintable()
        assert not wire.verify_callback("k", task_id, "0", "x", now=0.0)


def test_a_callback_of_success_looks_as_documented():
    record = TaskRecord("t", "success", result_urls=("https://a/1",), credits=6.5)
    body = record.to_callback(remaining=93.5)
    assert (body["code"], body["msg"]) == (200, "Playground task completed successfully.")
    assert (body["data"]["failCode"], body["data"]["failMsg"]) == (None, None)
    assert (body["data"]["consumeCredits"], body["data"]["remainedCredits"]) == (6.5, 93.5)
    assert TaskRecord.parse(body["data"]).result_urls == ("https://a/1",)


def test_a_callback_of_failure_looks_as_documented():
    body = TaskRecord("t", "fail", fail_code="500", fail_message="Internal server error").to_callback()
    assert (body["code"], body["msg"]) == (501, "Playground task failed.")
    assert body["data"]["resultJson"] is None
    assert (body["data"]["failCode"], body["data"]["consumeCredits"]) == ("500", 0)
    assert "remainedCredits" not in body["data"]


def test_the_signature_is_the_one_other_implementations_compute():
    # printf 'task_1.1700000000' | openssl dgst -sha256 -hmac secret -binary | base64
    assert (
        wire.sign_callback("secret", "task_1", 1700000000) == "ZldUdpiTNjv8C3iG+Nsqf+/7MoUG8WN6i3/xqFapcCM="
    )


@pytest.mark.parametrize(
    ("changes", "genuine"),
    [
        ({}, True),
        ({"now": 1299.0}, True),
        ({"now": 1301.0}, False),
        ({"now": 699.0}, False),
        ({"key": "other"}, False),
        ({"task_id": "u"}, False),
        ({"timestamp": "1001"}, False),
        ({"signature": ""}, False),
        ({"signature": "é"}, False),
    ],
)
def test_a_callback_is_believed_when_signed_and_fresh(changes, genuine):
    claim = {"key": "k", "task_id": "t", "timestamp": "1000", "now": 1000.0}
    claim |= {"signature": wire.sign_callback("k", "t", 1000)} | changes
    assert wire.verify_callback(**claim) is genuine


def test_a_signed_timestamp_that_is_no_number_is_not_believed():
    signature = wire.sign_callback("k", "t", "soon")
    assert not wire.verify_callback("k", "t", "soon", signature, now=0.0)
