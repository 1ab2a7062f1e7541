"""Carrying out ``pipeline run``: from what was asked to the engine, and to whoever agrees to the cost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pipeline.cli.connection import Connection, base_urls, connect, connection_of, recover
from pipeline.cli.context import Context
from pipeline.cli.project import Project, open_project
from pipeline.cli.run import Asked
from pipeline.errors import PlanRefused, UsageError, clean
from pipeline.generate.callbacks import Callbacks
from pipeline.generate.engine import Limits
from pipeline.generate.provider import Provider
from pipeline.plan.build import Cost, Plan
from pipeline.recipe.paths import PathFault, refuse_machinery
from pipeline.recipe.settings import Settings
from pipeline.report import plan_text
from pipeline.run.conduct import conduct
from pipeline.run.interrupt import run
from pipeline.run.options import Means, Options
from pipeline.run.places import Places

if TYPE_CHECKING:
    from pipeline.providers.kie.webhook import Webhook

OpenWebhook = Callable[[], AbstractAsyncContextManager[Callbacks]]


def execute(context: Context, recipes: tuple[Path, ...], asked: Asked) -> int:
    """Load, plan, confirm and run; the exit code."""
    project = open_project(context, recipes)
    if asked.output is not None:
        refuse_output(asked.output, project)
    places = Places.of(project.root, project.settings.store, sandbox=asked.sandbox, output=asked.output)
    gate = Gate(
        context,
        yes=asked.yes or asked.sandbox,
        max_credits=asked.max_credits,
        may_ask=not asked.as_json,
    )
    webhook = webhook_of(context, project, asked)
    with service(context, project, places, webhook) as open_provider:
        return make(context, project, places, asked, gate, open_provider, listener(context, webhook))


def refuse_output(output: Path, project: Project) -> None:
    """Raise ``UsageError`` when --output names a place that belongs to git, to pipeline or to the recipes."""
    sources = [source for recipe in project.recipes for source in recipe.sources]
    try:
        refuse_machinery(output, str(output), project.root, sources)
    except PathFault as fault:
        raise UsageError(f"--output: {fault.message}", hint=fault.hint) from fault


def webhook_of(context: Context, project: Project, asked: Asked) -> Webhook | None:
    """Where the service is to call, and we to listen; None when it is not to. Raises ``UsageError``."""
    if asked.webhook is None:
        if asked.webhook_listen is not None:
            raise UsageError("--webhook-listen needs --webhook URL, the address the service calls.")
        return None
    from pipeline.providers.kie.webhook import Webhook

    key = context.environment(project.root).webhook_key or ""
    webhook = Webhook.of(asked.webhook, asked.webhook_listen or "", key)
    if asked.sandbox:
        refuse_unreachable(webhook.is_loopback, "The sandbox calls no host but this machine's own loopback.")
    else:
        service = urlsplit(base_urls(context, project.root)[0]).hostname
        reachable = not webhook.is_private or is_private(service)
        refuse_unreachable(reachable, f"{clean(service)} cannot call an address on a private network.")
    return webhook


def refuse_unreachable(reachable: bool, why: str) -> None:  # noqa: FBT001
    """Raise ``UsageError`` for a --webhook that would never be called."""
    if not reachable:
        raise UsageError(
            f"--webhook: {why}",
            hint="A tunnel gives this machine a public address; --sandbox takes http://127.0.0.1:PORT.",
        )


def is_private(host: str | None) -> bool:
    """Whether a host is this machine or on a private network."""
    from pipeline.providers.net.hosts import is_private_name

    return is_private_name(host or "")


def listener(context: Context, webhook: Webhook | None) -> OpenWebhook | None:
    """How to begin to listen for callbacks; None when none are asked for."""
    if webhook is None:
        return None
    from pipeline.providers.kie.webhook import listening

    return lambda: listening(webhook, context.clock, context.output.message)


def make(
    context: Context,
    project: Project,
    places: Places,
    asked: Asked,
    gate: Gate,
    open_provider: Callable[[], Provider],
    open_webhook: OpenWebhook | None,
) -> int:
    """Conduct the run in the voice asked for; the exit code."""
    from pipeline.deliver.workers import open_workers
    from pipeline.report.voice import open_voice

    with closing(open_voice(context.output, "json" if asked.as_json else "auto")) as voice:
        means = Means(
            clock=context.clock,
            emit=voice,
            open_provider=open_provider,
            open_workers=lambda: open_workers(asked.workers or project.settings.workers or None),
            confirm=gate.confirm,
            open_webhook=open_webhook,
            recover=recover,
        )
        options = options_of(asked, project.settings)

        async def carry_out() -> int:
            # Only the code leaves the loop: asyncio describes a finished task with all it returned.
            return (await conduct(project.recipes, places, options, means)).exit_code

        return run(carry_out())


def options_of(asked: Asked, settings: Settings) -> Options:
    """The command line as the run takes it."""
    return Options(
        only=asked.only,
        regenerate=asked.regenerate,
        retry_unknown=asked.retry_unknown,
        overwrite_edited=asked.overwrite_edited,
        frozen=asked.frozen,
        limits=limits_of(settings, asked.max_credits),
    )


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
def service(
    context: Context, project: Project, places: Places, webhook: Webhook | None
) -> Iterator[Callable[[], Provider]]:
    """How to reach the service: the account's, or a stand-in started only if the plan needs one."""
    if not places.sandbox:
        yield lambda: connect(connection_of(context, project.root, project.settings), project.settings)
        return
    with ExitStack() as stack:
        key = webhook.key if webhook is not None else ""
        yield lambda: connect(
            sandbox_connection(stack, places, key, project.settings), project.settings, account="sandbox"
        )


def sandbox_connection(stack: ExitStack, places: Places, webhook_key: str, settings: Settings) -> Connection:
    """Start a sandbox that keeps its tasks in the project's state folder and knows the project's models."""
    from pipeline.sandbox.embedded import EmbeddedSandbox
    from pipeline.sandbox.options import SandboxOptions

    options = SandboxOptions(
        credits=1_000_000,
        state=places.state / "service.db",
        log=places.state / "service.log",
        webhook_key=webhook_key,
        models=settings.models,
        vary=True,  # candidates and attempts ask for the same thing again
    )
    url = stack.enter_context(EmbeddedSandbox(options))
    return Connection(api_base_url=url, upload_base_url=url, key=options.key, state=places.state)


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
        over = (
            f" That is more than --max-credits {self.max_credits:g}." if self.max_credits is not None else ""
        )
        raise PlanRefused(
            f"{plan_text.summary(plan, balance)}{over} Nothing was sent.",
            hint="Agree to it with --yes, or with --max-credits N. `pipeline plan` shows every asset.",
        )

    def _covered(self, cost: Cost) -> bool:
        return self.max_credits is not None and not cost.unpriced and cost.at_most <= self.max_credits
