"""One service spoken to with the key: a paid request goes out once, a bounded answer comes back, unjudged."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx

from pipeline.clock import Clock
from pipeline.errors import AuthenticationFailed
from pipeline.providers.kie.api import Key
from pipeline.providers.net import hosts
from pipeline.providers.net.body import pieces
from pipeline.providers.openai import wire
from pipeline.providers.openai.request import Outgoing
from pipeline.providers.openai.wire import Answer

BASE_URL_NAME = "OPENAI_BASE_URL"
KEY_NAME = "OPENAI_API_KEY"
CREATE_S = 600.0  # a picture takes up to minutes, and a lost answer is a lost picture: the SDKs wait as long
LOOK_S = 20.0
OVERHEAD_BYTES = 1024 * 1024  # of an answer besides its picture


def base_url(url: str) -> str:
    """The base URL with its path, ``/v1`` where it has none.

    The rules are those of every service (``kie.hosts.base_url``): the key never travels in the clear. Raises
    ``UsageError``.
    """
    hosts.base_url(url, BASE_URL_NAME)
    parsed = httpx.URL(url.strip())
    return str(parsed).rstrip("/") + (wire.API_PATH if parsed.path in ("", "/") else "")


def key_of(value: str, *, optional: bool) -> Key | None:
    """The key; None where none is needed and none is given. Raises ``AuthenticationFailed``."""
    if optional and not value.strip():
        return None
    try:
        return Key(value)
    except AuthenticationFailed as error:
        raise AuthenticationFailed(error.message, hint=f"Set {KEY_NAME} as its owner gave it.") from error


class Api:
    """Requests to one base URL; ``max_bytes`` bounds the picture in an answer."""

    def __init__(
        self, url: str, client: httpx.AsyncClient, key: Key | None, clock: Clock, *, max_bytes: int
    ) -> None:
        self._url = url
        self._client = client
        self._key = key
        self._clock = clock
        self._most_bytes = max_bytes * 4 // 3 + OVERHEAD_BYTES

    async def post(self, request: Outgoing) -> Answer:
        """Send it, once. Raises ``NETWORK_ERRORS``."""
        headers = {"Accept-Encoding": "gzip", **request.headers, **self._credentials()}
        url = self._url + request.path
        async with (
            asyncio.timeout(CREATE_S),
            self._client.stream("POST", url, headers=headers, **request.body) as response,
        ):
            content = await self._bounded(response)
        answer = await asyncio.to_thread(
            Answer.parse, response.status_code, content, response.headers, self._clock.time()
        )
        return without(self._key, answer)

    async def look(self, path: str) -> int:
        """The HTTP status of a free question, its answer unread. Raises ``NETWORK_ERRORS``."""
        async with (
            asyncio.timeout(LOOK_S),
            self._client.stream("GET", self._url + path, headers=self._credentials()) as response,
        ):
            return response.status_code

    def _credentials(self) -> dict[str, str]:
        return self._key.headers() if self._key else {}

    async def _bounded(self, response: httpx.Response) -> bytes:
        """The answer's bytes; of one too large to be genuine, nothing (which then reads as no answer)."""
        content = bytearray()
        async for piece in pieces(response):
            content += piece
            if len(content) > self._most_bytes:
                return b""
        return bytes(content)


def without(key: Key | None, answer: Answer) -> Answer:
    """An answer with the key hidden in every text of it that is kept or shown."""
    if key is None:
        return answer
    error = answer.error
    if error is not None:
        texts = {name: key.hide(getattr(error, name)) for name in ("message", "type", "code", "param")}
        error = replace(error, **texts)
    pictures = tuple({**one, "url": key.hide(one["url"])} if "url" in one else one for one in answer.pictures)
    return replace(answer, error=error, pictures=pictures)
