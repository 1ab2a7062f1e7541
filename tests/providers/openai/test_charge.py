from __future__ import annotations

import pytest

from pipeline.providers.openai import charge
from pipeline.providers.openai.charge import RATES, credits_of
from pipeline.providers.openai.wire import PREFIX, Usage
from pipeline.recipe import catalogue
from pipeline.report.words import USD_PER_CREDIT


def test_every_model_of_the_catalogue_has_a_rate():
    assert {PREFIX + name for name in RATES} == {
        name for name in catalogue.load().ids() if name.startswith(PREFIX)
    }


def test_a_credit_is_worth_the_same_everywhere():
    assert charge.USD_PER_CREDIT == USD_PER_CREDIT


def test_tokens_become_credits():
    # A square of medium quality has 1056 tokens by the guide: 0.034 USD at 32 USD a million.
    assert credits_of("gpt-image-1.5", Usage(0, 0, 1056)) == pytest.approx(0.034 / USD_PER_CREDIT, rel=0.02)
    assert credits_of("gpt-image-1.5", Usage(1000, 1000, 0)) == 2.6


def test_what_is_not_known_is_not_guessed():
    assert credits_of("gpt-image-1.5", None) is None
    assert credits_of("stable-diffusion", Usage(1, 1, 1)) is None
