from __future__ import annotations

import json

import pytest

from pipeline.cli.connection import base_urls, connection_of
from pipeline.errors import PlanRefused

KEY = "kie-0123456789abcdef"


@pytest.fixture(scope="module")
def sandbox():
    """The base URL of a stand-in with 40 credits that accepts one key."""
    from pipeline.sandbox.embedded import EmbeddedSandbox
    from pipeline.sandbox.options import SandboxOptions

    with EmbeddedSandbox(SandboxOptions(key=KEY, credits=40)) as url:
        yield url


def test_what_is_left(pipeline, project, sandbox):
    ended = pipeline("credits", environ={"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY})
    assert (ended.code, ended.out, ended.err) == (0, "40 credits left\n", "")


def test_json(pipeline, project, sandbox):
    ended = pipeline("credits", "--json", environ={"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": KEY})
    assert json.loads(ended.out) == {"credits": 40, "api_base_url": sandbox}


def test_a_wrong_key_is_refused_and_not_shown(pipeline, project, sandbox):
    ended = pipeline("credits", environ={"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": "wrong-key-of-mine"})
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith("error: ")
    assert "wrong-key-of-mine" not in ended.err


def test_no_key(pipeline, project):
    ended = pipeline("credits")
    assert ended.code == 4
    assert ended.err.startswith("error: No API key: KIE_AI_API_KEY and KIE_API_KEY are not set.\nhint: Put")


def test_environment_beats_the_project_file_beats_the_built_in_urls(context, tree):
    root = tree({"pipeline.yaml": "api_base_url: https://file.example\n"})
    assert base_urls(context, root)[0] == "https://file.example"
    context.environ = {"KIE_API_BASE_URL": "https://env.example"}
    assert base_urls(context, root)[0] == "https://env.example"
    (root / "pipeline.yaml").unlink()
    context.environ = {}
    assert base_urls(context, root) == ("https://api.kie.ai", "https://kieai.redpandaai.co")


def test_uploads_follow_the_api_unless_told_otherwise(context, tmp_path):
    context.environ = {"KIE_API_BASE_URL": "http://127.0.0.1:1"}
    assert base_urls(context, tmp_path) == ("http://127.0.0.1:1", "http://127.0.0.1:1")
    context.environ = {"KIE_UPLOAD_BASE_URL": "http://127.0.0.1:2"}
    assert base_urls(context, tmp_path) == ("https://api.kie.ai", "http://127.0.0.1:2")


def test_a_connection_keeps_its_key_to_itself(context, tmp_path):
    context.environ = {"KIE_API_KEY": KEY}
    connection = connection_of(context, tmp_path)
    assert connection.key == KEY
    assert KEY not in repr(connection)
    assert KEY in context.secrets


def test_without_a_key_nothing_is_connected(context, tmp_path):
    with pytest.raises(PlanRefused):
        connection_of(context, tmp_path)
