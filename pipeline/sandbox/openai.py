"""OpenAI's images API on the sandbox's port: the same account, painter and faults, in another dialect.

A request is answered when its picture is done; until then the connection is open. Faults of a task become
what they would be here: a refusal after the wait, an answer without a picture, or one cut short.
"""

from __future__ import annotations

import base64
import hmac
import math
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.clock import Clock
from pipeline.providers.kie.wire import Answer as KieAnswer
from pipeline.providers.kie.wire import CreateRequest
from pipeline.providers.openai import charge, wire
from pipeline.providers.openai.wire import Usage
from pipeline.recipe.catalogue import Mistake, load
from pipeline.sandbox import answers as say
from pipeline.sandbox.faults import Fate, Faults
from pipeline.sandbox.hangup import HangUp
from pipeline.sandbox.ledger import Ledger, Task
from pipeline.sandbox.openai_request import Asked, Refusal, read
from pipeline.sandbox.options import SandboxOptions
from pipeline.sandbox.results import Results

LETTERS_PER_TOKEN = 4  # of English text, about
PICTURE_TOKENS = 300  # of one reference picture, about

Endpoint = Callable[[Request], Awaitable[Response]]


class Images:
    """The endpoints below ``/v1``."""

    def __init__(
        self, options: SandboxOptions, ledger: Ledger, results: Results, faults: Faults, clock: Clock
    ) -> None:
        self._options = options
        self._ledger = ledger
        self._results = results
        self._faults = faults
        self._clock = clock
        self._catalogue = load(options.models)

    def routes(self) -> list[Route]:
        """Every route; all of them want the key."""
        base = wire.API_PATH
        return [
            Route(base + wire.GENERATIONS_PATH, self._keyed(self._create), methods=["POST"]),
            Route(base + wire.EDITS_PATH, self._keyed(self._create), methods=["POST"]),
            Route(base + wire.MODELS_PATH, self._keyed(self._models)),
        ]

    async def _models(self, _request: Request) -> Response:
        names = [name for name in self._catalogue.ids() if name.startswith(wire.PREFIX)]
        data = [{"id": wire.service_model(name), "object": "model"} for name in names]
        return JSONResponse({"object": "list", "data": data})

    async def _create(self, request: Request) -> Response:
        """Refusals in the service's order: rate, model, inputs, credits. None of them costs anything."""
        if not self._ledger.admit():
            return self._refuse(_too_many())
        try:
            asked = await read(request, self._ledger.store, self._catalogue)
        except Refusal as refusal:
            return self._refuse(_bad(refusal.status, refusal.message, refusal.code, refusal.param))
        if mistakes := asked.model.check(asked.inputs):
            return self._refuse(_complaint(mistakes))
        usage, credits_ = self._cost(asked)
        if credits_ > self._ledger.balance():
            return self._refuse(_no_credits())
        sent = CreateRequest(asked.model.id, asked.inputs)
        if reply := self._faults.on_create(sent):
            return self._refuse(_translated(reply))
        fate = self._faults.fate(sent)
        task = self._ledger.create(sent, credits_, fate)
        self._results.prepare()
        return await self._finish(task, asked, usage, fate)

    async def _finish(self, task: Task, asked: Asked, usage: Usage, fate: Fate) -> Response:
        """Wait as long as the picture takes, and answer."""
        if fate.fault == "stuck":
            return HangUp()
        await self._clock.sleep(task.latency_s)
        if fate.reply is not None:
            return _translated(fate.reply)
        if fate.failure is not None:
            return _bad(wire.BAD_REQUEST, fate.failure.message, "moderation_blocked")
        count = 0 if fate.fault == "no-urls" else asked.count
        files = [await self._results.file(task, number) for number in range(count)]
        pictures = [{"b64_json": base64.b64encode(data).decode()} for data in files]
        body = wire.encode(wire.answered(pictures, int(self._ledger.now_s()), usage))
        if fate.fault == "bad-result-json":
            body = body[: len(body) // 2]
        return Response(body, media_type="application/json")

    def _cost(self, asked: Asked) -> tuple[Usage, float]:
        """Tokens and credits: those of the pictures by the catalogue, those of what was sent besides."""
        name = wire.service_model(asked.model.id)
        rate = charge.RATES.get(name)  # of a project's own model nobody knows it
        price = asked.model.price(asked.inputs)
        credits_ = (self._options.fallback_credits if price is None else price) * asked.count
        usage = Usage(
            text_in=math.ceil(len(str(asked.inputs.get("prompt", ""))) / LETTERS_PER_TOKEN),
            image_in=PICTURE_TOKENS * len(asked.inputs.get(wire.PICTURE_FIELD) or ()),
            out=round(credits_ * charge.USD_PER_CREDIT * 1e6 / rate.out) if rate else 0,
        )
        return usage, credits_ if rate is None else charge.credits_of(name, usage) or 0.0

    def _keyed(self, endpoint: Endpoint) -> Endpoint:
        expected = f"Bearer {self._options.key}".encode()

        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, expected):
                return _bad(wire.UNAUTHORISED, "Incorrect API key provided.", "invalid_api_key")
            return await endpoint(request)

        return guarded

    def _refuse(self, reply: Response) -> Response:
        self._ledger.refusals[reply.status_code] += 1
        return reply


def _bad(
    status: int, message: str, code: str | None, param: str | None = None, kind: str = "invalid_request_error"
) -> Response:
    return JSONResponse(wire.complained(message, kind, code, param), status)


def _too_many() -> Response:
    message = "Rate limit reached for requests. Please try again later."
    return _bad(wire.TOO_MANY, message, "rate_limit_exceeded", kind="requests")


def _no_credits() -> Response:
    message = "You exceeded your current quota, please check your plan and billing details."
    return _bad(wire.TOO_MANY, message, "credit_balance_exhausted", kind="insufficient_quota")


def _server_error(status: int) -> Response:
    message = "The server had an error while processing your request. Sorry about that!"
    return _bad(status, message, None, kind="server_error")


def _complaint(mistakes: list[Mistake]) -> Response:
    """What is missing first, as the service does."""
    first = min(mistakes, key=lambda mistake: mistake.kind != "missing")
    code = {"missing": "missing_required_parameter", "unknown": "unknown_parameter"}.get(first.kind)
    return _bad(wire.BAD_REQUEST, first.message, code or "invalid_value", first.field)


def _translated(reply: Response) -> Response:
    """A fault's answer in this dialect; a connection that ends and a proxy's page are the same in any."""
    if isinstance(reply, HangUp) or reply.status_code == say.BAD_GATEWAY:
        return reply
    answer = KieAnswer.parse(reply.status_code, bytes(reply.body))
    if answer.ok:  # a good answer that lacks what matters
        return JSONResponse(wire.answered([], 0, None))
    if answer.reason in (say.TOO_MANY_CODE, say.KEY_LIMIT[0]):
        told = _too_many()
        if wait := reply.headers.get("Retry-After"):
            told.headers["Retry-After"] = wait
        return told
    if "required" in answer.message:
        return _bad(wire.BAD_REQUEST, answer.message, "missing_required_parameter")
    return _server_error(wire.UNAVAILABLE if answer.reason == say.MAINTENANCE[0] else wire.SERVER_ERROR)
