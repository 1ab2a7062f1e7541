"""``pipeline run``: make what the recipes ask for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from pipeline.cli.connection import Connection, connect, connection_of
from pipeline.cli.context import Context
from pipeline.cli.project import Project, open_project
from pipeline.errors import PlanRefused
from pipeline.generate.engine import Limits
from pipeline.generate.provider import Provider
from pipeline.plan.build import Cost, Plan
from pipeline.recipe.settings import Settings
from pipeline.report import plan_text
from pipeline.run.conduct import Means, Options, conduct
from pipeline.run.places import Places


@click.command()
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...", type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help="Spend without asking.")
@click.option(
    "--max-credits",
    type=click.FloatRange(min=0),
    metavar="N",
    help="Spend at most N credits; a plan that fits needs no --yes.",
)
@click.option("--only", multiple=True, metavar="GLOB", help="Only these assets and what they are made from.")
@click.option("--regenerate", multiple=True, metavar="GLOB", help="Buy these again although nothing changed.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Deliver below DIR instead.")
@click.option("--sandbox", is_flag=True, help="Use the built-in stand-in: no key, no cost, pretend pictures.")
@click.option(
    "--workers", metavar="local:N", help="Processes for cut-outs and exports (default: one a core)."
)
@click.option("--retry-unknown", is_flag=True, help="Buy again what may have been bought already.")
@click.option("--overwrite-edited", is_flag=True, help="Replace delivered files that were edited by hand.")
@click.option("--frozen", is_flag=True, help="Exit 2 rather than spend anything: for CI.")
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line on standard output.")
@click.pass_obj
def command(
    context: Context,
    recipes: tuple[Path, ...],
    *,
    yes: bool,
    max_credits: float | None,
    only: tuple[str, ...],
    regenerate: tuple[str, ...],
    output: Path | None,
    sandbox: bool,
    workers: str | None,
    retry_unknown: bool,
    overwrite_edited: bool,
    frozen: bool,
    as_json: bool,
) -> int:
    """Make what the recipes ask for (default: every recipe in recipes/).

    Generates, cuts out, exports and delivers, all assets side by side. Interrupted or killed, the same
    command carries on with the tasks that are paid for.

    \b
    pipeline run recipes/app-icons.yaml
    pipeline run recipes/app-icons.yaml --only 'badge-*' --max-credits 60
    """
    project = open_project(context, recipes)
    limits = limits_of(project.settings, max_credits)
    options = Options(
        only=only,
        regenerate=regenerate,
        retry_unknown=retry_unknown,
        overwrite_edited=overwrite_edited,
        frozen=frozen,
        limits=limits,
    )
    folder = None if output is None else context.folder / output
    places = Places.of(project.root, project.settings.store, sandbox=sandbox, output=folder)
    gate = Gate(context, yes=yes or sandbox, max_credits=max_credits, may_ask=not as_json)
    with service(context, project, places) as open_provider:
        return make(context, project, places, options, gate, open_provider, workers, as_json=as_json)


def make(
    context: Context,
    project: Project,
    places: Places,
    options: Options,
    gate: Gate,
    open_provider: Callable[[], Provider],
    workers: str | None,
    *,
    as_json: bool,
) -> int:
    """Conduct the run in the voice asked for; the exit code."""
    import asyncio

    from pipeline.clock import SystemClock
    from pipeline.deliver.workers import open_workers
    from pipeline.report.voice import open_voice

    with closing(open_voice(context.output, "json" if as_json else "auto")) as voice:
        means = Means(
            clock=SystemClock(),
            emit=voice,
            open_provider=open_provider,
            open_workers=lambda: open_workers(workers or project.settings.workers or None),
            confirm=gate.confirm,
        )
        result = asyncio.run(conduct(project.recipes, places, options, means))
    return result.exit_code


def limits_of(settings: Settings, max_credits: float | None) -> Limits:
    """The command line's limit on credits beats the project's."""
    return Limits(
        creates=settings.limits.creates,
        window_s=settings.limits.window,
        running=settings.limits.running,
        max_credits=settings.limits.max_credits if max_credits is None else max_credits,
        deadlines={"image": settings.deadlines.image, "video": settings.deadlines.video},
    )


@contextmanager
def service(context: Context, project: Project, places: Places) -> Iterator[Callable[[], Provider]]:
    """How to reach the service: the account's, or a stand-in started only if the plan needs one."""
    if not places.sandbox:
        yield lambda: connect(connection_of(context, project.root, project.settings), project.settings)
        return
    with ExitStack() as stack:
        yield lambda: connect(sandbox_connection(stack, places), project.settings, account="sandbox")


def sandbox_connection(stack: ExitStack, places: Places) -> Connection:
    """Start a sandbox that remembers its tasks in the project's state folder."""
    from pipeline.sandbox.embedded import EmbeddedSandbox
    from pipeline.sandbox.options import SandboxOptions

    options = SandboxOptions(state=places.state / "service.db", log=places.state / "service.log")
    url = stack.enter_context(EmbeddedSandbox(options))
    return Connection(api_base_url=url, upload_base_url=url, key=options.key)


@dataclass(frozen=True, slots=True)
class Gate:
    """Nothing is spent that was not agreed to: by a person, by --yes, or by a limit that covers it."""

    context: Context
    yes: bool
    max_credits: float | None
    may_ask: bool = True

    def confirm(self, plan: Plan, cost: Cost, balance: float | None) -> None:
        """Return when the cost is agreed to. Raises ``PlanRefused``."""
        if self.yes or cost.at_most == 0 == cost.unpriced or self._covered(cost):
            return
        output = self.context.output
        if self.may_ask and sys.stdin.isatty():
            output.message(plan_text.render(plan, balance, output, output.stderr))
            if click.confirm("Go ahead?", err=True):
                return
            raise PlanRefused("Nothing was sent or spent.")
        raise PlanRefused(
            f"{plan_text.summary(plan, balance)} Nothing was sent.",
            hint="Agree to it with --yes, or with --max-credits N. `pipeline plan` shows every asset.",
        )

    def _covered(self, cost: Cost) -> bool:
        return self.max_credits is not None and not cost.unpriced and cost.at_most <= self.max_credits
