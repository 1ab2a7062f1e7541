"""OpenAI's images API as it travels: ``images/generations`` and ``images/edits``. The sandbox speaks it too.

Source: the API reference at developers.openai.com, as of 2026-11. One request, one answer: the answer holds
the pictures, as base64 (``b64_json``) or, from some compatible servers, as addresses (``url``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import clean
from pipeline.providers.kie.wire import load_json, number, retry_after_s

API_URL = "https://api.openai.com/v1"
API_PATH = "/v1"  # what a base URL without a path is given
GENERATIONS_PATH = "/images/generations"
EDITS_PATH = "/images/edits"
MODELS_PATH = "/models"
PREFIX = "openai/"  # of the catalogue's names; the service's own have none
PICTURE_FIELD = "image"  # the catalogue's name of the input that takes pictures
PARTS_FIELD = "image[]"  # the same in a form, once for every picture
DATA_URL = "data:"

OK = 200
BAD_REQUEST = 400
UNAUTHORISED = 401
NOT_FOUND = 404
TOO_MANY = 429
SERVER_ERROR = 500
UNAVAILABLE = 503

# Of a 429 (one of them also of a 400): no waiting helps, somebody has to pay or to raise a limit.
OUT_OF_CREDITS = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "billing_not_active",
    }
)
BLOCKED = frozenset({"moderation_blocked", "content_policy_violation", "image_generation_user_error"})


# --- requests ----------------------------------------------------------------------------------------


def service_model(model: str) -> str:
    """The model's name as the service spells it."""
    return model.removeprefix(PREFIX)


def encode(value: object) -> bytes:
    """JSON as it is sent, in both directions. Raises ``ValueError`` for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def body_of(model: str, inputs: Mapping[str, Any], addresses: Sequence[str] = ()) -> dict[str, Any]:
    """A JSON body: of a generation, or of an edit of pictures at ``addresses`` (``data:`` ones included)."""
    body = {"model": service_model(model), **_plain(inputs)}
    if addresses:
        body["images"] = [{"image_url": address} for address in addresses]
    return body


def form_of(model: str, inputs: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a multipart form, which knows texts only; pictures are its ``image[]`` parts."""
    return {name: _text(value) for name, value in body_of(model, inputs).items()}


def _plain(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name != PICTURE_FIELD and value is not None}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- answers -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Complaint:
    """``error`` of an answer; every text is cleaned."""

    message: str = ""
    type: str = ""
    code: str = ""
    param: str = ""

    @property
    def words(self) -> frozenset[str]:
        """What names the kind of trouble: billing troubles share a type, and differ by code."""
        return frozenset({self.type, self.code}) - {""}


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens the service counted for one request."""

    text_in: float = 0.0
    image_in: float = 0.0
    out: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``error`` is None where no readable one was given.

    ``pictures`` holds ``{"b64_json": …}`` or ``{"url": …}`` of each picture; ``usage`` is None where nothing
    is said of it. ``readable``: whether it was a JSON object at all.
    """

    http_status: int
    error: Complaint | None = None
    pictures: tuple[Mapping[str, str], ...] = ()
    usage: Usage | None = None
    retry_after_s: float | None = None
    readable: bool = False

    @classmethod
    def parse(cls, http_status: int, body: bytes, headers: Mapping[str, str], now: float) -> Answer:
        """Read any bytes under any status; never raises. ``now`` is in seconds since the epoch."""
        data = load_json(body)
        wait_s = retry_after_s(headers.get("Retry-After"), now)
        if not isinstance(data, dict):
            return cls(http_status, retry_after_s=wait_s)
        return cls(
            http_status,
            error=_complaint(data.get("error")),
            pictures=_pictures(data.get("data")),
            usage=_usage(data.get("usage")),
            retry_after_s=wait_s,
            readable=True,
        )

    @property
    def ok(self) -> bool:
        """HTTP 2xx."""
        return 200 <= self.http_status < 300  # noqa: PLR2004


def answered(pictures: Sequence[Mapping[str, str]], created: int, usage: Usage | None) -> dict[str, Any]:
    """A good answer; ``created`` is in seconds since the epoch."""
    body: dict[str, Any] = {"created": created, "data": [dict(picture) for picture in pictures]}
    if usage is not None:
        body["usage"] = {
            "input_tokens": round(usage.text_in + usage.image_in),
            "input_tokens_details": {
                "text_tokens": round(usage.text_in),
                "image_tokens": round(usage.image_in),
            },
            "output_tokens": round(usage.out),
            "total_tokens": round(usage.text_in + usage.image_in + usage.out),
        }
    return body


def complained(message: str, kind: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """The body of an error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _complaint(error: object) -> Complaint | None:
    """Some compatible servers say ``error`` in one text."""
    if isinstance(error, str) and error:
        return Complaint(clean(error))
    if not isinstance(error, dict):
        return None
    message, kind, code, param = (error.get(name) for name in ("message", "type", "code", "param"))
    texts = (clean(value, 200) if isinstance(value, str | int) else "" for value in (kind, code, param))
    return Complaint(clean(message) if isinstance(message, str) else "", *texts)


def _pictures(data: object) -> tuple[Mapping[str, str], ...]:
    found = (_picture(one) for one in data) if isinstance(data, list) else ()
    return tuple(picture for picture in found if picture)


def _picture(one: object) -> Mapping[str, str]:
    if not isinstance(one, dict):
        return {}
    content, address = one.get("b64_json"), one.get("url")
    if isinstance(content, str) and content:
        return {"b64_json": content}
    if isinstance(address, str) and address.startswith(DATA_URL):
        return {"b64_json": address.partition(",")[2]}
    return {"url": address.strip()} if isinstance(address, str) and address.strip() else {}


def _usage(data: object) -> Usage | None:
    if not isinstance(data, dict):
        return None
    told, out = number(data.get("input_tokens")), number(data.get("output_tokens"))
    details = data.get("input_tokens_details")
    images = number(details.get("image_tokens")) if isinstance(details, dict) else None
    if told is None or out is None or min(told, out, images or 0.0) < 0:
        return None
    image_in = min(images or 0.0, told)
    return Usage(told - image_in, image_in, out)
