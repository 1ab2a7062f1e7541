# ruff: noqa: ARG002  # the protocol's signatures, with nothing to do
"""The provider of a plan that needs no service."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import RequestRejected
from pipeline.generate.provider import Download, TaskStatus


class Offline:
    """Stands in where a plan needs no service: every question to it is a bug of ours."""

    name = ""
    account = ""
    synchronous = False

    async def balance(self) -> float:
        raise AssertionError("a plan without paid work asked for the balance")

    async def create(self, model: str, inputs: Mapping[str, Any], callback_url: str | None = None) -> str:
        raise RequestRejected("A plan without paid work tried to create a task: a bug in pipeline.")

    async def status(self, task_id: str) -> TaskStatus:
        raise AssertionError("a plan without paid work asked for a task")

    async def upload(self, path: Path, sha256: str) -> str:
        raise AssertionError("a plan without paid work tried to upload")

    async def fetch(self, url: str, target: Path) -> Download:
        raise AssertionError("a plan without paid work tried to download")

    async def aclose(self) -> None:
        """Nothing to close."""
