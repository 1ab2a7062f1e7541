from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from pipeline.errors import UsageError
from pipeline.sandbox.menu import MENU, PLACES


@pytest.fixture
def served(monkeypatch):
    """What the command would have served, instead of serving for ever."""
    asked = {}

    def serve(options, host="127.0.0.1", port=0, *, announce):
        asked.update(options=options, port=port)
        announce(f"http://{host}:{port}")

    monkeypatch.setattr("pipeline.sandbox.server.serve", serve)
    return asked


def test_the_first_line_of_output_is_the_base_url(pipeline, served):
    ended = pipeline("sandbox", "--port", "8787")
    assert ended.out == "http://127.0.0.1:8787\n"


def test_options_arrive(pipeline, served):
    pipeline("sandbox", "--key", "word", "--latency", "0.5", "--credits", "40")
    options = served["options"]
    assert (options.key, options.latency_s, options.credits, served["port"]) == ("word", 0.5, 40, 0)


def test_it_knows_the_models_of_the_project_around_it(pipeline, served, tree):
    tree({"pipeline.yaml": "models: {own/painter: {inputs: {prompt*: {max: 9}}}}"})
    pipeline("sandbox")
    assert served["options"].models == {"own/painter": {"inputs": {"prompt*": {"max": "9"}}}}


@pytest.mark.parametrize(
    "arguments", [("--key", ""), ("--port", "70000"), ("--latency", "-1"), ("--credits", "-1")]
)
def test_values_that_make_no_sense(pipeline, served, arguments):
    assert pipeline("sandbox", *arguments).code == 2
    assert not served


def test_faults_arrive_and_mistakes_in_them_are_said_before_anything_is_served(pipeline, served):
    pipeline("sandbox", "--faults", "too-many=0.2,seed=7")
    assert served["options"].faults == "too-many=0.2,seed=7"
    served.clear()
    ended = pipeline("sandbox", "--faults", "to-many=0.2")
    assert ended.code == 2
    assert "Did you mean too-many?" in ended.err
    assert not served


def test_the_menu_is_printed_a_line_a_fault(pipeline, served):
    ended = pipeline("sandbox", "--faults", "list")
    assert (ended.code, served) == (0, {})
    lines = [line.split(maxsplit=1) for line in ended.out.splitlines() if line.startswith("  ")]
    assert [name for name, _ in lines] == [row.name for row in MENU]
    assert all(row.happens in text and row.client in text for row, (_, text) in zip(MENU, lines, strict=True))
    assert [line for line in ended.out.splitlines() if not line.startswith("  ")] == list(PLACES.values())


def test_a_port_that_is_taken(pipeline, monkeypatch):
    def taken(*_args, **_options):
        raise UsageError("cannot listen on 127.0.0.1 port 80")

    monkeypatch.setattr("pipeline.sandbox.server.serve", taken)
    assert pipeline("sandbox", "--port", "80").code == 2


def test_it_serves_until_interrupted(tmp_path):
    import httpx

    with subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli.main", "sandbox", "--key", "word", "--credits", "40"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        url = process.stdout.readline().strip()
        answer = httpx.get(f"{url}/api/v1/chat/credit", headers={"Authorization": "Bearer word"})
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert json.loads(answer.text)["data"] == 40
    assert process.returncode in (0, 130)
    assert "Traceback" not in said
