"""``pipeline cutout``: background removal alone, on local pictures."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, Final, Literal

import click

from pipeline.cli.context import Context
from pipeline.cli.share import Share
from pipeline.errors import EXIT_DONE, EXIT_SOME_FAILED
from pipeline.picture.cutout import METHODS, need_of_weights
from pipeline.picture.cutout.models import MODELS
from pipeline.recipe.spec import Cutout
from pipeline.run.batch import Batch, gather
from pipeline.run.cutout import cut_all, nothing

_MOST_WORKERS: Final = 4
_OF_PAIRS: Final = ("auto", "difference")
"""Methods that have a use for a second render."""


@click.command()
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where results go."
)
@click.option(
    "--method",
    type=click.Choice(sorted(METHODS, key=lambda name: name != "auto")),
    default="auto",
    show_default=True,
    help="How to do it.",
)
@click.option(
    "--black",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A second render of the one IMAGE, on black, for difference and auto.",
)
@click.option(
    "--model",
    type=click.Choice(list(MODELS)),
    metavar="NAME",
    default="u2netp",
    show_default=True,
    help="The network rembg uses (see pipeline models).",
)
@click.option("--crop", is_flag=True, help="Trim to the subject.")
@click.option(
    "--padding",
    type=Share(),
    metavar="P%",
    help="With --crop: add P% of the subject's longer side on every side.",
)
@click.option(
    "--shadow",
    type=click.Choice(["keep", "drop"]),
    default="keep",
    show_default=True,
    help="What becomes of a soft shadow or glow.",
)
@click.option(
    "--translucent/--opaque",
    default=None,
    help="The subject lets the backdrop shine through, or nowhere does (default: judged from the picture).",
)
@click.option("--compare", is_flag=True, help="Also draw NAME-compare.png: every method on four grounds.")
@click.option("--overwrite", is_flag=True, help="Replace files in DIR that this command did not make.")
@click.option("--workers", metavar="local:N", help="Processes that share the work (default: one a core).")
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line on standard output.")
@click.pass_obj
def command(
    context: Context,
    images: tuple[Path, ...],
    *,
    output: Path,
    method: Any,  # one of the choices
    black: Path | None,
    model: str,
    crop: bool,
    padding: float | None,
    shadow: Literal["keep", "drop"],
    translucent: bool | None,
    compare: bool,
    overwrite: bool,
    workers: str | None,
    as_json: bool,
) -> int:
    """Cut the subject out of each IMAGE and write NAME-nobg.png into DIR.

    An IMAGE is a picture (png, jpg, webp, avif, gif) or a folder: every picture right inside it. Nothing
    leaves this machine. --method difference takes two renders of one subject, on white and on black: files
    called NAME-white (or NAME) and NAME-black become NAME-nobg.png.

    \b
    pipeline cutout coin.png -o out
    pipeline cutout photos/ -o out --crop --padding 8% --compare
    pipeline cutout glass-white.png glass-black.png -o out --method difference
    """
    if padding is not None and not crop:
        raise click.UsageError("--padding needs --crop.")
    if black is not None and method not in _OF_PAIRS:
        raise click.UsageError(f"--black needs --method {' or '.join(_OF_PAIRS)}.")
    batch = gather(
        images,
        output,
        folder=context.folder,
        compare=compare,
        overwrite=overwrite,
        in_pairs=method == "difference",
        black=black,
    )
    settings = Cutout(method, model, crop, padding or 0.0, shadow=shadow, translucent=translucent)
    return carry_out(context, batch, settings, workers, as_json=as_json)


def carry_out(context: Context, batch: Batch, settings: Cutout, workers: str | None, *, as_json: bool) -> int:
    """Do the work in the voice asked for; the exit code."""
    from pipeline.deliver.cores import cores
    from pipeline.deliver.workers import open_workers
    from pipeline.report.cutouts import open_voice
    from pipeline.run import interrupt

    pool = open_workers(workers or f"local:{max(1, min(len(batch.items), cores(), _MOST_WORKERS))}")
    if batch.items:
        require_weights(context, settings)
    with closing(open_voice(context.output, as_json=as_json)) as voice:
        if not batch.items:
            nothing(batch, voice)
            return EXIT_DONE
        done = interrupt.run(cut_all(batch, settings, pool, voice))
    return EXIT_DONE if done else EXIT_SOME_FAILED


def require_weights(context: Context, settings: Cutout) -> None:
    """Raise ``ProcessError`` when the method needs weights that are not here; warn when it may need them."""
    from pipeline.picture.cutout import weights

    need = need_of_weights(settings.method)
    if need == "always":
        weights.require(settings.model)
    elif need == "maybe" and (state := weights.state(settings.model)) != "present":
        context.output.warning(
            f"The weights of {settings.model} are {state}: pictures on a colourless backdrop are keyed"
            " without them, those without a flat backdrop will fail."
            f" Fetch them once: pipeline models pull {settings.model}"
        )
