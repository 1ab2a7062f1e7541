"""A project that is made by OpenAI's images API, from plan to files, and what happens when it breaks."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from cli.stand_in import InlineWorkers
from PIL import Image

from pipeline.clock import SystemClock
from pipeline.generate.journal import Journal
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

KEY = "sk-0123456789abcdef-secret"
MODEL = "openai/gpt-image-1.5"
RECIPE = f"""\
defaults: {{model: {MODEL}, aspect_ratio: "1:1", params: {{quality: low}}}}
assets:
  - name: coin
    prompt: A glossy gold coin
"""
FAMILY = """\
  - name: family
    prompt: The same coin as a stack
    references: ["asset:coin", ../logo.png]
"""
# The command as a user runs it, killed at the journal's write of a purchase's new state.
KILLED_AT = """\
import os, signal, sys
from pipeline.generate.journal import Journal
write = getattr(Journal, sys.argv[1])
def die(*values, **named):
    if sys.argv[2] == "after":
        write(*values, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(Journal, sys.argv[1], die)
from pipeline.cli.main import run
sys.exit(run(["run", "--yes", *sys.argv[3:]]))
"""
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """``serve(faults)`` starts a quick sandbox; its base URL."""
    running: list[EmbeddedSandbox] = []

    def start(faults: str = "", **options: Any) -> str:
        settings = {"key": KEY, "latency_s": 0.05, "picture": "tiny", "faults": faults, **options}
        running.append(EmbeddedSandbox(SandboxOptions(**settings)))
        return running[-1].__enter__()

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def project(tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The recipe, and journals that know the service is quick: nobody waits to look at an answer."""
    monkeypatch.setattr("pipeline.deliver.workers.open_workers", lambda _count: InlineWorkers())
    root = tree({"pipeline.yaml": "provider: openai\n", "recipes/icons.yaml": RECIPE})
    for state in (".pipeline", ".pipeline/sandbox"):
        journal = Journal(root / state / "journal.db", SystemClock())
        for _ in range(3):
            journal.learned(f"{MODEL} low", 0.1)
        journal.close()
    return root


def around(url: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY}


def ledger(url: str) -> dict[str, Any]:
    seen: dict[str, Any] = httpx.get(f"{url}/sandbox/ledger").json()
    return seen


def paid(root: Path) -> list[tuple[str, float | None]]:
    """State and credits of every purchase in the journal."""
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    try:
        return [(one.state, one.credits) for one in journal.purchases("recipes/icons.yaml")]
    finally:
        journal.close()


def killed(root: Path, url: str, write: str, when: str = "before", options: Sequence[str] = ()) -> None:
    command = [sys.executable, "-c", KILLED_AT, write, when, *options]
    done = subprocess.run(command, cwd=root, env=around(url), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def logo() -> bytes:
    from io import BytesIO

    stream = BytesIO()
    Image.new("RGB", (32, 32), (20, 90, 200)).save(stream, "PNG")
    return stream.getvalue()


def test_from_plan_to_files_and_again_for_nothing(pipeline, project, serve):
    (project / "recipes" / "icons.yaml").write_text(RECIPE + FAMILY)
    (project / "logo.png").write_bytes(logo())
    url = serve()
    planned = pipeline("plan", environ=around(url))
    assert "2 to create. Costs 3.6 credits ($0.02)." in planned.out
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 0, ended.err
    assert "2 delivered" in ended.out
    seen = ledger(url)
    coin, family = seen["creates"]
    assert seen["requests"]["POST /v1/images/generations"] == 1
    assert seen["requests"]["POST /v1/images/edits"] == 1
    assert len(family["request"]["input"]["image"]) == 2
    assert paid(project) == [("delivered", coin["credits"]), ("delivered", family["credits"])]
    again = pipeline("run", environ=around(url))
    assert (again.code, len(ledger(url)["creates"])) == (0, 2)
    assert "2 unchanged" in again.out


def test_the_built_in_sandbox_speaks_it(pipeline, project):
    ended = pipeline("run", "--sandbox", "--only", "coin")
    assert ended.code == 0, ended.err
    assert (project / "output" / "sandbox" / "icons" / "coin.png").exists()
    assert (project / ".pipeline" / "sandbox" / "spool" / "answers").is_dir()
    assert not (project / ".pipeline" / "spool").exists()


def test_a_picture_with_its_own_alpha_is_kept_as_it_is(pipeline, project, serve):
    (project / "recipes" / "icons.yaml").write_text(RECIPE + "    removeBg: {method: native}\n")
    url = serve(picture="painted")
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 0, ended.err
    (create,) = ledger(url)["creates"]
    assert create["request"]["input"]["background"] == "transparent"
    assert "background" not in create["request"]["input"]["prompt"]
    output = project / "output" / "icons"
    with Image.open(output / "coin-nobg.png") as cut, Image.open(output / "coin.png") as original:
        assert cut.getchannel("A").getextrema() == (0, 255)
        assert original.mode == "RGBA"
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["assets"]["coin"]["cutout"]["method"] == "native"


def test_killed_once_the_answer_is_written_down_the_same_command_delivers_it(pipeline, project, serve):
    url = serve()
    killed(project, url, "succeeded")
    assert [state for state, _ in paid(project)] == ["submitted"]
    ended = pipeline("run", environ=around(url))
    assert ended.code == 0, ended.err
    assert "1 delivered" in ended.out
    assert len(ledger(url)["creates"]) == 1


def test_killed_before_the_answer_is_written_down_the_next_run_finds_it(pipeline, project, serve):
    url = serve()
    killed(project, url, "submitted")
    assert [state for state, _ in paid(project)] == ["intent"]
    ended = pipeline("run", environ=around(url))  # nothing is spent, so nothing has to be agreed to
    assert ended.code == 0, ended.err
    assert (project / "output" / "icons" / "coin.png").exists()
    assert len(ledger(url)["creates"]) == 1


def test_what_was_bought_anew_and_killed_again_settles_both(pipeline, project, serve):
    """Of two purchases of unknown outcome the later one replaces the earlier, as the user asked."""
    url = serve()
    killed(project, url, "intend", "after")
    killed(project, url, "submitted", options=["--retry-unknown"])
    assert [state for state, _ in paid(project)] == ["intent", "intent"]
    ended = pipeline("run", environ=around(url))
    assert ended.code == 0, ended.err
    assert [state for state, _ in paid(project)] == ["forgotten", "delivered"]
    assert (pipeline("run", environ=around(url)).code, len(ledger(url)["creates"])) == (0, 1)
    assert "Nothing is under way" in pipeline("status").out


def test_once_given_up_it_is_taken_all_the_same(pipeline, project, serve):
    url = serve()
    killed(project, url, "submitted")
    assert pipeline("status", "--forget", "coin", environ=around(url)).code == 0
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 0, ended.err
    assert len(ledger(url)["creates"]) == 1


@pytest.mark.parametrize(
    ("write", "when"), [("intend", "before"), ("intend", "after"), ("fetched", "before")]
)
def test_killed_at_any_other_write_one_request_is_sent_in_all(pipeline, project, serve, write, when):
    url = serve()
    killed(project, url, write, when)
    ended = pipeline("run", "--yes", "--retry-unknown", environ=around(url))
    assert ended.code == 0, ended.err
    assert (project / "output" / "icons" / "coin.png").exists()
    assert len(ledger(url)["creates"]) == 1


def test_another_asset_with_the_same_words_buys_its_own(pipeline, project, serve):
    """Of two purchases of one request, the one that was killed after its id was written keeps its answer."""
    url = serve()
    killed(project, url, "succeeded")
    twin = "  - name: twin\n    prompt: A glossy gold coin\n"
    (project / "recipes" / "icons.yaml").write_text(RECIPE + twin)
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 0, ended.err
    assert len(ledger(url)["creates"]) == 2
    assert len(set(_ids(project))) == 2


def _ids(root: Path) -> list[str]:
    journal = Journal(root / ".pipeline" / "journal.db", SystemClock())
    try:
        return [one.task_id for one in journal.purchases("recipes/icons.yaml")]
    finally:
        journal.close()


@pytest.mark.parametrize(
    "fault", ["create-dropped-after", "create-500-after", "bad-result-json", "create-html"]
)
def test_a_lost_answer_is_never_sent_again_by_itself(pipeline, project, serve, fault):
    url = serve(f"{fault}=1x1")
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 1, ended.err
    assert "It may have been accepted and charged" in ended.err + ended.out
    sent = ledger(url)["requests"]["POST /v1/images/generations"]
    assert pipeline("run", "--yes", environ=around(url)).code == 4
    assert ledger(url)["requests"]["POST /v1/images/generations"] == sent == 1
    bought = pipeline("run", "--yes", "--retry-unknown", environ=around(url))
    assert bought.code == 0, bought.err


def test_told_to_come_back_later_it_does(pipeline, project, serve):
    url = serve("too-many=1x1", speed=50.0)
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 0, ended.err
    assert ledger(url)["refused"]["429"] >= 2
    assert len(ledger(url)["creates"]) == 1


def test_an_empty_account_ends_it_before_anything_is_bought(pipeline, project, serve):
    url = serve(credits=1)
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code != 0
    assert "cannot pay" in ended.err + ended.out
    assert ledger(url)["creates"] == []


def test_a_wrong_key_is_found_before_anything_is_sent(pipeline, project, serve):
    url = serve()
    ended = pipeline(
        "run", "--yes", environ={"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-another-key-0001"}
    )
    assert ended.code == 4
    assert "key was refused" in ended.err
    assert "POST /v1/images/generations" not in ledger(url)["requests"]


def test_ratios_that_are_not_offered_are_mistakes_of_the_recipe(pipeline, project):
    (project / "recipes" / "icons.yaml").write_text(RECIPE.replace('"1:1"', '"16:9"'))
    ended = pipeline("validate")
    assert ended.code == 2
    assert 'aspect_ratio does not take "16:9"' in ended.err
    assert "1:1, 3:2, 2:3" in ended.err


def test_models_of_another_provider_are_mistakes_of_the_recipe(pipeline, project):
    (project / "pipeline.yaml").write_text("provider: kie\n")
    ended = pipeline("validate")
    assert ended.code == 2
    assert f"{MODEL} is a model of openai" in ended.err
    assert "provider: openai in pipeline.yaml" in ended.err


def test_the_key_is_nowhere(pipeline, project, serve):
    url = serve("fail=1")
    ended = pipeline("run", "--yes", environ=around(url))
    assert ended.code == 1
    texts = [ended.out, ended.err]
    texts += [path.read_text(errors="replace") for path in project.rglob("*") if path.is_file()]
    assert [text for text in texts if KEY in text] == []


def test_what_is_settled_leaves_the_spool(pipeline, project, serve):
    url = serve()
    assert pipeline("run", "--yes", environ=around(url)).code == 0
    answers = project / ".pipeline" / "spool" / "answers"
    first = {path.name for path in answers.iterdir()}
    assert pipeline("run", "--yes", "--regenerate", "coin", environ=around(url)).code == 0
    assert len(first) == len(list(answers.iterdir())) == 1
    assert first != {path.name for path in answers.iterdir()}


def test_credits_and_doctor_know_that_no_balance_is_told(pipeline, project, serve):
    url = serve()
    assert pipeline("credits", environ=around(url)).out.startswith("The service takes the key")
    told = json.loads(pipeline("credits", "--json", environ=around(url)).out)
    assert told == {"credits": None, "api_base_url": url}
