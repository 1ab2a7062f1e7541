"""Every target by its name. The module of one is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from pipeline.targets.target import Target

NAMES: Final = (
    "ios",
    "icon-composer",
    "macos",
    "watchos",
    "tvos",
    "visionos",
    "imageset",
    "android",
    "web",
    "pwa-splash",
    "windows",
    "linux",
    "tauri",
    "electron",
    "expo",
    "react-native",
    "flutter",
    "capacitor",
    "extension",
    "social",
    "responsive",
)


def target(name: str) -> Target:
    """The target of that name, one of ``NAMES``; each module holds its own as ``TARGET``."""
    if name not in NAMES:
        raise KeyError(name)
    found: Target = import_module(f"pipeline.targets.{name.replace('-', '_')}").TARGET
    return found
