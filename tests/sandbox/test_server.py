from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import psutil
import pytest

from pipeline.errors import UsageError
from pipeline.sandbox import server
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

KEY = {"Authorization": "Bearer sandbox"}


def credit(url: str) -> object:
    return httpx.get(f"{url}/api/v1/chat/credit", headers=KEY).json()["data"]


def test_options_travel_as_json(tmp_path):
    options = SandboxOptions(key="k", state=tmp_path / "s.db", callback_hosts=("a",), speed=20)
    assert SandboxOptions.from_json(options.to_json()) == options
    assert SandboxOptions.from_json("{}") == SandboxOptions()
    with pytest.raises(TypeError):
        SandboxOptions.from_json('{"latency": 1}')


def test_the_key_is_not_in_the_options_repr():
    assert "hush" not in repr(SandboxOptions(key="hush", webhook_key="hush"))


def test_an_embedded_sandbox_serves_and_ends_with_its_block(tmp_path):
    sandbox = EmbeddedSandbox(SandboxOptions(credits=7, log=tmp_path / "logs" / "sandbox.log"))
    with sandbox as url:
        pid = sandbox.pid
        assert url.startswith("http://127.0.0.1:")
        assert credit(url) == 7
        os.kill(pid, 0)
    assert sandbox.pid is None
    assert not psutil.pid_exists(pid)
    sandbox.stop()
    assert (tmp_path / "logs" / "sandbox.log").read_text() == ""


def test_a_server_that_does_not_end_is_killed():
    sandbox = EmbeddedSandbox()
    sandbox.__enter__()
    pid = sandbox.pid
    os.kill(pid, signal.SIGSTOP)
    sandbox.stop(within_s=0.05)
    assert not psutil.pid_exists(pid)


def test_ctrl_c_at_the_terminal_does_not_reach_it():
    sandbox = EmbeddedSandbox()
    with sandbox:
        assert os.getsid(sandbox.pid) != os.getsid(0)


def test_killed_and_started_again_it_remembers(tmp_path):
    options = SandboxOptions(state=tmp_path / "state.db")
    sandbox = EmbeddedSandbox(options)
    with sandbox as url:
        body = {"model": "nano-banana-pro", "input": {"prompt": "x"}}
        task = httpx.post(f"{url}/api/v1/jobs/createTask", headers=KEY, json=body).json()["data"]["taskId"]
        os.kill(sandbox.pid, signal.SIGKILL)
    with EmbeddedSandbox(options) as url:
        params = {"taskId": task}
        assert httpx.get(f"{url}/api/v1/jobs/recordInfo", headers=KEY, params=params).json()["code"] == 200
        assert credit(url) == 9982


def test_it_dies_with_a_parent_that_is_killed():
    script = (
        "import time\nfrom pipeline.sandbox.embedded import EmbeddedSandbox\n"
        "sandbox = EmbeddedSandbox()\nsandbox.__enter__()\nprint(sandbox.pid, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        gone, _ = psutil.wait_procs([child], timeout=5)
    assert gone


def test_a_sandbox_that_cannot_start_says_why(tmp_path):
    (tmp_path / "state.db").write_text("this is no database, and long enough to be refused as one " * 20)
    for log in (tmp_path / "sandbox.log", None):
        with (
            pytest.raises(UsageError) as caught,
            EmbeddedSandbox(SandboxOptions(state=tmp_path / "state.db", log=log)),
        ):
            pass
        assert caught.value.hint
    assert "not a database" in (tmp_path / "sandbox.log").read_text()


def test_only_loopback_is_listened_on():
    with pytest.raises(UsageError, match="loopback only"):
        server.serve(SandboxOptions(), host="0.0.0.0", announce=print)


def test_a_taken_port_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            server.serve(SandboxOptions(), port=port, announce=print)


def test_the_module_serves_until_its_input_closes():
    command = [sys.executable, "-P", "-m", "pipeline.sandbox"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps({"credits": 3}).encode() + b"\n")
        process.stdin.flush()
        url = process.stdout.readline().decode().strip()
        assert credit(url) == 3
        process.stdin.close()
        assert process.wait(5) == 0


def test_serving_ends_in_order_on_a_signal():
    script = (
        "from pipeline.sandbox.options import SandboxOptions\nfrom pipeline.sandbox.server import serve\n"
        "serve(SandboxOptions(), announce=lambda url: print(url, flush=True))\nprint('done')\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert credit(process.stdout.readline().decode().strip()) == 10_000
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == b"done\n"
        assert process.wait(5) == 0


def test_ipv6_addresses_are_bracketed():
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    listener = server._listen("::1", 0)
    with listener:
        assert server._url(listener).startswith("http://[::1]:")


def test_answers_are_not_held_back():
    """Small answers on a kept connection must not wait for Nagle's algorithm: 50 take far less than 2 s."""
    with EmbeddedSandbox() as url, httpx.Client(headers=KEY) as client:
        timer = threading.Timer(1.5, client.close)
        timer.start()
        for _ in range(50):
            assert client.get(f"{url}/api/v1/chat/credit").status_code == 200
        timer.cancel()
