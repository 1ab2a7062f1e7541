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
    assert "hint: The key is that of KIE_API_KEY in the environment. Check" in ended.err


@pytest.mark.parametrize(("name", "origin"), [(".env", ".env"), (".env.local", ".env.local")])
def test_a_wrong_key_of_a_file_is_named_with_its_file(pipeline, project, sandbox, name, origin):
    (project / name).write_text(f"KIE_AI_API_KEY=wrong-key-of-mine\nKIE_API_BASE_URL={sandbox}\n")
    for command in (["credits"], ["run", "--yes"]):
        ended = pipeline(*command)
        assert ended.code == 4
        assert f"The key is that of KIE_AI_API_KEY in {origin}." in ended.err
        assert "wrong-key-of-mine" not in ended.err + ended.out


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


class TestWhereAKeyMayGo:
    """A key goes only where its own source, or a stronger one, sends it."""

    KEY = "kie-0123456789abcdef"
    AWAY = "https://evil.example"

    @pytest.mark.parametrize(
        ("files", "environ", "said"),
        [
            (
                {"pipeline.yaml": f"api_base_url: {AWAY}\n"},
                {"KIE_API_KEY": KEY},
                "pipeline.yaml would have the key (KIE_API_KEY in the environment) sent to https://evil.example.",
            ),
            (
                {"pipeline.yaml": f"upload_base_url: {AWAY}\n"},
                {"KIE_API_KEY": KEY},
                "pipeline.yaml would have the key",
            ),
            (
                {"pipeline.yaml": f"api_base_url: {AWAY}\n", ".env.local": f"KIE_AI_API_KEY={KEY}\n"},
                {},
                "pipeline.yaml would have the key (KIE_AI_API_KEY in .env.local) sent",
            ),
            (
                {".env": f"KIE_API_BASE_URL={AWAY}\n", ".env.local": f"KIE_AI_API_KEY={KEY}\n"},
                {},
                ".env would have the key (KIE_AI_API_KEY in .env.local) sent",
            ),
            ({".env.local": f"KIE_UPLOAD_BASE_URL={AWAY}\n"}, {"KIE_API_KEY": KEY}, ".env.local would have"),
            ({"pipeline.yaml": "api_base_url: https://me:pass@evil.example\n"}, {"KIE_API_KEY": KEY}, "evil"),
            (
                {"pipeline.yaml": "api_base_url: https://api.kie.ai.evil.example\n"},
                {"KIE_API_KEY": KEY},
                "evil",
            ),
            (
                {"pipeline.yaml": "api_base_url: https://api.kie.ai@evil.example\n"},
                {"KIE_API_KEY": KEY},
                "evil",
            ),
            (
                {"pipeline.yaml": 'api_base_url: "https://api.kie.ai\\\\@evil.example"\n'},
                {"KIE_API_KEY": KEY},
                "evil",
            ),
            ({"pipeline.yaml": "api_base_url: http://10.0.0.1\n"}, {"KIE_API_KEY": KEY}, "10.0.0.1"),
        ],
    )
    def test_a_weaker_source_is_refused_with_the_way_to_agree(
        self, pipeline, project, tree, files, environ, said
    ):
        tree(files)
        for command in (["credits"], ["run", "--yes"]):
            ended = pipeline(*command, environ=environ)
            assert ended.code == 4
            assert said in ended.err
            assert "Nothing was sent." in ended.err
            assert "_BASE_URL=https://" in ended.err or "_BASE_URL=http://10" in ended.err
            assert self.KEY not in ended.err
            assert "pass" not in ended.err

    @pytest.mark.parametrize(
        ("files", "environ", "api"),
        [
            (
                {"pipeline.yaml": "api_base_url: http://127.0.0.1:9\n"},
                {"KIE_API_KEY": KEY},
                "http://127.0.0.1:9",
            ),
            (
                {"pipeline.yaml": "api_base_url: https://API.kie.ai\n"},
                {"KIE_API_KEY": KEY},
                "https://API.kie.ai",
            ),
            (
                {"pipeline.yaml": f"api_base_url: {AWAY}\n"},
                {"KIE_API_KEY": KEY, "KIE_API_BASE_URL": AWAY},
                AWAY,
            ),
            ({".env": f"KIE_API_KEY={KEY}\nKIE_API_BASE_URL={AWAY}\n"}, {}, AWAY),
            ({".env": f"KIE_API_KEY={KEY}\n", ".env.local": f"KIE_API_BASE_URL={AWAY}\n"}, {}, AWAY),
            ({".env": f"KIE_API_KEY={KEY}\n"}, {"KIE_API_BASE_URL": AWAY}, AWAY),
        ],
    )
    def test_its_own_source_a_stronger_one_and_this_machine_are_followed(
        self, context, tree, files, environ, api
    ):
        context.environ = environ
        assert connection_of(context, tree(files)).api_base_url == api

    def test_plan_says_so_and_asks_nobody(self, pipeline, project, tree):
        tree({"pipeline.yaml": f"api_base_url: {self.AWAY}\n"})
        ended = pipeline("plan", environ={"KIE_API_KEY": self.KEY})
        assert ended.code == 0
        assert "warning: the balance is unknown: pipeline.yaml would have the key" in ended.err

    def test_doctor_says_so_and_goes_on(self, pipeline, project, tree):
        tree({"pipeline.yaml": "upload_base_url: https://evil.invalid\napi_base_url: http://127.0.0.1:9\n"})
        ended = pipeline("doctor", "--online", environ={"KIE_API_KEY": self.KEY})
        assert "pipeline.yaml would have the key" in ended.out + ended.err
        assert self.KEY not in ended.out + ended.err
