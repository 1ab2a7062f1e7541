"""What is fuzzed, in the order it is reported."""

from __future__ import annotations

from importlib import import_module

from fuzz.campaign import Target

# Batches of a whole campaign: about as long for each on two cores, two minutes for all.
BATCHES = {
    "recipes": 20,
    "templates": 16,
    "wire": 20,
    "service": 20,
    "records": 18,
    "pictures": 20,
    "commands": 18,
}
NAMES = tuple(BATCHES)


def load(name: str) -> Target:
    """The target of that name; imports what it tests."""
    target: Target = import_module(f"fuzz.targets.{name}").TARGET
    return target
