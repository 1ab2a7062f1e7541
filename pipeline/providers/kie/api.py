"""One kie.ai host, spoken to with the key: a request goes out, a bounded answer comes back, unjudged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from pipeline import digest
from pipeline.clock import Clock
from pipeline.errors import AuthenticationFailed, RateLimited, ServiceUnavailable
from pipeline.providers.kie import wire
from pipeline.providers.kie.wire import Answer
from pipeline.providers.net.body import pieces
from pipeline.providers.net.http import RETRIES

MAX_ANSWER_BYTES = 4 * 1024 * 1024  # a record has a few kB
MAX_WAIT_S = 30.0  # of a Retry-After obeyed while a caller waits
_SECRET_LENGTH = 8  # the sandbox's key is shorter, and no secret
_JSON = {"Content-Type": "application/json"}  # documented on every call, GET included
_PACKED = {"Accept-Encoding": "gzip"}  # what ``body`` unpacks within bounds


def _is_passing(error: Exception) -> bool | float:
    """Whether asking again may help, and after how many seconds when the service said."""
    if isinstance(error, RateLimited) and error.retry_after_s is not None:
        return min(error.retry_after_s, MAX_WAIT_S)
    return isinstance(error, RateLimited | ServiceUnavailable)


retry_reads = RETRIES.on(_is_passing)


class Key:
    """An API key that can be sent and can be taken out of texts, and shows in no representation."""

    __slots__ = ("_spellings", "_value")

    def __init__(self, value: str) -> None:
        """Raises ``AuthenticationFailed`` for what cannot be a key; the message never holds it."""
        self._value = value.strip()
        if not self._value:
            raise AuthenticationFailed("there is no API key", hint="Set KIE_AI_API_KEY, or use --sandbox.")
        if not (self._value.isascii() and self._value.isprintable()) or " " in self._value:
            raise AuthenticationFailed(
                "the API key holds a character no key has (a space, a line break, a typographic quote)",
                hint="Copy it again from https://kie.ai/api-key.",
            )

        # As it is, within JSON in a string, and within a URL.
        self._spellings = {self._value, self._value.replace("/", "\\/"), quote(self._value, safe="")}

    def __repr__(self) -> str:
        return "Key(****)"

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._value}"}

    def hide(self, text: str) -> str:
        """What a service said, without the key should it repeat it. A short one might be any word."""
        for spelling in self._spellings if len(self._value) >= _SECRET_LENGTH else ():
            text = text.replace(spelling, "****")
        return text

    def fingerprint(self) -> str:
        """A name for the account that does not lead back to the key."""
        return digest.of_data(["asset-pipeline account", self._value])[:12]


class Api:
    """Requests to one base URL. ``total_s`` bounds each, from connecting to the answer's last byte."""

    def __init__(
        self, base_url: str, client: httpx.AsyncClient, key: Key, clock: Clock, *, total_s: float
    ) -> None:
        self.base_url = base_url
        self._client = client
        self._key = key
        self._clock = clock
        self._total_s = total_s

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Raises ``NETWORK_ERRORS``."""
        return await self._send("GET", path, _JSON, params=dict(params or {}))

    async def post(self, path: str, body: object) -> Answer:
        """Send JSON. Raises ``NETWORK_ERRORS``."""
        return await self._send("POST", path, _JSON, content=wire.encode(body))

    async def post_form(self, path: str, fields: Mapping[str, str], files: Mapping[str, Any]) -> Answer:
        """Send a multipart form. Raises ``NETWORK_ERRORS``."""
        return await self._send("POST", path, {}, data=dict(fields), files=dict(files))

    async def _send(self, method: str, path: str, headers: Mapping[str, str], **body: Any) -> Answer:
        url, headers = self.base_url + path, {**self._key.headers(), **_PACKED, **headers}
        async with (
            asyncio.timeout(self._total_s),
            self._client.stream(method, url, headers=headers, **body) as response,
        ):
            content = await _bounded(pieces(response))
        wait_s = wire.retry_after_s(response.headers.get("Retry-After"), self._clock.time())
        return Answer.parse(response.status_code, without(self._key, content), retry_after_s=wait_s)


def without(key: Key, content: bytes) -> bytes:
    """An answer with the key hidden in every text of it, however JSON spelled it; no JSON, no answer."""
    try:
        return json.dumps(_hidden(wire.load_json(content), key)).encode()
    except RecursionError:
        return b""


def _hidden(value: Any, key: Key) -> Any:
    if isinstance(value, str):
        return key.hide(value)
    if isinstance(value, list):
        return [_hidden(item, key) for item in value]
    if isinstance(value, dict):
        return {key.hide(name): _hidden(item, key) for name, item in value.items()}
    return value


async def _bounded(pieces: AsyncIterator[bytes]) -> bytes:
    """The answer's bytes; of one too large to be genuine, nothing (which then reads as no answer)."""
    content = bytearray()
    async for piece in pieces:
        content += piece
        if len(content) > MAX_ANSWER_BYTES:
            return b""
    return bytes(content)
