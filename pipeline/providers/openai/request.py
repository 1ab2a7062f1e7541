"""One create as the HTTP request it becomes: JSON, or a form where pictures are sent along."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import digest, media
from pipeline.errors import RequestRejected, clean
from pipeline.providers.openai import wire

LOCAL = "spool:"  # how a reference picture is named between ``upload`` and ``create``

Pictures = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """``path`` below the base URL, and what httpx takes: ``content``, or a form's ``data`` and ``files``.

    ``digest`` is ``digest_of`` the request.
    """

    path: str
    digest: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]


def outgoing(account: str, model: str, inputs: Mapping[str, Any], pictures: Pictures) -> Outgoing:
    """The request for a model's inputs; ``pictures`` gives the bytes behind a ``spool:`` name.

    Raises ``RequestRejected`` for what cannot be sent: nothing has left this machine then.
    """
    named = digest_of(account, fingerprint(model, inputs))
    addresses = _listed(inputs.get(wire.PICTURE_FIELD))
    if not addresses:
        return _as_json(wire.GENERATIONS_PATH, named, wire.body_of(model, inputs))
    if all(address.startswith(LOCAL) for address in addresses):
        files = [_part(_found(address, pictures)) for address in addresses]
        form = {"data": wire.form_of(model, inputs), "files": files}
        return Outgoing(wire.EDITS_PATH, named, form, {})
    # A form holds bytes, not addresses. Addresses go into JSON, and local pictures go along as data URLs.
    shown = [_data_url(_found(a, pictures)) if a.startswith(LOCAL) else a for a in addresses]
    return _as_json(wire.EDITS_PATH, named, wire.body_of(model, inputs, shown))


def digest_of(account: str, fingerprint: str) -> str:
    """Names what is asked for, and of whom, before it is sent: the journal holds both of every purchase."""
    return digest.of_data([account, fingerprint])


def fingerprint(model: str, inputs: Mapping[str, Any]) -> str:
    """The paid fingerprint of a request, as plans and the journal have it: pictures count by content."""
    described: dict[str, Any] = {
        "model": model,
        "inputs": {name: value for name, value in inputs.items() if name != wire.PICTURE_FIELD},
    }
    if addresses := _listed(inputs.get(wire.PICTURE_FIELD)):
        described["pictures"] = {wire.PICTURE_FIELD: [_identity(address) for address in addresses]}
    return digest.of_data(described)


def _identity(address: str) -> str:
    if not address.startswith(LOCAL):
        return address
    return f"sha256:{address.removeprefix(LOCAL).partition('.')[0]}"


def _as_json(path: str, named: str, body: Mapping[str, Any]) -> Outgoing:
    return Outgoing(path, named, {"content": wire.encode(body)}, {"Content-Type": "application/json"})


def _listed(value: Any) -> Sequence[str]:
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _found(address: str, pictures: Pictures) -> bytes:
    name = address.removeprefix(LOCAL)
    content = pictures(name)
    if content is None:
        raise RequestRejected(
            f"the reference picture {clean(name, 20)} is no longer in the spool; nothing was sent",
            hint="Was .pipeline/spool cleared? Save the picture anew (other bytes make it another picture),"
            " or run again in a day.",
        )
    return content


def _part(content: bytes) -> tuple[str, tuple[str, bytes, str]]:
    extension, mime = _kind(content)
    return wire.PARTS_FIELD, (f"picture.{extension}", content, mime)


def _data_url(content: bytes) -> str:
    return f"data:{_kind(content)[1]};base64,{base64.b64encode(content).decode()}"


def _kind(content: bytes) -> tuple[str, str]:
    extension = media.sniff(content[: media.HEAD_BYTES]) or "png"
    return extension, media.mime(extension)
