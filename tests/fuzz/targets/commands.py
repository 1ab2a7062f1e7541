"""The command line: any arguments to the commands that only look, over projects that may be broken."""

from __future__ import annotations

from fuzz import corpus
from fuzz.campaign import Target
from fuzz.invocation import ENVIRON, KEY, invoke
from fuzz.mutation import pick
from fuzz.targets.recipes import projects
from fuzz.watch import staying_in
from fuzz.workspace import Files, workspace
from hypothesis import strategies as st

_commands = st.sampled_from(["validate", "plan", "plan", "status", "models", "schema"])
_options = st.sampled_from([
    "--json", "--markdown", "--check", "--offline", "--sandbox", "--only", "--regenerate", "--forget",
    "--help", "-h", "--",
    "--version", "--only=coin", "--only=[", "--regenerate=*", "--jsn", "-x", "--offline=1", "show",
    "recipe", "brand", "coin",
    "nano-banana-pro", "u2netp", "nano-banana", "a*", "[!", "\\", "--show-completion",
])  # fmt: skip
_paths = pick([
    "recipes", "recipes/icons.yaml", "brand/primary.yaml", "pipeline.yaml", "nowhere.yaml", ".", "..", "/",
    "~", "", " ", "brand/logo.png", "../outside/secret.txt", "../outside", "recipes/link.yaml", "/dev/null",
    "/etc/passwd", "output",
    "a" * 300, "a/" * 3000, "recipes/\udcff.yaml", "-", "@x", "\x1b[31m", "rec\nipes", "*.yaml",
    "icons.yaml/x",
])  # fmt: skip
_odd = pick([value for value in corpus.HOSTILE if isinstance(value, str)]) | st.text(max_size=6)
argvs = st.one_of(
    st.builds(lambda command, rest: [command, *rest], _commands, st.lists(_options | _paths, max_size=4)),
    st.builds(lambda command, rest: [command, *rest], _commands, st.lists(_options | _odd, max_size=3)),
    st.builds(lambda rest, command: [*rest, command], st.lists(_options, max_size=1), _commands),
).map(lambda argv: [argument.replace("\0", "") for argument in argv])  # no system passes a zero byte on
cases = st.tuples(argvs, projects)
MENDED = {"pull"}  # fetches weights: not something that only looks


def check(case: tuple[list[str], Files]) -> str:
    argv, files = case
    if MENDED & set(argv):
        return "skipped"
    with (
        workspace({**files, ".env": f"KIE_AI_API_KEY={KEY}\n".encode()}) as root,
        staying_in(root, reading_anywhere=True),
    ):
        return f"exit {invoke(argv, ENVIRON).code}"


TARGET = Target("commands", cases, check, batch=100)
