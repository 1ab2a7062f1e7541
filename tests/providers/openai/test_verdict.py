"""Answers to a paid request: a refusal that is proved, a picture, or nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import (
    AuthenticationFailed,
    OutcomeUnknown,
    OutOfCredits,
    ProviderError,
    RateLimited,
    RequestRejected,
)
from pipeline.providers.openai import verdict
from pipeline.providers.openai.wire import Answer, Complaint

PICTURE = ({"b64_json": "QUJD"},)


def judged(status: int, code: str = "", message: str = "no", kind: str = "", **more) -> ProviderError:
    error = Complaint(message, kind, code) if message else None
    with pytest.raises(ProviderError) as caught:
        verdict.judge(Answer(status, error, readable=True, **more))
    return caught.value


def test_a_picture_is_a_picture():
    verdict.judge(Answer(200, pictures=PICTURE, readable=True))


def test_a_picture_that_was_paid_for_is_not_thrown_away_for_a_word():
    verdict.judge(Answer(200, Complaint("odd"), pictures=PICTURE, readable=True))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "invalid_value", RequestRejected),
        (400, "moderation_blocked", RequestRejected),
        (400, "billing_hard_limit_reached", OutOfCredits),
        (401, "invalid_api_key", AuthenticationFailed),
        (402, "", OutOfCredits),
        (403, "unsupported_country", AuthenticationFailed),
        (404, "model_not_found", RequestRejected),
        (405, "", RequestRejected),
        (408, "", OutcomeUnknown),
        (409, "", OutcomeUnknown),
        (413, "", RequestRejected),
        (422, "", RequestRejected),
        (429, "rate_limit_exceeded", RateLimited),
        (429, "credit_balance_exhausted", OutOfCredits),
        (429, "project_spend_limit_exceeded", OutOfCredits),
        (302, "", OutcomeUnknown),
        (308, "", RequestRejected),
        (500, "", OutcomeUnknown),
        (501, "", OutcomeUnknown),
        (503, "server_is_overloaded", OutcomeUnknown),
        (504, "", OutcomeUnknown),
    ],
)
def test_each_status_means_what_it_safely_means(status, code, expected):
    error = judged(status, code)
    assert type(error) is expected
    assert error.code == status
    assert "no" in error.message


def test_billing_troubles_are_told_by_their_type_as_well():
    assert isinstance(judged(429, kind="insufficient_quota"), OutOfCredits)


def test_the_service_says_when_to_ask_again():
    error = judged(429, "rate_limit_exceeded", retry_after_s=7.0)
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 7.0


def test_hints_tell_the_prompt_from_the_address():
    assert "change the prompt" in judged(400, "moderation_blocked").hint
    assert "OPENAI_BASE_URL" in judged(404, message="").hint
    assert "recipe's prompt or parameters" in judged(400, "invalid_value").hint


@pytest.mark.parametrize("answer", [Answer(200), Answer(200, readable=True), Answer(204)])
def test_a_good_answer_without_a_picture_may_have_been_charged(answer):
    with pytest.raises(OutcomeUnknown, match="carried out"):
        verdict.judge(answer)


@given(st.integers(500, 599), st.text(), st.text())
def test_no_word_of_a_server_in_trouble_proves_that_nothing_was_made(status, code, message):
    with pytest.raises(OutcomeUnknown):
        verdict.judge(Answer(status, Complaint(message, code, code), readable=True))
