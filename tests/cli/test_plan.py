"""``pipeline plan``: what it says, what it asks for, and that it leaves everything as it was."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import stamina
from jsonschema import Draft202012Validator
from quick import KEY, deliver

from pipeline.cli.plan import ask_balance
from pipeline.cli.project import open_project
from pipeline.sandbox.embedded import EmbeddedSandbox
from pipeline.sandbox.options import SandboxOptions

FILES = {
    "pipeline.yaml": "provider: kie\n",
    "brand/primary.yaml": 'name: Lumen\ncolors: {primary: "#EC4899"}\n',
    "recipes/icons.yaml": """\
brand: ../brand/primary.yaml
defaults: {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K}
assets:
  - {name: coin, prompt: "A coin in {{ brand.colors.primary }}"}
  - {name: gift, prompt: A gift box}
""",
}
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "plan.schema.json").read_text(encoding="utf-8"))


class Account:
    """A service that knows its balance and remembers what it was asked for."""

    def __init__(self, credits: float) -> None:
        self.asked: list[str] = []
        account = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                account.asked.append(self.path)
                body = json.dumps({"code": 200, "msg": "success", "data": credits}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.environ = {
            "KIE_API_BASE_URL": f"http://127.0.0.1:{self.server.server_port}",
            "KIE_API_KEY": KEY,
        }


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(300)
    thread = threading.Thread(target=lambda: account.server.serve_forever(poll_interval=0.01))
    thread.start()
    yield account
    account.server.shutdown()
    thread.join()
    account.server.server_close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with EmbeddedSandbox(SandboxOptions(key=KEY, latency_s=0.05, picture="tiny")) as url:
        yield url


@pytest.fixture(scope="module")
def made(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after a run, to be copied."""
    root = tmp_path_factory.mktemp("made")
    for name, content in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content)
    deliver(root, sandbox)
    return root


@pytest.fixture
def delivered(made: Path, tmp_path: Path) -> Path:
    """The project after a run."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder with its time of change, and every file's content.

    But for .pipeline itself: SQLite's companion files come and go there while the journal is read.
    """
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted([root, *root.rglob("*")])
        if path != root / ".pipeline"
    }


def recolour(project: Path, color: str = "#3B82F6") -> None:
    brand = project / "brand" / "primary.yaml"
    brand.write_text(brand.read_text().replace("#EC4899", color))


# -- what it says --------------------------------------------------------------------------------------


def test_everything_is_new_at_first(pipeline, project):
    ended = pipeline("plan")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "recipes/icons.yaml",
        "  create   coin          18  new",
        "  create   gift          18  new",
        "",
        "2 to create. Costs 36 credits ($0.18).",
    ]


def test_a_changed_colour_names_what_it_touches_with_both_values_and_the_price(pipeline, delivered):
    recolour(delivered)
    assert pipeline("plan").out.splitlines() == [
        "recipes/icons.yaml",
        "  remake   coin          18  brand.colors.primary #EC4899 → #3B82F6",
        "  1 unchanged",
        "",
        "Brand values that changed",
        "  colors.primary #EC4899 → #3B82F6  touches coin",
        "",
        "1 to remake, 1 unchanged. Costs 18 credits ($0.09).",
    ]


def test_several_recipes_and_folders_at_once(pipeline, project):
    (project / "recipes/more").mkdir()
    for name in ("a", "b"):
        shutil.copy(project / "recipes/icons.yaml", project / f"recipes/more/{name}.yaml")
    recipe = project / "recipes/more/a.yaml"
    for path in (recipe, recipe.with_name("b.yaml")):
        path.write_text(path.read_text().replace("../brand", "../../brand"))
    data = json.loads(pipeline("plan", "recipes/icons.yaml", "recipes/more", "--json").out)
    keys = ["recipes/icons.yaml", "recipes/more/a.yaml", "recipes/more/b.yaml"]
    assert [one["recipe"] for one in data["recipes"]] == keys
    assert data["totals"]["credits"] == 108


def test_only_plans_a_part_and_says_what_comes_along_and_what_is_left(pipeline, project):
    recipe = project / "recipes/icons.yaml"
    recipe.write_text(
        recipe.read_text()
        + '  - {name: set, prompt: A set, references: ["asset:coin"]}\n'
        + '  - {name: box, prompt: A box, references: ["asset:coin"]}\n'
    )
    ended = pipeline("plan", "--only", "set")
    assert "  create   coin          18  new" in ended.out
    assert "  create   set           18  new" in ended.out
    assert "made from coin, which this run makes" in ended.out
    assert "gift" not in ended.out
    assert "note: coin is planned as well, for set" in ended.out
    assert "note: box is made from what is planned here and was not chosen" in ended.out


def test_what_is_made_from_a_remade_asset_is_known_afterwards_and_counted_as_at_most(
    pipeline, delivered, sandbox
):
    recipe = delivered / "recipes/icons.yaml"
    recipe.write_text(recipe.read_text() + '  - {name: set, prompt: A set, references: ["asset:coin"]}\n')
    deliver(delivered, sandbox)
    recolour(delivered)
    ended = pipeline("plan")
    assert "  remake   coin          18  brand.colors.primary #EC4899 → #3B82F6" in ended.out
    assert "  after    set         ≤ 18  made from coin, which this run makes" in ended.out
    assert ended.out.endswith("Costs 18 credits ($0.09), at most 36 credits ($0.18).\n")


def test_regenerate_shows_what_it_would_cost(pipeline, delivered):
    ended = pipeline("plan", "--regenerate", "gi*")
    assert "  remake   gift          18  asked to regenerate" in ended.out
    assert "  1 unchanged" in ended.out


@pytest.mark.parametrize("option", ["--only", "--regenerate"])
def test_a_pattern_that_matches_nothing_is_a_mistake(pipeline, project, option):
    ended = pipeline("plan", option, "coyn")
    assert (ended.code, ended.out) == (2, "")
    assert f"{option} coyn matches no asset" in ended.err


def test_a_price_nobody_published_is_unknown(pipeline, project):
    (project / "recipes/icons.yaml").write_text(
        'assets: [{name: odd, model: {id: some/model, input: {prompt: "x"}}}]\n'
    )
    ended = pipeline("plan")
    assert "  create   odd     unknown  new" in ended.out
    assert "1 to create. The price of 1 asset is unknown." in ended.out


def test_the_stand_ins_plan_is_its_own(pipeline, delivered):
    assert pipeline("plan", "--check").code == 0
    ended = pipeline("plan", "--sandbox", "--check")
    assert ended.code == 2
    assert "2 to create" in ended.out


# -- forms ---------------------------------------------------------------------------------------------


def test_json_is_one_document_as_documented_and_the_same_every_time(pipeline, delivered):
    recolour(delivered)
    (delivered / "output/icons/gift.png").unlink()
    first, second = (pipeline("plan", "--json").out for _ in range(2))
    assert first == second
    assert first.isascii()
    data = json.loads(first)
    assert sorted(Draft202012Validator(SCHEMA).iter_errors(data), key=str) == []
    assert [(one["asset"], one["action"]) for one in data["recipes"][0]["assets"]] == [
        ("coin", "remake"),
        ("gift", "deliver"),
    ]


def test_markdown_is_a_table(pipeline, delivered):
    recolour(delivered)
    lines = pipeline("plan", "--markdown").out.splitlines()
    assert lines[:3] == [
        "### Asset plan",
        "",
        "**1 to remake, 1 unchanged.** Costs 18 credits ($0.09).",
    ]
    assert lines[-1] == "| remake | `coin` | brand.colors.primary \\#EC4899 → \\#3B82F6 | 18 |"


def test_two_forms_at_once_are_a_mistake(pipeline, project):
    ended = pipeline("plan", "--json", "--markdown")
    assert (ended.code, ended.out) == (2, "")
    assert "--json and --markdown are two forms" in ended.err


# -- --check -------------------------------------------------------------------------------------------


def test_check_fails_until_everything_is_delivered_and_committed(pipeline, delivered):
    assert pipeline("plan", "--check").code == 0
    recolour(delivered)
    assert pipeline("plan").code == 0
    assert pipeline("plan", "--check").code == 2
    assert pipeline("plan", "--check", "--json").code == 2
    recolour(delivered, color="#EC4899")


def test_check_holds_in_a_clean_clone(pipeline, delivered):
    shutil.rmtree(delivered / ".pipeline")
    assert pipeline("plan", "--check").code == 0
    assert not (delivered / ".pipeline").exists()


@pytest.mark.parametrize("change", ["edit", "delete", "drop", "conflict"])
def test_check_sees(pipeline, delivered, change):
    if change == "edit":
        (delivered / "output/icons/coin.png").write_bytes(b"touched up")
    elif change == "delete":
        (delivered / "output/icons/coin.png").unlink()
    elif change == "drop":
        recipe = delivered / "recipes/icons.yaml"
        recipe.write_text(recipe.read_text().partition("  - {name: gift")[0])
    else:
        lock = delivered / "recipes/icons.lock.json"
        text = lock.read_text()
        lock.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> theirs\n")
    ended = pipeline("plan", "--check")
    said = {
        "edit": "edited   coin        free  coin.png was edited by hand",
        "delete": "deliver  coin        free  coin.png is missing",
        "drop": "prune    gift        free  no longer in the recipe; 1 file of ours",
        "conflict": "recipes/icons.yaml: its lock has conflict markers; both sides were read",
    }
    assert ended.code == 2
    assert said[change] in ended.out
    assert "Costs nothing." in ended.out


# -- the balance ---------------------------------------------------------------------------------------


def test_the_balance_is_asked_when_something_costs(pipeline, project, account):
    ended = pipeline("plan", environ=account.environ)
    assert ended.out.endswith("Costs 36 credits ($0.18). The account has 300 credits.\n")
    assert len(account.asked) == 1
    assert json.loads(pipeline("plan", "--json", environ=account.environ).out)["balance"] == 300
    markdown = pipeline("plan", "--markdown", environ=account.environ).out
    assert "The account has 300 credits." in markdown


def test_the_balance_is_asked_when_only_the_price_is_unknown(pipeline, project, account):
    (project / "recipes/icons.yaml").write_text(
        'assets: [{name: odd, model: {id: some/model, input: {prompt: "x"}}}]\n'
    )
    assert "has 300 credits" in pipeline("plan", environ=account.environ).out
    assert len(account.asked) == 1


@pytest.mark.parametrize("option", ["--offline", "--sandbox"])
def test_nothing_is_asked(pipeline, project, account, option):
    ended = pipeline("plan", option, environ=account.environ)
    assert (ended.code, account.asked) == (0, [])
    assert "account" not in ended.out


def test_nothing_is_asked_when_nothing_costs(pipeline, delivered, account):
    assert pipeline("plan", environ=account.environ).out == "2 unchanged. Costs nothing.\n"
    (delivered / "output/icons/coin.png").unlink()
    assert "1 to deliver" in pipeline("plan", environ=account.environ).out
    assert account.asked == []


def test_without_a_key_the_plan_is_still_told(pipeline, project):
    ended = pipeline("plan", environ={"KIE_API_BASE_URL": "http://127.0.0.1:9"})
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("Costs 36 credits ($0.18).\n")


@pytest.fixture
def asked_once() -> Iterator[None]:
    """Requests that fail are not repeated: nobody waits."""
    stamina.set_testing(True, attempts=1)
    yield
    stamina.set_testing(False)


@pytest.mark.usefixtures("asked_once")
def test_a_service_that_cannot_be_reached_is_a_warning(pipeline, project):
    ended = pipeline("plan", environ={"KIE_API_BASE_URL": "http://127.0.0.1:9", "KIE_API_KEY": KEY})
    assert ended.code == 0
    assert ended.err.startswith("warning: the balance is unknown: 127.0.0.1 did not answer")
    assert ended.out.endswith("Costs 36 credits ($0.18).\n")


def test_a_service_that_stays_silent_is_not_waited_for(project, context):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        context.environ = {"KIE_API_BASE_URL": url, "KIE_API_KEY": KEY}
        opened = open_project(context, [])
        assert ask_balance(context, opened, patience_s=0.05) is None
    assert context.output.stderr.getvalue() == "warning: the balance is unknown: no answer within 0.05 s\n"


def test_a_wrong_key_is_a_warning_and_not_shown(pipeline, project, sandbox):
    environ = {"KIE_API_BASE_URL": sandbox, "KIE_API_KEY": "kie-of-somebody-else"}
    ended = pipeline("plan", environ=environ)
    assert ended.code == 0
    assert ended.err.startswith("warning: the balance is unknown: ")
    assert "kie-of-somebody-else" not in ended.err + ended.out


# -- it changes nothing --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",), ("--check",), ("--sandbox",)])
def test_a_plan_writes_no_byte_in_a_new_project(pipeline, project, account, form):
    before = everything(project)
    pipeline("plan", *form, environ=account.environ)
    assert everything(project) == before


@pytest.mark.parametrize("changed", [True, False])
def test_a_plan_writes_no_byte_after_a_run(pipeline, delivered, account, changed):
    if changed:
        recolour(delivered)
    before = everything(delivered)
    pipeline("plan", "--regenerate", "gift", environ=account.environ)
    assert everything(delivered) == before


def test_a_recipe_that_is_wrong_stops_the_plan(pipeline, project):
    (project / "recipes/icons.yaml").write_text("assets: [{nam: x}]\n")
    ended = pipeline("plan")
    assert (ended.code, ended.out) == (2, "")
    assert "recipes/icons.yaml:1:" in ended.err


def test_a_lock_from_the_future_stops_the_plan(pipeline, delivered):
    lock = delivered / "recipes/icons.lock.json"
    lock.write_text(lock.read_text().replace('"version": 1', '"version": 2'))
    ended = pipeline("plan")
    assert (ended.code, ended.out) == (4, "")
    assert "written by a newer version of pipeline" in ended.err
