"""The key is nowhere: many kinds of runs fail, and everything they wrote is searched for it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import stamina
from mirror import CREATE, CREDIT, RECORD, UPLOAD, Mirror, Reply, record, said, serving
from PIL import Image

from pipeline.clock import SystemClock

KEY = "kie-01/23+4567=89abcdefgh"
PIECES = (KEY, KEY[:12], KEY.replace("/", "\\/"), "kie-01%2F23", "89abcdefgh")
ESCAPED = KEY.replace("/", "\\/").replace("k", "\\u006b")
SPELLED_IN_ESCAPES = f'{{"code":422,"msg":"{ESCAPED} is invalid","data":null}}'.encode()
FAILED = record("fail", failMsg="no")
RICH, TAKEN = said(200, "success", 700), said(200, "success", {"taskId": "t1"})
RECIPE = """\
defaults: {model: nano-banana-pro, prompt: A coin, aspect_ratio: "1:1", resolution: 1K}
assets:
  - {name: coin, references: [../photo.png], removeBg: false}
"""


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 30, 90)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def project(tree, temporary) -> Path:
    return tree({"pipeline.yaml": "provider: kie\n", "recipes/icons.yaml": RECIPE, "photo.png": photo()})


@pytest.fixture(autouse=True)
def few_retries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with serving({}) as started:
        yield started


def assert_nowhere(root: Path, *texts: str) -> None:
    """The key is in no text, no file and no file's name but those it was given in."""
    for text in texts:
        assert [piece for piece in PIECES if piece in text] == []
    for path in root.rglob("*"):
        assert not any(piece in str(path) for piece in PIECES)
        if path.is_file() and not path.name.startswith(".env"):
            content = path.read_bytes()
            assert [piece for piece in PIECES if piece.encode() in content] == [], path


def stored(url: str) -> Reply:
    return said(200, "success", {"downloadUrl": url})


Answers = dict[str, Reply]


def result(url: str) -> Reply:
    return record("success", resultJson=json.dumps({"resultUrls": [url]}))


# What the service answers otherwise than it should, the exit code, and what is said about it.
ENDINGS: dict[str, tuple[Answers, int, str]] = {
    "a refused key": ({CREDIT: said(401, f"bad key {KEY}")}, 4, "bad key ****"),
    "a refused key over HTTP": ({CREDIT: said(401, f"Bearer {KEY}", status=401)}, 4, "the key was refused"),
    "no balance": ({CREDIT: said(500, f"trouble with {KEY}")}, 4, "trouble with ****"),
    "a balance that is no number": ({CREDIT: said(200, "success", KEY)}, 4, "without a number"),
    "an upload refused": ({UPLOAD: said(400, f"no room for {KEY}")}, 1, "no room for ****"),
    "an upload in a web page": ({UPLOAD: Reply(f"<h1>{KEY}</h1>".encode(), 502)}, 1, "could not be uploaded"),
    "an upload stored under the key": ({UPLOAD: stored(f"https://x.example/{KEY}.png")}, 1, "coin"),
    "a create refused": ({CREATE: said(422, f"{KEY} is not within the range")}, 1, "**** is not within"),
    "a create refused in escapes": ({CREATE: Reply(SPELLED_IN_ESCAPES)}, 1, "**** is invalid"),
    "a create that ends in a web page": ({CREATE: Reply(f"<title>{KEY}</title>".encode(), 502)}, 1, "coin"),
    "a create that is dropped": ({CREATE: Reply(drop=True)}, 1, "coin"),
    "a create that fails": ({CREATE: said(500, f"Internal error for {KEY}")}, 1, "Internal error for ****"),
    "a task named like the key": ({CREATE: said(200, "success", {"taskId": KEY}), RECORD: FAILED}, 1, "coin"),
    "a task that fails": ({RECORD: record("fail", failCode=KEY, failMsg=f"no, {KEY}")}, 1, "no, ****"),
    "a result at an address with the key": ({RECORD: result(f"http://127.0.0.1:9/{KEY}.png")}, 1, "coin"),
    "a result on a host named like the key": ({RECORD: result("https://kie-01%2F23.invalid/x")}, 1, "coin"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_run_that_fails_writes_the_key_nowhere(pipeline, project, mirror, ending):
    answers, code, message = ENDINGS[ending]
    voice = ["--json"] if list(ENDINGS).index(ending) % 2 else []
    mirror.answers |= {
        CREDIT: RICH,
        UPLOAD: stored("https://files.example/photo.png"),
        CREATE: TAKEN,
        RECORD: record("waiting"),
    } | answers
    environ = {"KIE_API_BASE_URL": mirror.url, "KIE_API_KEY": KEY}
    ended = pipeline(
        "run", "--yes", "--workers", "local:1", *voice, environ=environ, clock=SystemClock(speed=200)
    )
    assert ended.code == code, ended.err
    assert message in ended.err + ended.out
    assert mirror.asked
    again = pipeline("status", environ=environ)
    assert_nowhere(project, ended.out, ended.err, again.out, again.err)


def test_no_process_we_start_is_given_the_key(pipeline, project, mirror):
    seen: list[list[str]] = []

    def look() -> None:
        seen.extend(child.cmdline() for child in psutil.Process().children(recursive=True))

    mirror.look = look
    mirror.answers |= {
        CREDIT: RICH,
        UPLOAD: stored("https://files.example/photo.png"),
        CREATE: TAKEN,
        RECORD: FAILED,
    }
    pipeline(
        "run",
        "--yes",
        environ={"KIE_API_BASE_URL": mirror.url, "KIE_API_KEY": KEY},
        clock=SystemClock(speed=200),
    )
    assert seen  # the workers, at least
    assert not [word for command in seen for word in command if any(piece in word for piece in PIECES)]


def test_the_sandbox_knows_nothing_of_it(pipeline, project):
    ended = pipeline("run", "--sandbox", "--yes", environ={"KIE_API_KEY": KEY}, clock=SystemClock(speed=50))
    assert ended.code == 0, ended.err
    assert_nowhere(project, ended.out, ended.err)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"KIE_API_KEY={KEY} # mine", 4),
        (f"KIE_API_KEY = '{KEY}", 2),
        (f'KIE_API_KEY="{KEY}', 2),
        (f"export KIE_API_KEY={KEY} {KEY}", 4),
        (f"{KEY}", 4),
        (f"KIE_API_BASE_URL=http://{quote(KEY, safe='')}@127.0.0.1\nKIE_API_KEY={KEY}", 2),
        (f"KIE_API_BASE_URL=https://127.0.0.1/?k={KEY}\nKIE_API_KEY={KEY}", 2),
    ],
)
@pytest.mark.parametrize("command", [["credits"], ["run", "--yes"], ["plan"]], ids=" ".join)
def test_a_file_that_holds_it_and_is_wrong(pipeline, project, mirror, line, code, command):
    mirror.answers[CREDIT] = said(401, f"bad key {KEY}")
    (project / ".env").write_text(line + "\n")
    environ = {} if "BASE_URL" in line else {"KIE_API_BASE_URL": mirror.url}
    ended = pipeline(*command, environ=environ)
    if command == ["credits"]:
        assert ended.code == code, ended.err
    assert_nowhere(project, ended.out, ended.err)


def test_a_key_given_as_the_value_of_something_else_is_not_repeated(pipeline, project):
    """A mistake of the hand: the key in the place of the address."""
    ended = pipeline("credits", environ={"KIE_API_BASE_URL": KEY, "KIE_API_KEY": KEY})
    assert ended.code == 2
    assert_nowhere(project, ended.out, ended.err)


def crash(_connection: object) -> float:
    key = KEY
    raise RuntimeError(f"sent {key!r} as Bearer {key}")


def test_a_report_of_a_bug_does_not_hold_it(pipeline, project, monkeypatch):
    monkeypatch.setattr("pipeline.cli.credits.ask", crash)
    ended = pipeline("credits", environ={"KIE_API_KEY": KEY})
    assert ended.code == 3
    assert list((project / ".pipeline" / "logs").iterdir())
    assert_nowhere(project, ended.out, ended.err)
