"""Where kie.ai calls when a task has ended: a small HTTP server in the run's own event loop.

Anybody can reach it, so it does as little as possible: it checks that a call carries one of our tokens and,
with a key, a fresh signature; then it says "look at this task" and answers. Nothing in a call is believed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import SplitResult, urlsplit

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.clock import Clock
from pipeline.errors import UsageError, clean
from pipeline.generate.callbacks import Callbacks
from pipeline.providers.kie import wire
from pipeline.providers.net import hosts

DEFAULT_PORT: Final = 8787
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
MAX_PORT: Final = 65_535
MAX_BODY_BYTES: Final = 64 * 1024  # a callback of one picture has about 2 KB
MAX_HEAD_BYTES: Final = 16 * 1024
MOST_CONNECTIONS: Final = 128  # a hundred tasks may end together, and each call takes milliseconds
CONNECTION_S: Final = 10.0  # from accept to answer; the service gives up after 15 s (kie-api.md section 5)
ABOUT: Final = "This is where a running asset pipeline is told that a task has ended. POST only.\n"


@dataclass(frozen=True, slots=True)
class Webhook:
    """The address the service calls, where we listen for it, and the key that signs calls, if any."""

    url: str
    host: str
    port: int  # 0: a free one
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, listen: str = "", key: str = "") -> Webhook:
        """From ``--webhook``, ``--webhook-listen`` and the environment. Raises ``UsageError``."""
        address = _public(url)
        if not key.isascii() or not key.isprintable():
            raise UsageError("KIE_WEBHOOK_KEY holds a character no key has", hint="Copy it again.")
        local = address.hostname in LOOPBACK
        host, port = _listen_at(listen) if listen else ("127.0.0.1", DEFAULT_PORT)
        if local and not listen:
            host, port = address.hostname or "", 80 if address.port is None else address.port
        return cls(url.rstrip("/"), host, port, key)

    @property
    def is_private(self) -> bool:
        """Whether the address means something on this machine or network only."""
        return hosts.is_private_name(urlsplit(self.url).hostname or "")

    @property
    def is_loopback(self) -> bool:
        """Whether the address means this machine."""
        return urlsplit(self.url).hostname in LOOPBACK

    def at(self, port: int) -> Webhook:
        """The same with the port that a 0 became, in the address too."""
        address = urlsplit(self.url)
        if address.port != 0:
            return replace(self, port=port)
        netloc = f"{address.netloc.rpartition(':')[0]}:{port}"
        return replace(self, port=port, url=address._replace(netloc=netloc).geturl())

    def __str__(self) -> str:
        """Where it listens, and what has to be so for calls to arrive."""
        here = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        way = "" if self.is_loopback else f"; {self.url} must lead there, by a tunnel or a proxy"
        unsigned = (
            ""
            if self.key
            else " Without KIE_WEBHOOK_KEY nobody's signature is checked: a call has to know a task's token,"
            " and only makes us ask the service."
        )
        return f"Listening for callbacks on {here}{way}.{unsigned}"


@asynccontextmanager
async def listening(webhook: Webhook, clock: Clock, tell: Callable[[str], None]) -> AsyncIterator[Callbacks]:
    """Take calls meanwhile; what they say goes to the ``Callbacks`` handed out.

    ``tell`` is given one sentence once it listens. Raises ``UsageError`` when the address cannot be had.
    """
    listener = _bind(webhook.host, webhook.port)
    webhook = webhook.at(listener.getsockname()[1])
    callbacks = Callbacks(webhook.url)
    server = _Server(_config(Receiver(callbacks, webhook.key, clock)))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        tell(str(webhook))
        yield callbacks
    finally:
        server.should_exit = True
        try:
            # Had it failed, the questions asked as without callbacks have stood in for it.
            await asyncio.gather(serving, return_exceptions=True)
        finally:
            listener.close()


class Receiver:
    """The application: one call in, one short answer out."""

    def __init__(self, callbacks: Callbacks, key: str, clock: Clock) -> None:
        self._callbacks = callbacks
        self._key = key
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. A path's last part is the token: what a proxy did to the rest does not matter."""
        response = await self._answer(Request(scope, receive))
        response.headers["Connection"] = "close"
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return PlainTextResponse(ABOUT)
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "GET, HEAD, POST"})
        token = request.scope["path"].rpartition("/")[2]
        if not self._callbacks.knows(token):
            return Response(status_code=404)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        return Response(status_code=self._take(token, body, request))

    def _take(self, token: str, body: bytes, request: Request) -> int:
        """The status of the answer."""
        task_id = wire.callback_task_id(body)
        if task_id is None:
            return 400
        if self._key and not self._is_signed(task_id, request):
            return 401
        return 200 if self._callbacks.heard(token, task_id) else 404

    def _is_signed(self, task_id: str, request: Request) -> bool:
        return wire.verify_callback(
            self._key,
            task_id,
            request.headers.get(wire.TIMESTAMP_HEADER, ""),
            request.headers.get(wire.SIGNATURE_HEADER, ""),
            now=self._clock.time(),
        )


async def _bounded(request: Request) -> bytes | None:
    """The body; None for one too large, or one that its sender did not finish."""
    if _number(request.headers.get("content-length", "0")) > MAX_BODY_BYTES:
        return None
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


class _Server(uvicorn.Server):
    """Ctrl-C belongs to the run."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(H11Protocol):
    """A connection that may not last, one of not too many: silence holds no place for ever."""

    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._end = self.loop.call_later(CONNECTION_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


def _config(receiver: Receiver) -> uvicorn.Config:
    return uvicorn.Config(
        receiver,
        interface="asgi3",
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,  # the terminal belongs to the run, and strangers write what would be logged
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_graceful_shutdown=1,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(MOST_CONNECTIONS)
    except (OSError, UnicodeError) as error:
        listener.close()
        raise UsageError(
            f"callbacks cannot be listened for on {clean(host)} port {port}: {clean(error)}",
            hint="Choose another with --webhook-listen [HOST:]PORT. Nothing was sent.",
        ) from error
    return listener


def _public(url: str) -> SplitResult:
    """The parts of ``--webhook``. Raises ``UsageError`` for what the service should not or cannot call."""
    try:
        address = urlsplit(url)
        known = bool(address.hostname) and (address.port is None or address.port >= 0)
    except ValueError:
        known = False
    if not known or address.scheme not in ("http", "https") or not url.isascii() or not url.isprintable():
        raise UsageError(
            f"--webhook is not a web address: {clean(url, 120)}", hint="Write https://HOST/PATH."
        )
    if address.username is not None or address.query or address.fragment or " " in url:
        raise UsageError("--webhook may hold a host and a path, no user name, query or fragment.")
    if address.scheme == "http" and not hosts.is_private_name(address.hostname or ""):
        raise UsageError(
            "--webhook: over plain http the service would send tokens and results across the internet in"
            " the clear.",
            hint=f"Write https://{clean(address.hostname)}; tunnels give such an address.",
        )
    return address


def _listen_at(text: str) -> tuple[str, int]:
    """``[HOST:]PORT``. Raises ``UsageError``."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal()) or int(port[:6]) > MAX_PORT or text.startswith(":"):
        raise UsageError(
            f"--webhook-listen takes [HOST:]PORT, not {clean(text, 80)}", hint="Such as 8787 or 0.0.0.0:8787."
        )
    return host.strip("[]") or "127.0.0.1", int(port)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else MAX_BODY_BYTES + 1  # noqa: PLR2004
