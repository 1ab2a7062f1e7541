"""The wire contract of kie.ai on one port, as a Starlette application; OpenAI's images API is beside it.

API and uploads share the port: clients point both of their base URLs here. What can be set is in
``options.py``; what has happened is told at ``GET /sandbox/ledger``.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.clock import Clock, SystemClock
from pipeline.providers.kie import wire
from pipeline.recipe.catalogue import Mistake, Model, load
from pipeline.sandbox import answers as say
from pipeline.sandbox.answers import Answers
from pipeline.sandbox.callbacks import Callbacks
from pipeline.sandbox.chances import parse
from pipeline.sandbox.dice import Dice
from pipeline.sandbox.faults import Faults, NoFaults
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.mischief import Mischief
from pipeline.sandbox.openai import Images
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.records import Records
from pipeline.sandbox.references import References, charge, too_large
from pipeline.sandbox.results import Results
from pipeline.sandbox.uploads import Uploads, content_type

Endpoint = Callable[[Request], Awaitable[Response]]
JsonEndpoint = Callable[[dict[str, Any]], Awaitable[Response]]

PROVIDER = "kie"  # whose models these endpoints know
LEDGER_PATH = "/sandbox/ledger"
REFUSED_AGENT = "Python-urllib/"  # the service's file hosts answer it 403


def create_app(
    options: SandboxOptions | None = None,
    *,
    clock: Clock | None = None,
    faults: Faults | None = None,
    base_url: str = "",
) -> Starlette:
    """The sandbox as an ASGI application.

    ``base_url`` is what result URLs start with; without it they repeat the host the client spoke to.
    ``faults`` stands in for those of the options.
    """
    options = options or SandboxOptions()
    sandbox = Sandbox(options, clock or SystemClock(options.speed), faults, base_url)
    return sandbox.app()


class Sandbox:
    """One account and its endpoints."""

    def __init__(self, options: SandboxOptions, clock: Clock, faults: Faults | None, base_url: str) -> None:
        self._options = options
        self._base_url = base_url.rstrip("/")
        self._keys_sent_to_files = 0  # a client that sends its key there would give it to strangers
        self._ledger = Ledger(options, clock)
        self._answers = Answers(options)
        self._faults = faults or _faults(options, self._ledger, self._answers, clock)
        self._results = Results(options, self._ledger)
        self._records = Records(options, self._ledger, self._results)
        self._callbacks = Callbacks(options, self._ledger, self._records, self._faults, clock)
        self._uploads = Uploads(self._ledger, self._results, self._answers, self._faults)
        self._catalogue = load(options.models)
        self._references = References(self._results)
        self._images = Images(options, self._ledger, self._results, self._faults, clock)

    def app(self) -> Starlette:
        """Every route, and a count of every request."""
        routes = [*self._api(), *self._upload_api(), *self._images.routes(), *self._open()]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        app.add_middleware(_Counter, count=self._count)
        return app

    def _api(self) -> list[Route]:
        create, record = self._post(self._create), self._keyed(self._record)
        return [
            Route(wire.RECORD_PATH, record),
            Route(wire.CREATE_PATH, create, methods=["POST"]),
            Route(wire.OLD_RECORD_PATH, record),
            Route(wire.OLD_CREATE_PATH, create, methods=["POST"]),
            Route(wire.CREDIT_PATH, self._keyed(self._credit)),
            Route(wire.DOWNLOAD_URL_PATH, self._post(self._download_url), methods=["POST"]),
        ]

    def _upload_api(self) -> list[Route]:
        uploads = self._uploads
        return [
            Route(wire.UPLOAD_STREAM_PATH, self._keyed(uploads.from_stream), methods=["POST"]),
            Route(wire.UPLOAD_BASE64_PATH, self._post(uploads.from_base64), methods=["POST"]),
            Route(wire.UPLOAD_URL_PATH, self._post(uploads.from_url), methods=["POST"]),
        ]

    def _open(self) -> list[Route]:
        """What is read without a key."""
        return [
            Route("/files/{task_id}/{name}", self._file),
            Route("/uploads/{path:path}", self._upload),
            Route(LEDGER_PATH, self._show_ledger),
        ]

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        for task in self._ledger.tasks():
            self._callbacks.schedule(task, self._base_url)
        yield
        await self._callbacks.close()
        self._results.close()
        self._ledger.close()

    # tasks and the account

    async def _create(self, body: dict[str, Any]) -> Response:
        """Refusals in the order seen live: rate, model, inputs, credits. None of them costs anything."""
        if not self._ledger.admit():
            return self._refuse(say.TOO_MANY_CODE, say.TOO_MANY)
        model = self._catalogue.get(str(body.get("model", "")))
        if model is None or model.provider != PROVIDER:
            return self._refuse(wire.UNSUPPORTED_MODEL_CODE, say.NO_MODEL)
        request = wire.CreateRequest.parse(body)
        if request is None:
            return self._refuse(say.PARAMETER_CODE, "input is required")
        if problem := _first_problem(model, request.input):
            return self._refuse(*problem)
        return await self._accept(model, request)

    async def _accept(self, model: Model, request: wire.CreateRequest) -> Response:
        sizes = await self._references.sizes(model, request.input)
        if problem := too_large(model, request.input, sizes):
            return self._refuse(say.REFUSED, problem)
        price = charge(model, request.input, sizes)
        credits_ = self._options.fallback_credits if price is None else price
        if credits_ > self._ledger.balance():
            return self._refuse(say.NO_CREDITS_CODE, say.NO_CREDITS)
        if reply := self._faults.on_create(request):
            return reply
        fate = self._faults.fate(request)
        if fate.failure is None and (failure := self._references.failure(model, request.input)):
            fate = replace(fate, failure=failure)
        task = self._ledger.create(request, credits_, fate)
        self._callbacks.schedule(task, self._base_url)
        self._results.prepare()
        return fate.reply or self._answers.good(wire.created(task.id))

    async def _record(self, request: Request) -> Response:
        task_id = request.query_params.get("taskId", "")
        if not task_id:
            return self._answers.bad(say.BAD_REQUEST, "taskId is required")
        task = self._ledger.task(task_id)
        if task is None or self._catalogue.get(task.model) is None:  # a model the project has no more
            return self._answers.bad(wire.UNKNOWN_TASK_CODE, wire.UNKNOWN_TASK_MSG)
        return self._faults.on_record(task) or self._recorded(task, self._base(request))

    def _recorded(self, task: Task, base: str) -> Response:
        if task.failure and task.fault == "fail-501" and self._ledger.now_s() >= task.done_s:
            return self._answers.bad(int(task.failure.code), task.failure.message)
        record = self._records.record(task, base)
        if state := self._faults.state(task):
            record |= {"state": state, "resultJson": ""}
        return self._answers.good(record)

    async def _credit(self, _request: Request) -> Response:
        return self._faults.on_balance() or self._answers.good(self._ledger.balance())

    async def _download_url(self, body: dict[str, Any]) -> Response:
        url = str(body.get("url", ""))
        found = self._results.find(url)
        if found is None:
            return self._answers.bad(say.REFUSED, "The url is not a file this service has generated")
        return self._answers.good(self._results.link(found[0], url))

    # files

    async def _file(self, request: Request) -> Response:
        self._keys_sent_to_files += "authorization" in request.headers
        if request.headers.get("user-agent", "").startswith(REFUSED_AGENT):
            return Response(status_code=403)
        found = self._results.find(str(request.url))
        if found is None or not self._results.is_live(found[0], request.url.query):
            return Response(status_code=404)
        if self._faults.hides(*found) and not self._results.is_link(found[0], request.url.query):
            return Response(status_code=403)
        data = await self._results.file(*found)
        if spoil := self._faults.on_download(*found):
            return await asyncio.to_thread(spoil, data)
        return Response(data, media_type=content_type(data))

    async def _upload(self, request: Request) -> Response:
        return self._uploads.read(str(request.url))

    # the sandbox's own view

    async def _show_ledger(self, _request: Request) -> Response:
        now_s = self._ledger.now_s()
        return JSONResponse(
            {
                "credits": self._ledger.balance(),
                "creates": [self._entry(task, now_s) for task in self._ledger.tasks()],
                "window_peak": self._ledger.window_peak,
                "keys_sent_to_files": self._keys_sent_to_files,
                "refused": {str(code): times for code, times in sorted(self._ledger.refusals.items())},
                "requests": dict(sorted(self._ledger.requests.items())),
                "uploads": self._ledger.upload_paths(),
                "faults": dict(self._faults.fired),
            }
        )

    def _entry(self, task: Task, now_s: float) -> dict[str, Any]:
        return {
            "taskId": task.id,
            "state": task.state(now_s),
            "created_s": task.created_s,
            "latency_s": task.latency_s,
            "credits": task.credits,
            "charged": self._ledger.charged(task, now_s),
            "called_back": task.called_back,
            "fault": task.fault,
            "answer": task.answer,
            "request": task.body,
        }

    # inside

    def _post(self, endpoint: JsonEndpoint) -> Endpoint:
        """An endpoint that takes a JSON object and wants the key."""

        async def parsed(request: Request) -> Response:
            body = wire.load_json(await request.body())
            if not isinstance(body, dict):
                return self._answers.bad(say.BAD_REQUEST, "The request body is not a JSON object")
            return await endpoint(body)

        return self._keyed(parsed)

    def _keyed(self, endpoint: Endpoint) -> Endpoint:
        expected = f"Bearer {self._options.key}".encode()

        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, expected):
                return self._answers.bad(say.UNAUTHORISED, wire.UNAUTHORISED_MSG)
            return await endpoint(request)

        return guarded

    def _refuse(self, code: int, message: str) -> Response:
        self._ledger.refusals[code] += 1
        return self._answers.bad(code, message)

    def _base(self, request: Request) -> str:
        return self._base_url or str(request.base_url).rstrip("/")

    def _count(self, scope: Scope) -> None:
        path = scope["path"]
        family = next((start for start in ("/files/", "/uploads/") if path.startswith(start)), path)
        self._ledger.requests[f"{scope['method']} {family}"] += 1


def _faults(options: SandboxOptions, ledger: Ledger, answers: Answers, clock: Clock) -> Faults:
    chances = parse(options.faults)
    return (
        Mischief(Dice(chances, options.seed, ledger.database), answers, clock) if chances.of else NoFaults()
    )


class _Counter:
    """Counts requests before anything else looks at them."""

    def __init__(self, app: ASGIApp, count: Callable[[Scope], None]) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._count(scope)
        await self._app(scope, receive, send)


def _first_problem(model: Model, inputs: Mapping[str, Any]) -> tuple[int, str] | None:
    """Code and text of what the service would complain about first; inputs it does not know, it ignores."""
    mistakes = [mistake for mistake in model.check(inputs) if mistake.kind != "unknown"]
    return _complaint(min(mistakes, key=lambda mistake: mistake.kind != "missing")) if mistakes else None


def _complaint(mistake: Mistake) -> tuple[int, str]:
    if mistake.kind == "missing":
        return say.PARAMETER_CODE, f"{mistake.field} is required"
    return say.REFUSED, mistake.message
