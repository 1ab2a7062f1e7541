"""What a request was charged, from the tokens the service counted: its answers name no price."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.providers.openai.wire import Usage

USD_PER_CREDIT = 0.005  # the catalogue's unit, whoever the provider is


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars for a million tokens."""

    text_in: float
    image_in: float
    out: float


# Model pages at developers.openai.com, 2026-11. Cached input costs less; it is counted in full.
RATES = {
    "gpt-image-1": Rate(5, 10, 40),
    "gpt-image-1-mini": Rate(2, 2.5, 8),
    "gpt-image-1.5": Rate(5, 8, 32),
    "gpt-image-2": Rate(5, 8, 30),
    "gpt-image-2.5-flare": Rate(5, 8, 30),
    "gpt-image-2.5-sunburst": Rate(5, 8, 30),
}


def credits_of(model: str, usage: Usage | None) -> float | None:
    """Credits for one request of a model by its own name; None when the tokens or their price are unknown."""
    rate = RATES.get(model)
    if rate is None or usage is None:
        return None
    dollars = usage.text_in * rate.text_in + usage.image_in * rate.image_in + usage.out * rate.out
    return round(dollars / 1e6 / USD_PER_CREDIT, 2)
