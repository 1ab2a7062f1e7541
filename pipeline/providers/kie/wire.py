"""What travels between a client and kie.ai: paths, envelope, records, callbacks. Pure, both directions.

The client parses what the sandbox encodes, so the two cannot drift apart. Nothing here opens a connection,
reads a clock or judges an answer (see ``verdict``). Facts and their disagreements: the survey of public
clients and documentation of 2026-11-22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from pipeline.errors import clean

API_URL = "https://api.kie.ai"
UPLOAD_URL = "https://kieai.redpandaai.co"

CREATE_PATH = "/api/v1/jobs/createTask"
RECORD_PATH = "/api/v1/jobs/recordInfo"
OLD_CREATE_PATH = "/api/v1/playground/createTask"  # some clients still use this pair
OLD_RECORD_PATH = "/api/v1/playground/recordInfo"
CREDIT_PATH = "/api/v1/chat/credit"
DOWNLOAD_URL_PATH = "/api/v1/common/download-url"
UPLOAD_STREAM_PATH = "/api/file-stream-upload"
UPLOAD_BASE64_PATH = "/api/file-base64-upload"
UPLOAD_URL_PATH = "/api/file-url-upload"

OK = 200
GOOD_CODES = frozenset({OK, 0})  # several public clients take 0 for success as well

UNAUTHORISED_MSG = "You do not have access permissions"
UNKNOWN_TASK_CODE = 422
UNKNOWN_TASK_MSG = "recordInfo is null"
UNSUPPORTED_MODEL_CODE = 422
UNSUPPORTED_MODEL_MSG = "The model name you specified is not supported"  # how the text starts

TIMESTAMP_HEADER = "X-Webhook-Timestamp"
SIGNATURE_HEADER = "X-Webhook-Signature"
CALLBACK_AGE_S = 300.0  # no figure in the documentation; the common choice of webhook senders

MAX_TASK_ID = 256
MAX_RETRY_AFTER_S = 3600.0

State = Literal["waiting", "queuing", "generating", "success", "fail"]
STATES: tuple[State, ...] = ("waiting", "queuing", "generating", "success", "fail")


# --- envelope ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``code`` is the envelope's own result, ``None`` when there was no readable one.

    The HTTP status is not the result: errors commonly arrive under HTTP 200, and real HTTP errors occur
    too. Only both together say that a request went well (``ok``).
    """

    http_status: int
    code: int | None
    message: str  # cleaned; ``msg`` or ``message``
    data: Any
    retry_after_s: float | None = None
    task_id: str = ""  # of a task named anywhere in the answer, where it belongs or not

    @classmethod
    def parse(cls, http_status: int, body: bytes, *, retry_after_s: float | None = None) -> Answer:
        """Read any bytes under any status; never raises."""
        envelope = load_json(body)
        if not isinstance(envelope, dict):
            return cls(http_status, None, "", None, retry_after_s)
        code = _integer(envelope.get("code"))
        if code is None and envelope.get("success") is True:
            code = OK  # uploads also carry a flag
        task_id = _mentioned(envelope)
        return cls(http_status, code, _text(envelope), envelope.get("data"), retry_after_s, task_id)

    @property
    def http_ok(self) -> bool:
        """HTTP 2xx."""
        return 200 <= self.http_status < 300  # noqa: PLR2004

    @property
    def ok(self) -> bool:
        """HTTP 2xx and a good code."""
        return self.http_ok and self.code in GOOD_CODES

    @property
    def reason(self) -> int:
        """The number that says what went wrong: the envelope's code unless only HTTP complains."""
        return self.http_status if self.code is None or self.code in GOOD_CODES else self.code

    def says(self, number: int) -> bool:
        """Whether either layer carries this number."""
        return number in (self.http_status, self.code)


def envelope(
    data: Any, code: int = OK, msg: str = "success", *, text_field: Literal["msg", "message"] = "msg"
) -> dict[str, Any]:
    """An answer as the service sends it."""
    return {"code": code, text_field: msg, "data": data}


def upload_envelope(data: Any, code: int = OK, msg: str = "File uploaded successfully") -> dict[str, Any]:
    """An answer of the upload host, which adds a flag."""
    return {"success": code == OK, **envelope(data, code, msg)}


def encode(value: object) -> bytes:
    """JSON as it is sent, in both directions. Raises ``ValueError`` for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def load_json(text: bytes | str) -> Any:
    """Parsed JSON, or ``None`` for anything that is not JSON, however odd."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def retry_after_s(value: str | None, now: float) -> float | None:
    """Seconds to wait from a ``Retry-After`` header: seconds or an HTTP date; at most an hour.

    ``now`` is in seconds since the epoch. ``None`` for a missing or unreadable header.
    """
    if not value:
        return None
    seconds = number(value.strip())
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return min(max(0.0, seconds), MAX_RETRY_AFTER_S)


# --- create ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """The body of a create. ``callback_url`` is ``None`` for none."""

    model: str
    input: Mapping[str, Any]
    callback_url: str | None = None

    @classmethod
    def parse(cls, body: object) -> CreateRequest | None:
        """From parsed JSON; ``None`` unless it has a model's name and an input object."""
        if not isinstance(body, dict):
            return None
        model, inputs, callback = body.get("model"), body.get("input"), body.get("callBackUrl")
        if not isinstance(model, str) or not model or not isinstance(inputs, dict):
            return None
        # An empty string means no callback: one public client always sends it.
        return cls(model, inputs, callback if isinstance(callback, str) and callback else None)

    def to_json(self) -> dict[str, Any]:
        """The body, and also what a record repeats as ``param``."""
        body: dict[str, Any] = {"model": self.model, "input": dict(self.input)}
        if self.callback_url:
            body["callBackUrl"] = self.callback_url
        return body


def created(task_id: str) -> dict[str, Any]:
    """``data`` of a good create."""
    return {"taskId": task_id, "recordId": task_id}


def task_id_of(data: object) -> str | None:
    """The task id in a create's ``data``, a callback's ``data`` or a callback itself."""
    if not isinstance(data, dict):
        return None
    for name in ("taskId", "task_id", "recordId"):
        value = data.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and _is_task_id(value):
            return value
    return None


def _mentioned(value: object, depth: int = 4) -> str:
    """The first task id at any place of an answer, down to ``depth`` levels; empty for none."""
    if found := task_id_of(value):
        return found
    if not depth or not isinstance(value, dict | list):
        return ""
    inner = value.values() if isinstance(value, dict) else value
    return next((found for one in inner if (found := _mentioned(one, depth - 1))), "")


def _is_task_id(value: str) -> bool:
    return 0 < len(value) <= MAX_TASK_ID and value.isprintable() and not value.isspace()


# --- record ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What the service knows about a task. Times are ms since the epoch, ``None`` while unknown."""

    task_id: str
    state: str  # one of STATES, or whatever else was said
    model: str = ""
    param: Mapping[str, Any] = field(default_factory=dict)
    result_urls: tuple[str, ...] = ()
    fail_code: str = ""
    fail_message: str = ""
    credits: float | None = None
    progress: int | None = None  # percent; only some models say
    cost_time_ms: int | None = None
    created_ms: int | None = None
    completed_ms: int | None = None
    updated_ms: int | None = None

    @classmethod
    def parse(cls, data: object) -> TaskRecord | None:
        """From ``data`` of an answer or a callback; ``None`` unless it is an object with a state."""
        state = data.get("state") if isinstance(data, dict) else None
        state = clean(state, 40) if isinstance(state, str) else ""
        if not isinstance(data, dict) or not state:
            return None
        return cls(
            task_id=task_id_of(data) or "",
            state=state,
            model=_string(data.get("model")),
            param=_object(data.get("param")),
            result_urls=_urls(data.get("resultJson")),
            fail_code=clean(_string(data.get("failCode")), 40),
            fail_message=clean(_string(data.get("failMsg"))),
            credits=_credits(data),
            progress=_percent(data.get("progress")),
            cost_time_ms=_integer(data.get("costTime")),
            created_ms=_integer(data.get("createTime")),
            completed_ms=_integer(data.get("completeTime")),
            updated_ms=_integer(data.get("updateTime")),
        )

    @property
    def callback_url(self) -> str:
        """Where the create asked to be called back; empty where nothing was asked or nothing is said."""
        return _string(self.param.get("callBackUrl"))

    @property
    def finished(self) -> bool:
        return self.state in ("success", "fail")

    def to_json(self) -> dict[str, Any]:
        """``data`` of recordInfo: ``resultJson`` and ``param`` are strings, ``""`` and null as seen live."""
        data: dict[str, Any] = {
            "taskId": self.task_id,
            "model": self.model,
            "state": self.state,
            "param": encode(dict(self.param)).decode(),
            "resultJson": self._result_json() if self.state == "success" else "",
            "failCode": self.fail_code if self.finished else None,
            "failMsg": self.fail_message if self.finished else None,
            "costTime": self.cost_time_ms,
            "completeTime": self.completed_ms,
            "createTime": self.created_ms,
            "updateTime": self.updated_ms,
        }
        if self.credits is not None:
            data["creditsConsumed"] = _plain(self.credits)
        if self.progress is not None:
            data["progress"] = self.progress
        return data

    def to_callback(self, remaining: float | None = None) -> dict[str, Any]:
        """The whole body of a callback; ``remaining`` is the account's balance in credits."""
        done = self.state == "success"
        data = self.to_json() | {"resultJson": self._result_json() if done else None}
        if done:
            data |= {"failCode": None, "failMsg": None}
        data["consumeCredits"] = _plain(data.pop("creditsConsumed", 0))
        if remaining is not None:
            data["remainedCredits"] = _plain(remaining)
        if done:
            return envelope(data, OK, "Playground task completed successfully.")
        return envelope(data, 501, "Playground task failed.")

    def _result_json(self) -> str:
        return encode({"resultUrls": list(self.result_urls)}).decode()


def _urls(result: object) -> tuple[str, ...]:
    """URLs of finished media; other keys (``resultWaterMarkUrls``, first and last frames) are not results."""
    found = load_json(result) if isinstance(result, str) else result
    urls = found.get("resultUrls") if isinstance(found, dict) else found
    if isinstance(urls, str):
        urls = [urls]
    if not isinstance(urls, list):
        return ()
    return tuple(dict.fromkeys(url.strip() for url in urls if isinstance(url, str) and url.strip()))


def _credits(data: Mapping[str, Any]) -> float | None:
    names = ("creditsConsumed", "consumeCredits", "credits_consumed")
    found = (number(data.get(name)) for name in names)
    return next((value for value in found if value is not None and value >= 0), None)


def _percent(value: object) -> int | None:
    found = number(value)
    return None if found is None else int(min(max(found, 0.0), 100.0))


# --- credits, uploads --------------------------------------------------------------------------------


def balance_of(data: object) -> float | None:
    """Credits left: a bare number, perhaps fractional; one client's tests allow for an object."""
    return number(data.get("remainingCredits") if isinstance(data, dict) else data)


def upload_url_of(data: object) -> str | None:
    """Where an uploaded file can be had."""
    if not isinstance(data, dict):
        return None
    urls = (data.get(name) for name in ("downloadUrl", "fileUrl"))
    return next((url for url in urls if isinstance(url, str) and url and url.isprintable()), None)


def uploaded(
    name: str, path: str, url: str, *, size_bytes: int, mime_type: str, uploaded_at: str
) -> dict[str, Any]:
    """``data`` of a good upload; ``uploaded_at`` is ISO 8601."""
    return {
        "success": True,
        "fileName": name,
        "filePath": path,
        "downloadUrl": url,
        "fileSize": size_bytes,
        "mimeType": mime_type,
        "uploadedAt": uploaded_at,
    }


# --- callbacks ---------------------------------------------------------------------------------------


def callback_task_id(body: bytes) -> str | None:
    """Which task a callback speaks of: ``data.taskId``, ``data.task_id``, or either at the top level.

    Nothing else in it may be trusted: the body is not signed. Ask for the record instead.
    """
    message = load_json(body)
    if not isinstance(message, dict):
        return None
    return task_id_of(message.get("data")) or task_id_of(message)


def sign_callback(key: str, task_id: str, timestamp: int | str) -> str:
    """base64(HMAC-SHA256(key, task id + "." + Unix seconds)), as ``X-Webhook-Signature`` carries it."""
    mac = hmac.new(key.encode(), f"{task_id}.{timestamp}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def verify_callback(
    key: str, task_id: str, timestamp: str, signature: str, *, now: float, max_age_s: float = CALLBACK_AGE_S
) -> bool:
    """Whether a callback's headers are genuine and at most ``max_age_s`` seconds from ``now`` (epoch)."""
    expected = sign_callback(key, task_id, timestamp)
    genuine = hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
    sent = number(timestamp)
    return genuine and sent is not None and abs(now - sent) <= max_age_s


# --- reading loosely ---------------------------------------------------------------------------------


def number(value: object) -> float | None:
    """A finite number, also when it was sent as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _integer(value: object) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def _plain(value: float) -> float:
    """Whole credits as a whole number, as the service writes them."""
    return int(value) if value == int(value) else value


def _text(message: Mapping[str, Any]) -> str:
    texts = (message.get(name) for name in ("msg", "message", "error", "detail"))
    return clean(next((text for text in texts if isinstance(text, str) and text), ""))


def _string(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _object(value: object) -> Mapping[str, Any]:
    found = load_json(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}
