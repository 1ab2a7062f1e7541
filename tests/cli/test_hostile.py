"""Projects that mean harm: what the user is told, the exit code, and that nothing outside is quoted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import stamina
from mirror import CREATE, CREDIT, RECORD, record, said, serving

from pipeline.clock import SystemClock

HEAD = "defaults: {model: nano-banana-pro, prompt: p}\n"
TOP_SECRET = "TOP-SECRET-0123456789"


def recipe(**keys: object) -> str:
    """A recipe whose one asset has these keys."""
    return HEAD + f"assets: [{json.dumps({'name': 'a', **keys})}]\n"


@pytest.fixture
def root(tree) -> Path:
    """A project in a folder of its own, beside things that are none of its business."""
    tree(
        {
            "outside/secret.yaml": f"{TOP_SECRET}: [\n",
            "outside/secret.png": b"x",
            "project/pipeline.yaml": "provider: kie\n",
            "project/ok.png": b"x",
        }
    )
    return tree({}) / "project"


@pytest.fixture
def told(pipeline, root, tree, monkeypatch):
    """``told(files, links)``: exit code and everything said by validate, in a project with these."""
    monkeypatch.chdir(root)

    def validate(files: dict[str, str], links: dict[str, str] | None = None, command: str = "validate"):
        tree({f"project/{name}": content for name, content in files.items()})
        for name, target in (links or {}).items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).unlink(missing_ok=True)
            (root / name).symlink_to(target)
        ended = pipeline(command, environ={"KIE_API_KEY": TOP_SECRET})
        assert TOP_SECRET not in ended.out + ended.err
        return ended.code, ended.out + ended.err

    return validate


class TestPaths:
    @pytest.mark.parametrize(
        ("output", "said"),
        [
            ("../x", "leaves the project"),
            ("a/../../x", "leaves the project"),
            ("/tmp/x", "is an absolute path"),
            ("//host/share", "is an absolute path"),
            ("~/x", "leaves the project"),
            ("C:/x", "is not portable"),
            ("a\\b", "is not portable"),
            ("CON", "is a device name on Windows"),
            ("out/NUL.png", "is a device name on Windows"),
            ("COM\u00b9", "is a device name on Windows"),
            ("out/lpt1 .txt", "is a device name on Windows"),
            ("x ", "cannot be the name of a folder on Windows"),
            ("x.", "cannot be the name of a folder on Windows"),
            ("out/a:b", "cannot be the name of a folder on Windows"),
            (".git/hooks", "which is not for pictures"),
            (".GIT", "which is not for pictures"),
            ("GIT~1", "which is not for pictures"),
            (".\uff47\uff49\uff54", "which is not for pictures"),
            (".\u200bgit", "holds a control character"),
            ("a\nb", "holds a control character"),
            ("\u202egnp", "holds a control character"),
            ("-rf", "reads like an option"),
            ("a" * 300, "longer than file systems take"),
            ("/".join(["d" * 100] * 50)[1:], "longer than file systems take"),
            ("recipes", "holds recipes or brand files"),
            ("RECIPES", "holds recipes or brand files"),
            ("ok.png", "is a file, not a folder"),
            ("link", "leaves the project"),
            ("dangling", "leaves the project"),
            ("loop", "is not a path"),
            (".", "the project root cannot be"),
        ],
    )
    def test_of_the_output_folder(self, told, output, said):
        links = {"link": "../outside", "dangling": "../nowhere", "loop": "loop"}
        text = f"output: {json.dumps(output)}\n{HEAD}assets: [{{name: a}}]\n"
        code, found = told({"recipes/r.yaml": text}, links)
        assert code == 2
        assert re.match(r"recipes/r.yaml:1:9: error: ", found)
        assert said in found

    @pytest.mark.parametrize(
        ("keys", "said"),
        [
            ({"dir": "../x"}, "leaves its folder"),
            ({"dir": "a/b/c/d/e/f/g/h/i"}, "more than 8 folders deep"),
            ({"dir": "NUL"}, "is a device name on Windows"),
            ({"dir": "\u00e9"}, "must begin with a letter or digit"),
            ({"filename": "../x"}, "must begin with a letter or digit"),
            ({"filename": "CON.x"}, "is a device name on Windows"),
            ({"filename": "x\n"}, "must begin with a letter or digit"),
            ({"filename": "-rf"}, "must begin with a letter or digit"),
            ({"filename": "a" * 120}, "must be at most 100 characters"),
            ({"icons": {"../x": 4}}, 'icons does not take "../x"'),
            ({"icons": {"@": 4}}, 'icons does not take "@"'),
            ({"references": ["../../outside/secret.png"]}, "leaves the project"),
            ({"references": ["../link.png"]}, "leaves the project"),
            ({"references": ["../dangling.png"]}, "leaves the project"),
            ({"references": ["../loop.png"]}, "is not a path"),
            ({"references": ["../environ.png"]}, "leaves the project"),
            ({"image": "/etc/passwd"}, "is an absolute path"),
            ({"image": "../ok.png\0"}, "holds a control character"),
            ({"image": "x" * 5000 + ".png"}, "is not a path"),
        ],
    )
    def test_of_an_asset(self, told, keys, said):
        links = {
            "link.png": "../outside/secret.png",
            "dangling.png": "../nowhere.png",
            "loop.png": "loop.png",
            "environ.png": "/proc/self/environ",
        }
        code, found = told({"recipes/r.yaml": recipe(**keys)}, links)
        assert code == 2
        assert re.match(r"recipes/r.yaml:2:\d+: error: ", found)
        assert said in found

    @pytest.mark.parametrize("target", ["../../outside/secret.yaml", "/proc/self/environ"])
    def test_of_a_link_to_a_file_whose_lines_a_message_would_quote(self, told, target):
        code, found = told({}, {"recipes/r.yaml": target})
        assert (code, "lies outside the project" in found) == (2, True)

    @pytest.mark.parametrize(
        "target", ["../outside/secret.yaml", "/proc/self/environ", "/dev/zero", "pipeline.yaml"]
    )
    def test_of_settings_that_are_a_link(self, told, target):
        code, found = told({"recipes/r.yaml": recipe()}, {"pipeline.yaml": target})
        assert (code, found) == (2, "pipeline.yaml:1:1: error: is a link that leaves the project\n")

    def test_of_settings_that_are_a_folder(self, told, root):
        (root / "pipeline.yaml").unlink()
        (root / "pipeline.yaml").mkdir()
        assert told({"recipes/r.yaml": recipe()}) == (2, "pipeline.yaml:1:1: error: is not a file\n")

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"b.yaml": "extends: link.yaml\n"}, "b.yaml:1:10: error: extends"),
            ({"b.yaml": "extends: b.yaml\n"}, "extends goes in a circle"),
            ({"b.yaml": "logo: /etc/x.png\n"}, "b.yaml:1:7: error: logo"),
            (
                {
                    "b.yaml": "extends: c0.yaml\n",
                    **{f"c{n}.yaml": f"extends: c{n + 1}.yaml\n" for n in range(2000)},
                },
                "extends goes on for more than 20 files",
            ),
        ],
    )
    def test_of_a_brand(self, told, files, said):
        text = f"brand: ../b.yaml\n{HEAD}assets: [{{name: a}}]\n"
        code, found = told({"recipes/r.yaml": text, **files}, {"link.yaml": "../outside/secret.yaml"})
        assert (code, said in found) == (2, True), found

    @pytest.mark.parametrize(
        ("store", "said"),
        [
            (".git/x", "which is not for pictures"),
            ("ok.png", "is a file, not a folder"),
            ("CON", "is a device name on Windows"),
            ("~/x", "is not a folder"),
            ("s3://bucket", "is not a folder"),
            ("a\nb", "holds a control character"),
            ("x" * 300, "longer than file systems take"),
        ],
    )
    def test_of_the_store(self, told, store, said):
        files = {"recipes/r.yaml": recipe(), "pipeline.yaml": f"store: {json.dumps(store)}\n"}
        code, found = told(files)
        assert (code, said in found) == (2, True), found
        assert found.startswith("pipeline.yaml:1:8: error: store: ")

    @pytest.mark.parametrize("store", ["../shared", "/var/pictures", ".pipeline/store", "originals"])
    def test_a_store_may_be_shared(self, told, store):
        files = {"recipes/r.yaml": recipe(), "pipeline.yaml": f"store: {store}\n"}
        assert told(files)[0] == 0

    @pytest.mark.parametrize(
        ("one", "other"),
        [("output/X", "output/x"), ("output/\u00e9", "output/e\u0301"), ("a/\ufb01", "a/fi")],
    )
    def test_folders_that_some_disks_do_not_tell_apart(self, told, one, other):
        asset = f"{HEAD}assets: [{{name: a}}]\n"
        files = {"recipes/a.yaml": f"output: {one}\n{asset}", "recipes/b.yaml": f"output: {other}\n{asset}"}
        code, found = told(files)
        assert (code, "is already the output of recipes/a.yaml" in found) == (2, True)

    @pytest.mark.parametrize("other", ["a.yml", "A.yaml"])
    def test_recipes_that_would_share_a_lock(self, told, other):
        files = {"recipes/a.yaml": recipe(), f"recipes/{other}": "output: elsewhere\n" + recipe()}
        code, found = told(files)
        assert (code, "its lock would be that of" in found) == (2, True)

    @pytest.mark.parametrize("manifest", ['{"name": "An app"}', "[]", "not JSON", "[" * 100_000])
    def test_a_manifest_of_somebody_else_is_not_replaced(self, told, manifest):
        text = f"output: public\n{HEAD}assets: [{{name: a}}]\n"
        code, found = told({"recipes/r.yaml": text, "public/manifest.json": manifest})
        assert (code, "holds a manifest.json that is not ours" in found) == (2, True)

    def test_a_manifest_of_ours_is(self, told):
        ours = '{"version": 1, "recipe": "recipes/r.yaml", "assets": {}}'
        text = f"output: public\n{HEAD}assets: [{{name: a}}]\n"
        assert told({"recipes/r.yaml": text, "public/manifest.json": ours})[0] == 0

    @pytest.mark.parametrize("name", ["recipes/r.lock.json", "output/r/manifest.json", "output/r/a.png"])
    def test_a_link_to_a_device_without_an_end_does_not_hold_up_a_plan(self, told, root, name):
        entry = {
            "accepted": [],
            "credits": 1,
            "post": {},
            "request": {},
            "task": "t",
            "values": {},
            "files": {"a.png": "0" * 64},
            "fingerprints": {"free": "f", "paid": "p"},
            "original": {"sha256": "0" * 64, "extension": "png", "width": 1, "height": 1},
        }
        lock = json.dumps({"version": 1, "assets": {"a": entry}})
        (root / "output" / "r").mkdir(parents=True)
        code, found = told(
            {"recipes/r.yaml": recipe(), "recipes/r.lock.json": lock}, {name: "/dev/zero"}, "plan"
        )
        assert code == (4 if name.endswith("lock.json") else 0)
        assert "plain file" in found or code == 0


class TestUrls:
    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://127.0.0.1/a.png", "is on a private network"),
            ("http://2130706433/a.png", "is on a private network"),
            ("https://[::ffff:127.0.0.1]/a.png", "is on a private network"),
            ("http://169.254.169.254/latest/meta-data", "is on a private network"),
            ("https://printer.local./a.png", "is on a private network"),
            ("https://me:TOP@x.org/a.png", "the URL carries a user name or password"),
            ("javascript:alert(1)", "is not an http or https URL"),
            ("data:image/png;base64,AAAA", "is not an http or https URL"),
            ("file:/etc/passwd", "is not an http or https URL"),
            ("https://x.org/a.png#b", "has a #fragment"),
            ("https://x.org/a b.png", "holds a space"),
        ],
    )
    @pytest.mark.parametrize("key", ["references", "image"])
    def test_that_are_refused_where_they_stand(self, told, url, said, key):
        value = [url] if key == "references" else url
        code, found = told({"recipes/r.yaml": recipe(**{key: value})})
        assert (code, said in found) == (2, True), found
        assert re.search(r"recipes/r.yaml:2:\d+: error: ", found)

    def test_private_ones_are_for_those_who_allow_them(self, told):
        text = recipe(references=["http://10.0.0.5/a.png"])
        assert told({"recipes/r.yaml": text})[0] == 2
        assert told({"recipes/r.yaml": text, "pipeline.yaml": "allow_private_urls: true\n"})[0] == 0

    def test_letters_that_look_like_others_are_shown_as_they_are_looked_up(self, told):
        code, found = told({"recipes/r.yaml": recipe(references=["https://\u0430pple.com/a.png"])})
        assert (code, "xn--pple-43d.com" in found) == (0, True)


EVIL = (
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J \x9b31m \u202egnp.exe \u2066x\u2069 \r hidden "
    "<script>alert(1)</script> ![x](https://evil.example/x.png) [a](javascript:b) @everyone #123 GH-7 "
    "www.evil.example https://evil.example | `code` \u3164 &lt; mailto:a@b.example"
)
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u3164]")


class TestInjection:
    """Text that would steer a terminal, or be markup where a plan is shown."""

    def test_through_names_of_files(self, told, root):
        (root / "recipes").mkdir()
        (root / "recipes" / "evil\x1b]0;owned\x07\u202e.yaml").write_text(recipe())
        code, found = told({})
        assert code == 2
        assert not STEERING.search(found)

    def test_through_a_command_line(self, pipeline, root):
        for command in (["validate", "no\x1b[31mfile"], ["run", "--output", "\x1b[2J"], ["\x1b]0;x\x07"]):
            ended = pipeline(*command)
            assert ended.code == 2
            assert not STEERING.search(ended.out + ended.err)

    def test_through_values_that_changed(self, pipeline, tree, root, monkeypatch):
        monkeypatch.chdir(root)
        head = HEAD.replace("prompt: p", 'prompt: "{{ brand.name }}"')
        brand = f"name: {json.dumps(EVIL)}\n"
        tree(
            {
                "project/recipes/r.yaml": f"brand: ../b.yaml\n{head}assets: [{{name: a}}]\n",
                "project/b.yaml": brand,
            }
        )
        assert pipeline("run", "--sandbox", clock=SystemClock(speed=100)).code == 0
        tree({"project/b.yaml": brand.replace("hidden", "hidden again")})
        told = {
            form: pipeline("plan", "--sandbox", *form.split()).out for form in ("", "--markdown", "--json")
        }
        assert not any(STEERING.search(text) for text in told.values())
        assert_shows_as_itself(told["--markdown"])
        assert told["--json"].isascii()
        assert json.loads(told["--json"])["pending"]

    @pytest.mark.parametrize("voice", [[], ["--json"]], ids=["lines", "json"])
    @pytest.mark.parametrize(
        "answers",
        [
            {CREATE: said(422, EVIL)},
            {RECORD: record("fail", failMsg=EVIL, failCode=EVIL)},
            {CREATE: said(200, "ok", {"taskId": EVIL})},
            {CREDIT: said(401, EVIL)},
            {RECORD: record("success", resultJson=json.dumps({"resultUrls": [f"https://{EVIL}/x", EVIL]}))},
        ],
        ids=["refused", "failed", "task", "balance", "result"],
    )
    def test_through_what_the_service_says(self, pipeline, root, tree, monkeypatch, voice, answers):
        monkeypatch.chdir(root)
        tree({"project/recipes/r.yaml": recipe()})
        usual = {
            CREDIT: said(200, "ok", 700),
            CREATE: said(200, "ok", {"taskId": "t"}),
            RECORD: record("fail"),
        }
        with serving(usual | answers) as mirror, stamina.set_testing(True, attempts=1):
            environ = {"KIE_API_BASE_URL": mirror.url, "KIE_API_KEY": "k"}
            options = ["--yes", "--workers", "local:1", *voice]
            ended = pipeline("run", *options, environ=environ, clock=SystemClock(speed=400))
            again = pipeline("status", environ=environ)
        assert ended.code in (1, 4)
        for text in (ended.out, ended.err, again.out, again.err):
            assert not STEERING.search(text)
        for line in ended.out.splitlines() if voice else ():
            json.loads(line)


def assert_shows_as_itself(text: str) -> None:
    """Outside of code nothing in it is HTML, a picture, a link, or calls anybody."""
    plain = re.sub(r"`[^`\n]*`", "", text.replace("\\`", ""))
    for pattern in (
        r"<(?!br>)",
        r"(?<!\\)!\[",
        r"(?<!\\)\]\(",
        r"@\w",
        r"#\d",
        r"GH-\d",
        r"www\.",
        r"https?:",
        r"mailto:",
    ):
        assert not re.search(pattern, plain), (pattern, plain)
