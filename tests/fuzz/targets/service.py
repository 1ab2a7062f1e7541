"""The provider against a service that answers anything: bytes, statuses, headers, redirects, broken lines."""

from __future__ import annotations

import asyncio
import atexit
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import stamina
from fuzz.campaign import Target, promise
from fuzz.mutation import mutated
from fuzz.targets import pictures, wire
from fuzz.workspace import clear, new_folder
from hypothesis import strategies as st

from pipeline import digest
from pipeline.clock import SystemClock
from pipeline.errors import (
    AuthenticationFailed,
    DownloadFailed,
    OutcomeUnknown,
    OutOfCredits,
    PipelineError,
    ProviderError,
    RateLimited,
    RequestRejected,
    UploadFailed,
)
from pipeline.providers.kie.client import KieProvider
from pipeline.providers.kie.wire import encode

KEY = wire.KEY
API, UPLOADS = "https://api.kie.ai", "https://up.kie.ai"
CALLS = ("create", "status", "balance", "upload", "fetch")
BROKEN_LINES = (
    httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), httpx.ReadError("x"),
    httpx.PoolTimeout("x"), httpx.ProxyError("x"), OSError("x"), TimeoutError(),
)  # fmt: skip
NOT_SENT = (httpx.ConnectError, httpx.PoolTimeout, httpx.ProxyError)

_header = st.sampled_from(
    [
        ("Content-Length", "5"), ("Content-Length", "9" * 5000), ("Content-Length", "-1"),
        ("Content-Length", "٣"),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "deflate, gzip"), ("Content-Encoding", "br"),
        ("Content-Encoding", "identity"), ("Content-Type", "application/json; charset=\x00"),
        ("Retry-After", "7"),
        ("Content-Type", "text/html; charset=utf-7"), ("Retry-After", "Wed, 21 Oct 2099 07:28:00 GMT"),
        ("Location", "/again"), ("Location", "https://cdn.example/b.png"), ("Location", "file:///etc/passwd"),
        ("Location", "http://127.0.0.1/x"), ("Location", "http://[::1"), ("Location", "//169.254.169.254/x"),
        ("Location", "\x00"), ("Location", "https://localhost./"), ("Set-Cookie", "a=" + KEY), ("Location",
        ""),
    ]
)  # fmt: skip
_GOOD = {
    "create": wire.SEEN[0], "status": wire.SEEN[1], "balance": wire.SEEN[5], "upload": wire.SEEN[6],
    "fetch": pictures.CORPUS[0],
}  # fmt: skip
_echo = st.just(b'{"code":500,"msg":"' + KEY.encode() + b' is not allowed","data":null}')
_headers = st.just([]) | st.lists(_header, max_size=2)


def _replies(call: str) -> st.SearchStrategy[Any]:
    """What a call may be answered: as it should be, with small harm, with anything, or not at all."""
    good = _GOOD[call]
    usual = st.tuples(st.just(200), _headers, st.just(good) | mutated([good], wire.WORDS, most=2))
    picture = st.tuples(st.just(200), _headers, pictures.files)
    odd = st.tuples(wire.statuses, _headers, wire.bodies | _echo)
    broken = st.integers(0, len(BROKEN_LINES) - 1)
    return usual | (picture if call == "fetch" else usual) | odd | broken


def _exchange(call: str) -> st.SearchStrategy[Any]:
    address = st.just("https://cdn.example/a.png") | wire.urls
    return st.tuples(st.just(call), st.lists(_replies(call), min_size=1, max_size=3), address)


exchanges = st.sampled_from(CALLS).flatmap(_exchange)


class Service:
    """Answers in order, the last one for ever."""

    def __init__(self, replies: list[Any]) -> None:
        self.replies = list(replies)
        self.first = replies[0]
        self.requests: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, int):
            raise BROKEN_LINES[reply]
        status, headers, body = reply
        lines = [(name.encode(), value.encode("utf-8")) for name, value in headers]
        return httpx.Response(status, headers=lines, stream=httpx.ByteStream(body))


@lru_cache(maxsize=1)
def runner() -> asyncio.Runner:
    opened = asyncio.Runner()
    atexit.register(opened.close)
    return opened


async def resolve(host: str) -> list[str]:
    return ["93.184.216.34"]


def check(exchange: tuple[str, list[Any], str]) -> str:
    call, replies, url = exchange
    service = Service(replies)
    folder = new_folder()
    try:
        with stamina.set_testing(True, attempts=2, cap=True):
            return runner().run(talk(call, service, url, folder))
    finally:
        clear(folder)


async def talk(call: str, service: Service, url: str, folder: Path) -> str:
    transport = httpx.MockTransport(service.handle)
    provider = KieProvider(API, UPLOADS, KEY, transport=transport, clock=SystemClock(), resolve=resolve)
    try:
        found = await getattr(Asking(provider, url, folder), call)()
    except PipelineError as error:
        check_error(error, call)
        found = error
    finally:
        await provider.aclose()
    check_requests(service.requests, call)
    if call == "create":
        check_create(found, service)
    if call == "fetch":
        check_folder(found, folder)
    return "refused" if isinstance(found, Exception) else "done"


class Asking:
    """Each call of the provider with arguments that are right."""

    def __init__(self, provider: KieProvider, url: str, folder: Path) -> None:
        self.provider, self.url, self.folder = provider, url, folder

    async def create(self) -> str:
        return await self.provider.create("nano-banana-pro", {"prompt": "a coin"})

    async def status(self) -> object:
        return await self.provider.status("task-1")

    async def balance(self) -> float:
        return await self.provider.balance()

    async def upload(self) -> str:
        picture = self.folder / "logo.png"
        picture.write_bytes(pictures.CORPUS[0])
        url = await self.provider.upload(picture, digest.of_bytes(pictures.CORPUS[0]))
        promise(encode({"image_input": [url]}), "an uploaded picture's address can be sent")
        return url

    async def fetch(self) -> object:
        return await self.provider.fetch(self.url, self.folder / "result")


def check_error(error: PipelineError, call: str) -> None:
    promise(isinstance(error, ProviderError), "a provider raises its own errors", type(error))
    said = f"{error} {error.hint} {error!r} {error.__cause__}"
    promise(KEY not in said, "the key is in no message", call)
    promise(
        all(line.isprintable() for line in str(error).split("\n")), "an error can be shown", ascii(str(error))
    )
    kinds: tuple[type[ProviderError], ...] = (ProviderError,)
    if call == "create":
        kinds = (RateLimited, RequestRejected, OutOfCredits, AuthenticationFailed, OutcomeUnknown)
    elif call == "upload":
        kinds = (UploadFailed, AuthenticationFailed)
    elif call == "fetch":
        kinds = (DownloadFailed,)
    promise(isinstance(error, kinds), f"{call} raises what it says it does", type(error))


def check_requests(requests: list[httpx.Request], call: str) -> None:
    for request in requests:
        told = KEY in str(request.headers.raw) or KEY in str(request.url) or KEY.encode() in request.content
        ours = str(request.url).startswith((f"{API}/", f"{UPLOADS}/"))
        promise(ours or not told, "the key goes to the service and to nobody else", request.url)
        private = request.url.host in ("127.0.0.1", "169.254.169.254", "::1", "localhost", "localhost.")
        promise(not private, "nothing is asked of this machine's own network", request.url)
    promise(len(requests) <= 20, f"{call} does not ask for ever", len(requests))


def check_create(found: object, service: Service) -> None:
    promise(len(service.requests) == 1, "a create is sent exactly once", len(service.requests))
    lost = isinstance(service.first, int) and not isinstance(BROKEN_LINES[service.first], NOT_SENT)
    promise(
        not lost or type(found) is OutcomeUnknown, "a create whose answer was lost is unknown", repr(found)
    )


def check_folder(found: object, folder: Path) -> None:
    left = sorted(path.name for path in folder.iterdir())
    promise(
        left == ([] if isinstance(found, Exception) else ["result"]), "no half-fetched file is left", left
    )
    if left:
        content = (folder / "result").read_bytes()
        promise(
            found.sha256 == hashlib.sha256(content).hexdigest(), "what was fetched is what is there", found
        )
        promise(found.size_bytes == len(content), "its size is told right", found)


TARGET = Target("service", exchanges, check, batch=150, megabytes=450)
