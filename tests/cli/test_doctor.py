from __future__ import annotations

import http.server
import importlib.metadata
import json
import subprocess
import sys
import threading

import pytest

from pipeline.cli import checks
from pipeline.cli.checks import Check
from pipeline.cli.connection import Connection
from pipeline.errors import ServiceUnavailable

KEY = "kie-0123456789abcdef"


@pytest.fixture
def quick(monkeypatch):
    """Stand in for the one slow check; its own tests are below."""
    monkeypatch.setattr("pipeline.cli.checks.removal", lambda: Check("rembg", "ok", "imports"))


@pytest.fixture
def server():
    """A web server on loopback; ``server.date`` is what its clock says."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response_only(404)
            self.send_header("Date", self.server.date)
            self.end_headers()

        def log_message(self, *_args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.date = ""
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def url_of(server):
    return f"http://127.0.0.1:{server.server_port}"


def test_a_line_a_check(pipeline, quick, project):
    ended = pipeline("doctor")
    names = [line.split()[1] for line in ended.out.splitlines() if line[:4].strip()]
    assert names == [
        *("python", "packages", "pillow", "video", "project", "settings", "disk"),
        *("key", "clock", "weights", "numba", "rembg"),
    ]
    assert "warn  key           no API key\n                    Put KIE_AI_API_KEY" in ended.out


def test_json(pipeline, quick, project):
    found = json.loads(pipeline("doctor", "--json").out)
    assert {"name": "rembg", "state": "ok", "detail": "imports", "fix": ""} in found


def test_it_fails_when_one_check_fails(pipeline, project, monkeypatch):
    monkeypatch.setattr("pipeline.cli.checks.removal", lambda: Check("rembg", "fail", "no", "mend it"))
    assert pipeline("doctor").code == 1


def test_it_does_not_fail_for_a_warning(pipeline, quick, project, monkeypatch):
    monkeypatch.setattr("pipeline.cli.checks.weights", lambda: Check("weights", "warn", "hm"))
    assert pipeline("doctor").code == 0


def test_the_key_is_masked_and_its_place_told(pipeline, quick, tree):
    tree({"pipeline.yaml": "provider: kie\n", ".env": "KIE_API_KEY=kie-0123456789abcdef\n"})
    said = pipeline("doctor").out
    assert "****cdef (KIE_API_KEY in .env)" in said
    assert "0123456789" not in said


def test_a_broken_env_file_fails_its_check_only(pipeline, quick, tree):
    tree({"pipeline.yaml": "provider: kie\n", ".env": b"\xff\xfe"})
    ended = pipeline("doctor")
    assert "fail  key" in ended.out
    assert "rembg" in ended.out


def test_which_provider_is_set(pipeline, quick, tree):
    tree({"pipeline.yaml": "provider: openai\n"})
    assert "ok    settings      pipeline.yaml, provider openai\n" in pipeline("doctor").out


def test_without_settings_the_provider_is_the_usual_one(pipeline, quick, tree):
    tree({"recipes/a.yaml": ""})
    assert "ok    settings      no pipeline.yaml, provider kie\n" in pipeline("doctor").out


def test_a_mistake_in_the_settings_is_theirs_and_not_the_key_s(pipeline, quick, tree):
    tree({"pipeline.yaml": "provider: kye\n"})
    ended = pipeline("doctor")
    assert ended.code == 1
    lines = ended.out.splitlines()
    [first] = [number for number, line in enumerate(lines) if line.startswith("fail")]
    assert lines[first].startswith("fail  settings      pipeline.yaml:1:11: error: ")
    assert lines[first + 1] == f"{'':20}    provider: kye"
    assert "did you mean kie?" in "".join(lines[first : first + 5])
    assert "warn  key           not looked for" in ended.out


def test_python_too_old():
    assert checks.python((3, 10, 1)).state == "fail"
    assert checks.python((3, 11, 0)).state == "ok"


def test_missing_packages_are_named():
    found = checks.packages(["click 8.5", "rembg missing"])
    assert (found.state, found.detail) == ("fail", "missing: rembg")


def test_a_pillow_without_codecs(monkeypatch):
    monkeypatch.setattr("PIL.features.check", lambda name: name != "avif")
    assert checks.codecs().detail == "built without avif"


def test_no_pillow(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    assert checks.codecs().state == "fail"


def test_a_folder_that_takes_no_files(tmp_path):
    assert checks.writable(tmp_path).state == "ok"
    assert checks.writable(tmp_path / "missing").state == "fail"


def test_the_state_folder_is_what_has_to_be_writable(tmp_path, monkeypatch):
    (tmp_path / ".pipeline").mkdir()
    asked = []

    def refuse(*, dir):  # noqa: A002
        asked.append(dir)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert checks.writable(tmp_path).state == "fail"
    assert asked == [tmp_path / ".pipeline"]


@pytest.mark.parametrize(("free", "state"), [(5e7, "fail"), (1e9, "warn"), (5e9, "ok")])
def test_disk(free, state):
    assert checks.disk(int(free)).state == state


def test_a_clock_before_the_installation():
    assert checks.clock(1000.0, 2000.0).state == "warn"
    assert checks.clock(3000.0, 2000.0).state == "ok"


def test_what_pyav_is_there_for_and_its_version():
    found = checks.video()
    version = importlib.metadata.version("av")
    assert (found.state, found.detail) == (
        "ok",
        f"PyAV {version}: posters, encodings and previews of videos",
    )


def test_without_pyav_what_is_missing_and_how_to_have_it(monkeypatch):
    monkeypatch.setattr("pipeline.picture.video.is_installed", lambda: False)
    found = checks.video()
    assert found.state == "warn"
    assert "no posters, encodings and previews" in found.detail
    assert 'pip install "asset-pipeline[video]"' in found.fix


def test_a_pyav_that_cannot_be_loaded_is_a_failure(monkeypatch):
    monkeypatch.setattr("pipeline.picture.video.is_installed", lambda: True)
    monkeypatch.setitem(sys.modules, "av", None)
    assert checks.video().state == "fail"


def test_encoders_that_pyav_lacks_are_named(monkeypatch):
    monkeypatch.setattr("av.codecs_available", {"libx264", "aac", "libopus", "libvpx-vp9"})
    found = checks.video()
    assert (found.state, "without libsvtav1" in found.detail) == ("warn", True)


@pytest.mark.parametrize(("state", "seen"), [("present", "ok"), ("missing", "fail"), ("damaged", "fail")])
def test_weights(monkeypatch, state, seen):
    monkeypatch.setattr("pipeline.picture.cutout.weights.state", lambda _name: state)
    assert checks.weights().state == seen


def test_nothing_compiled_yet(tmp_path, monkeypatch):
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr("importlib.util.find_spec", lambda _name: Spec)
    assert checks.compiled().state == "warn"
    (tmp_path / "kernel.nbi").touch()
    assert checks.compiled().state == "ok"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert checks.compiled().state == "warn"


def test_rembg_is_asked_in_a_process_of_its_own(monkeypatch):
    asked = []

    def run(command, **_options):
        asked.append(command[1:])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("subprocess.run", run)
    assert checks.removal().state == "ok"
    assert checks.removal().detail.startswith("imports in 0.")
    assert asked[:1] == [["-c", "import rembg"]]


def test_a_rembg_that_imports_slowly(monkeypatch):
    monkeypatch.setattr(
        "subprocess.run", lambda *_args, **_options: subprocess.CompletedProcess([], 0, "", "")
    )
    ticks = iter([0.0, 55.0])
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    found = checks.removal()
    assert (found.state, found.detail[:17]) == ("warn", "imports in 55.0 s")


def test_a_rembg_that_does_not_import(monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "Traceback\nImportError: no backend\n")
    monkeypatch.setattr("subprocess.run", lambda *_args, **_options: failed)
    assert (checks.removal().state, checks.removal().detail) == ("fail", "ImportError: no backend")


def test_a_rembg_that_hangs(monkeypatch):
    def hang(command, **options):
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr("subprocess.run", hang)
    assert checks.removal().state == "fail"


def test_online_asks_both_hosts(pipeline, quick, project, server):
    ended = pipeline("doctor", "--online", environ={"KIE_API_BASE_URL": url_of(server)})
    assert f"ok    api           {url_of(server)} answers" in ended.out
    assert f"ok    uploads       {url_of(server)} answers" in ended.out


def test_online_with_broken_settings(pipeline, quick, tree):
    tree({"pipeline.yaml": "limit: 3\n"})
    ended = pipeline("doctor", "--online")
    assert (ended.code, ended.out.count("fail  ")) == (1, 1)
    assert "service" not in ended.out


def test_online_with_an_address_that_is_none(pipeline, quick, project):
    ended = pipeline("doctor", "--online", environ={"KIE_API_BASE_URL": "ftp://nowhere"})
    assert "fail  api" in ended.out


def test_nobody_answers(server):
    url = url_of(server)
    server.server_close()
    assert checks.reach("api", url).state == "fail"


def test_no_url_at_all():
    assert checks.reach("api", "not a url").state == "fail"


def test_a_clock_that_disagrees(server):
    server.date = "Thu, 01 Jan 1970 00:00:00 GMT"
    assert checks.reach("api", url_of(server)).state == "warn"


@pytest.fixture
def service():
    """The base URL of a stand-in that accepts one key, whose account can be given credits."""
    from pipeline.sandbox.embedded import EmbeddedSandbox
    from pipeline.sandbox.options import SandboxOptions

    with EmbeddedSandbox(SandboxOptions(key=KEY, credits=40)) as url:
        yield url


def test_online_tells_what_the_key_has_left(pipeline, quick, project, service):
    ended = pipeline("doctor", "--online", environ={"KIE_API_BASE_URL": service, "KIE_API_KEY": KEY})
    assert (
        "ok    account       the key of KIE_API_KEY in the environment is good: 40 credits left" in ended.out
    )


def test_online_with_a_wrong_key_fails_and_names_where_it_is_from(pipeline, quick, project, service):
    ended = pipeline(
        "doctor", "--online", environ={"KIE_API_BASE_URL": service, "KIE_API_KEY": "not-the-key"}
    )
    assert ended.code == 1
    assert "fail  account" in ended.out
    assert "Check KIE_API_KEY in the environment" in ended.out
    assert "not-the-key" not in ended.out


def test_an_account_without_credits(monkeypatch):
    monkeypatch.setattr("pipeline.cli.credits.ask", lambda _connection: 0.0)
    assert checks.account(Connection("a", "u", KEY)).state == "warn"


def test_an_account_that_cannot_be_asked(monkeypatch):
    def ask(_connection):
        raise ServiceUnavailable("the service does not answer", hint="Later.")

    monkeypatch.setattr("pipeline.cli.credits.ask", ask)
    found = checks.account(Connection("a", "u", KEY))
    assert (found.state, found.detail, found.fix) == ("fail", "the service does not answer", "Later.")
