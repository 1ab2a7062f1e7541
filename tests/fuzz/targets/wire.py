"""What a service may answer: any status and any bytes, read as records and judged as creates and states.

The rules below are written anew, from the promise that a create is sent again only when it provably was not
accepted, and not from the code that keeps it.
"""

from __future__ import annotations

import json
import math
from typing import Any

from fuzz.campaign import Target, promise
from fuzz.mutation import mutated, pick
from hypothesis import strategies as st

from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    ProviderError,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
)
from pipeline.providers.kie import verdict, wire
from pipeline.providers.kie.wire import Answer, CreateRequest, TaskRecord

KEY = "0123456789abcdef-the-secret-key"
NOW = 1_790_000_000.0
SENT = ("prompt", "aspect_ratio", "image_input")
STATUSES = [200, 201, 204, 206, 301, 302, 303, 307, 400, 401, 402, 403, 404, 408, 409, 413, 422, 425, 429,
433, 451,
            455, 500, 501, 502, 503, 504, 505, 520, 524, 599]  # fmt: skip

texts = st.sampled_from([
    "success", "", "Insufficient credits", "The account balance is not enough", "prompt is required",
    "image_input: bad", "Internal server error", "invalid response from upstream", "recordInfo is null",
    "model name is not supported",
    "You do not have access permissions", "\x1b[2Jgone", "\u202e", "a" * 5000, "<html>", "task not found",
    "no credits", "Server exception, please try again later", "'prompt' exceeds the limit",
]) | st.text(max_size=20)  # fmt: skip
numbers = st.sampled_from(
    [
        *STATUSES,
        0,
        1,
        -1,
        200.5,
        10**30,
        1e308,
        2**63,
        "200",
        "0",
        "422",
        " 200 ",
        "2_00",
        "٢٠٠",
        "1e3",
        "nan",
        "inf",
        True,
    ]
)
scalars = st.none() | st.booleans() | numbers | texts
urls = st.sampled_from([
    "https://cdn.example/a.png", "file:///etc/passwd", "http://127.0.0.1/a", "//x", "", " ",
    "https://\ud800", "a" * 9000, "https://x/\n", "http://[::1]/", "https://cdn.example/\x1b[0m.png",
])  # fmt: skip
ids = st.sampled_from(["task-1", "a" * 257, "", " ", "\ud800", "a\x00b", "é", "0" * 32]) | st.integers(
    0, 10**20
)
_results = st.lists(urls, max_size=3) | urls | scalars
_result_json = st.one_of(
    st.builds(lambda found: json.dumps({"resultUrls": found}), _results),
    st.builds(lambda found: {"resultUrls": found}, _results),
    st.sampled_from(["", "null", "{", "[]", "[" * 2000, '{"resultUrls": {"a": 1}}']),
)
records = st.fixed_dictionaries(
    {"taskId": ids, "state": st.sampled_from([*wire.STATES, "success", "odd", "", "\x1b[0m", 5])},
    optional={
        "model": scalars,
        "param": scalars | st.just('{"a": 1}') | st.just({"a": 1}),
        "resultJson": _result_json,
        "failCode": scalars,
        "failMsg": texts,
        "creditsConsumed": scalars,
        "consumeCredits": scalars,
        "progress": scalars,
        "costTime": scalars,
        "createTime": scalars,
        "recordId": ids,
        "task_id": ids,
        "downloadUrl": urls,
        "fileUrl": urls,
        "remainingCredits": scalars,
    },
)
_anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "code": numbers | scalars,
        "msg": texts | scalars,
        "message": texts,
        "data": records | ids | scalars | _anything | st.lists(records, max_size=2),
        "success": scalars,
        "taskId": ids,
        "error": texts | _anything,
        "detail": texts,
    },
)


def as_json(value: Any) -> bytes:
    """JSON, also of what UTF-8 cannot hold: escaped, or as the bytes of a careless service."""
    return json.dumps(value).encode() if len(str(value)) % 3 else _careless(value)


def _careless(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


_PAGES = [b"", b"<html>502 Bad Gateway</html>", b"null", b"[]", b"true", b'"x"', b"\xff\xfe{\x00}\x00",
b"[" * 100_000,
          b'{"code":' + b"9" * 5000 + b"}", b'{"code":1e999}', b'{"a":NaN}', b"\x00", b"{" * 50]  # fmt: skip
SEEN = [
    b'{"code":200,"msg":"success","data":{"taskId":"task-1","recordId":"task-1"}}',
    b'{"code":200,"message":"success","data":{"taskId":"t","state":"success","resultJson":"{\\"resultUrls\\":[\\"https://a/b.png\\"]}","creditsConsumed":18.0,"param":"{}","failCode":"","failMsg":null,"costTime":12,"createTime":1}}',
    b'{"code":200,"msg":"success","data":{"taskId":"t","state":"fail","resultJson":"","failCode":"500","failMsg":"x"}}',
    b'{"code":422,"msg":"recordInfo is null","data":null}',
    b'{"code":402,"msg":"Insufficient credits","data":null}',
    b'{"code":200,"msg":"success","data":81.5}',
    b'{"success":true,"code":200,"data":{"downloadUrl":"https://cdn/x.png"}}',
]
WORDS = [b'"taskId":', b'"code":', b"200", b"422", b"null", b'"data":', b"{", b"}", b"[", b"]", b'"',
b"\\u0000", b",",
          b"\\ud800", b"1e999", b"NaN", b"-", b"true", b'"state":"success",', b"9" * 400,
          b'"success":true,']  # fmt: skip
bodies = (
    envelopes.map(as_json)
    | st.builds(lambda code, data: as_json({"code": code, "msg": "m", "data": data}), numbers, records)
    | pick(_PAGES)
    | mutated(SEEN, WORDS, most=4)
)
statuses = st.sampled_from([200, 200, 200, *STATUSES])
waits = st.sampled_from([
    "", "0", "3", "-1", "1e9", "nan", "Wed, 21 Oct 2099 07:28:00 GMT", "Wed, 21 Oct 0001 07:28:00 -9999",
    "0,", " ", ":::",
    "Wed, 21 Oct 99999 07:28:00 GMT", "٣", "1" * 5000, "Mon, 0 Foo 0 99:99:99 +99999999999999", "\x00",
    "1, 2, 3, 4",
]) | st.text(max_size=12)  # fmt: skip
answers = st.tuples(statuses, waits, bodies)


def check(value: tuple[int, str, bytes]) -> str:
    status, wait, body = value
    wait_s = wire.retry_after_s(wait, NOW)
    promise(wait_s is None or 0 <= wait_s <= wire.MAX_RETRY_AFTER_S, "a wait is bounded", wait_s)
    answer = Answer.parse(status, body, retry_after_s=wait_s)
    promise(answer.code is None or type(answer.code) is int, "a code is a number", answer.code)
    promise(
        answer.message.isprintable() and len(answer.message) <= 300, "a message can be shown", answer.message
    )
    check_record(answer.data)
    check_small(answer.data, body)
    check_status(answer)
    return check_create(answer, body)


def check_create(answer: Answer, body: bytes) -> str:
    """A create that may have been accepted is never taken for one that was not."""
    try:
        task_id = verdict.create_task_id(answer, "nano-banana-pro", SENT)
    except ProviderError as error:
        check_error(error)
        refused = isinstance(error, RateLimited | RequestRejected | OutOfCredits | AuthenticationFailed)
        promise(refused or type(error) is OutcomeUnknown, "a create is refused or unknown", type(error))
        for reason in may_be_accepted(answer, body):
            promise(
                not refused, f"not provably refused: {reason}", f"{type(error).__name__} for {answer!r:.300}"
            )
        return "refused" if refused else "unknown"
    good = answer.http_ok and answer.code in (None, 0, 200)
    promise(good, "a task id counts only in a good answer", answer)
    promise(task_id.isprintable() and task_id.encode(), "a task id can be kept", ascii(task_id))
    promise(
        task_id in {str(found) for found in ids_in(answer.data)}, "a task id is one that was given", task_id
    )
    return "accepted"


def may_be_accepted(answer: Answer, body: bytes) -> list[str]:
    """Why the service may have taken the create, whatever else it says."""
    said = wire.load_json(body)
    reasons = []
    if any(usable(found) for found in ids_in(said)):
        reasons.append("the answer names a task")
    if answer.code in (0, 200):
        reasons.append("the envelope says success")
    if answer.code is None and not answer.message and answer.http_status in (200, 201, 204, 206, 303, 408):
        reasons.append("HTTP says it was received, and nothing else is said")
    if answer.code is None and not answer.message and answer.http_status >= 500 and answer.http_status != 501:
        reasons.append("a server in trouble says nothing about the create")
    return reasons


def ids_in(data: Any, depth: int = 0) -> list[Any]:
    """Everything in an answer that is called a task's id."""
    if depth > 20:
        return []
    if isinstance(data, list):
        return [found for item in data for found in ids_in(item, depth + 1)]
    if not isinstance(data, dict):
        return []
    own = [data[name] for name in ("taskId", "task_id", "recordId") if name in data]
    return own + [found for item in data.values() for found in ids_in(item, depth + 1)]


def usable(found: Any) -> bool:
    if isinstance(found, int) and not isinstance(found, bool):
        return found > 0
    return isinstance(found, str) and 0 < len(found) <= 256 and found.isprintable() and bool(found.strip())


def check_status(answer: Answer) -> None:
    try:
        status = verdict.task_status(answer)
    except ProviderError as error:
        check_error(error)
        kinds = AuthenticationFailed | RateLimited | ServiceUnavailable
        promise(isinstance(error, kinds), "a question about a task never condemns it", type(error))
        return
    texts = (status.raw_state, status.fail_code, status.fail_message)
    promise(all(text.isprintable() and len(text) <= 300 for text in texts), "a status can be shown", texts)
    promise(status.state != "success" or answer.ok, "success comes in a good answer", answer)
    promise(status.state == "success" or not status.urls, "results come with success", status)
    promise(status.credits is None or 0 <= status.credits < math.inf, "credits are a number", status.credits)
    promise(status.progress is None or 0 <= status.progress <= 100, "progress is in percent", status.progress)


def check_error(error: ProviderError) -> None:
    text = str(error)
    promise(all(line.isprintable() for line in text.split("\n")), "an error can be shown", ascii(text))
    promise(len(text) <= 2000, "an error is of readable length", len(text))


def check_record(data: Any) -> None:
    """What the sandbox would send of a record is read as that record again."""
    record = TaskRecord.parse(data)
    if record is not None:
        promise(record.state.isprintable(), "a state can be shown", ascii(record.state))
        promise(
            all(isinstance(url, str) and url for url in record.result_urls), "results are addresses", record
        )
    if record is None or not record.state or not _sendable(record):
        return
    again = TaskRecord.parse(json.loads(wire.encode(record.to_json())))
    promise(again is not None, "a record that was read can be sent")
    promise(again is None or again.state == record.state, "a state survives the wire", (record, again))
    wire.encode(record.to_callback(3.5))


def _sendable(record: TaskRecord) -> bool:
    """UTF-8 cannot hold half of a surrogate pair; nobody sends on what holds one."""
    try:
        texts = (record.task_id, record.model, record.state, *record.result_urls)
        json.dumps([dict(record.param), texts], ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def check_small(data: Any, body: bytes) -> None:
    balance = wire.balance_of(data)
    promise(balance is None or math.isfinite(balance), "a balance is a number", balance)
    url = wire.upload_url_of(data)
    if url is not None:
        promise(
            url.encode("utf-8", "replace").decode() == url,
            "an uploaded picture's address can be sent",
            ascii(url),
        )
    request = CreateRequest.parse(wire.load_json(body))
    promise(
        request is None or CreateRequest.parse(request.to_json()) == request, "a create survives the wire"
    )
    task_id = wire.callback_task_id(body)
    if task_id is not None:
        check_signature(task_id)
    wire.verify_callback(KEY, "t", body[:40].decode("latin-1"), body[:40].decode("latin-1"), now=NOW)


def check_signature(task_id: str) -> None:
    sign = wire.sign_callback(KEY, task_id, int(NOW))
    promise(wire.verify_callback(KEY, task_id, str(int(NOW)), sign, now=NOW), "a genuine callback is known")
    for forged in (sign[:-2], sign.lower(), "", sign + "=", "\x00", "é"):
        known = wire.verify_callback(KEY, task_id, str(int(NOW)), forged, now=NOW)
        promise(forged == sign or not known, "a forged callback is refused", forged)


TARGET = Target("wire", answers, check, batch=400)
