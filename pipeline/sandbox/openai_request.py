"""A request of the images API as a client sends it, JSON or form, read into a model and its inputs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from pipeline import digest, media
from pipeline.providers.kie.wire import load_json
from pipeline.providers.openai import wire
from pipeline.recipe.catalogue import Catalogue, Model, Parameter, adapt

MOST_BYTES = 50 * 2**20
MOST_PICTURES = 10  # of one request
KEPT_UNDER = "http://sandbox/uploads/"  # only the path of such an address counts
_IGNORED = ("user", "stream")
_ABOUT_THE_REQUEST = ("model", "n", "images", *_IGNORED)

Store = Callable[[str, str, bytes], Any]  # path, media type, content


class Refusal(Exception):
    """What the service says to a request it does not understand."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted: ``count`` pictures of a model of the catalogue."""

    model: Model
    inputs: dict[str, Any]
    count: int


async def read(request: Request, store: Store, catalogue: Catalogue) -> Asked:
    """The request for a model of ``catalogue``; its pictures are kept by ``store``. Raises ``Refusal``."""
    is_edit = request.url.path.endswith(wire.EDITS_PATH)
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form(max_part_size=MOST_BYTES) as form:
            body = {name: value for name, value in form.items() if isinstance(value, str)}
            pictures = [await part.read() for part in _parts(form)]
        addresses = [_kept(content, store) for content in pictures]
    else:
        body = load_json(await request.body())
        if not isinstance(body, dict):
            raise Refusal(wire.BAD_REQUEST, "We could not parse the JSON body of your request.")
        addresses = [_address(one, store) for one in _listed(body.get("images"))]
    if is_edit and not addresses:
        raise Refusal(wire.BAD_REQUEST, "image is required", "missing_required_parameter", "image")
    return _asked(body, addresses, catalogue)


def _asked(body: dict[str, Any], addresses: list[str], catalogue: Catalogue) -> Asked:
    name = body.get("model")
    model = catalogue.get(f"{wire.PREFIX}{name}") if isinstance(name, str) else None
    if model is None:
        message = f"The model '{str(name)[:60]}' does not exist or you do not have access to it."
        raise Refusal(wire.NOT_FOUND, message, "model_not_found", "model")
    inputs = {
        name: _typed(model.inputs.get(name), value)
        for name, value in body.items()
        if name not in _ABOUT_THE_REQUEST
    }
    if addresses:
        inputs[wire.PICTURE_FIELD] = addresses
    return Asked(model, inputs, _count(body.get("n", 1)))


def _typed(parameter: Parameter | None, value: Any) -> Any:
    """A form knows texts only."""
    return value if parameter is None else adapt(parameter, value)


def _count(written: Any) -> int:
    try:
        count = int(written)
    except (TypeError, ValueError):
        count = 0
    if not 1 <= count <= MOST_PICTURES:
        raise Refusal(wire.BAD_REQUEST, f"n must be from 1 to {MOST_PICTURES}", "invalid_value", "n")
    return count


def _parts(form: FormData) -> Iterable[UploadFile]:
    for name in (wire.PARTS_FIELD, wire.PICTURE_FIELD):
        yield from (part for part in form.getlist(name) if isinstance(part, UploadFile))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _address(one: Any, store: Store) -> str:
    """A picture of a JSON edit: an address, or itself as a data URL."""
    url = one.get("image_url") if isinstance(one, dict) else None
    if not isinstance(url, str):
        raise Refusal(wire.BAD_REQUEST, "images[].image_url is required", "invalid_value", "images")
    if not url.startswith(wire.DATA_URL):
        return url
    try:
        return _kept(base64.b64decode(url.partition(",")[2], validate=True), store)
    except binascii.Error as error:
        raise Refusal(wire.BAD_REQUEST, "Invalid data URL.", "invalid_value", "images") from error


def _kept(content: bytes, store: Store) -> str:
    extension = media.sniff(content[: media.HEAD_BYTES])
    if extension not in ("png", "jpg", "webp"):
        raise Refusal(wire.BAD_REQUEST, "Unsupported file.", "unsupported_file_mimetype", "image")
    path = f"openai/{digest.of_bytes(content)}.{extension}"
    store(path, media.mime(extension), content)
    return KEPT_UNDER + path
