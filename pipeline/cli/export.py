"""``pipeline export``: platform sets alone, from a local picture."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.context import Context
from pipeline.cli.share import Share
from pipeline.errors import EXIT_DONE, EXIT_SOME_FAILED, UsageError, clean

if TYPE_CHECKING:
    from pipeline.run.export import Export
    from pipeline.targets.output import Slot

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("image", required=False, metavar="IMAGE", type=_FILE)
@click.option("-o", "--output", metavar="DIR", type=_FILE, help="Where the sets go: DIR/TARGET/…")
@click.option("--targets", metavar="LIST", multiple=True, help="Which sets: ios,android,web … or all.")
@click.option(
    "--background", metavar="COLOR", help='Behind transparency, such as "#EC4899" (default: white).'
)
@click.option(
    "--padding", type=Share(), metavar="P%", help="Of a side, on every side, instead of the platform's."
)
@click.option(
    "--option",
    "options",
    metavar="TARGET.NAME=VALUE",
    multiple=True,
    help="Say something about one target, such as ios.style=classic (see --list).",
)
@click.option("--dark", metavar="FILE", type=_FILE, help="A drawing for dark appearances.")
@click.option("--small", metavar="FILE", type=_FILE, help="A simpler drawing for sizes up to 32 px.")
@click.option("--tinted", metavar="FILE", type=_FILE, help="A drawing that the system tints.")
@click.option("--monochrome", metavar="FILE", type=_FILE, help="A drawing of which only the shape counts.")
@click.option("--background-image", metavar="FILE", type=_FILE, help="A picture to stand behind the drawing.")
@click.option("--name", metavar="NAME", help="What files are called (default: as the picture is).")
@click.option("--title", metavar="TEXT", help="What people read, in manifests (default: the name).")
@click.option("--sheet", is_flag=True, help="Also draw DIR/contact-sheet.png: masks, light and dark, 16 px.")
@click.option("--overwrite", is_flag=True, help="Replace files in DIR/TARGET that this command did not make.")
@click.option("--list", "as_list", is_flag=True, help="List the targets and what can be said about each.")
@click.option("--json", "as_json", is_flag=True, help="One JSON event a line on standard output.")
@click.pass_obj
def command(
    context: Context,
    image: Path | None,
    *,
    output: Path | None,
    targets: tuple[str, ...],
    background: str | None,
    padding: float | None,
    options: tuple[str, ...],
    dark: Path | None,
    small: Path | None,
    tinted: Path | None,
    monochrome: Path | None,
    background_image: Path | None,
    name: str | None,
    title: str | None,
    sheet: bool,
    overwrite: bool,
    as_list: bool,
    as_json: bool,
) -> int:
    """Make of IMAGE the files that platforms demand, each target's in DIR/TARGET.

    IMAGE is best square, 1024 px or larger, on transparency. Nothing leaves this machine.

    \b
    pipeline export icon.png -o out --targets ios,android,web
    pipeline export icon.png -o out --targets all --background "#EC4899" --sheet
    pipeline export icon.png -o out --targets ios --option ios.style=classic --dark night.png
    """
    if as_list:
        return _list(context, as_json=as_json)
    if image is None or output is None or not targets:
        missing = "IMAGE" if image is None else "-o DIR" if output is None else "--targets LIST"
        raise click.UsageError(f"Missing {missing}.")
    from pipeline.cli.export_options import background_of, name_of, title_of, uses_of
    from pipeline.run.export import Export

    slots: dict[Slot, Path | None] = {"small": small, "dark": dark, "tinted": tinted}
    slots |= {"monochrome": monochrome, "background": background_image}
    what = Export(
        source=_existing(context, image),
        shown=clean(image),
        output=context.folder / output,
        shown_output=str(output),
        uses=uses_of(targets, options, padding),
        name=name_of(name, image),
        title=title_of(title),
        background=background_of(background),
        drawings={slot: _existing(context, path) for slot, path in slots.items() if path is not None},
        sheet=sheet,
        overwrite=overwrite,
    )
    return _carry_out(context, what, as_json=as_json)


def _carry_out(context: Context, what: Export, *, as_json: bool) -> int:
    from pipeline.deliver.cores import cores
    from pipeline.report.exports import open_voice
    from pipeline.run.export import export

    with closing(open_voice(context.output, as_json=as_json)) as voice:
        done = export(what, voice, threads=cores())
    return EXIT_DONE if done else EXIT_SOME_FAILED


def _existing(context: Context, path: Path) -> Path:
    if not (context.folder / path).is_file():
        raise UsageError(f"There is no picture {clean(path)}.")
    return context.folder / path


def _list(context: Context, *, as_json: bool) -> int:
    from pipeline.report.exports import listing, listing_data
    from pipeline.targets import catalogue

    targets = [catalogue.target(name) for name in catalogue.NAMES]
    if as_json:
        context.output.data(listing_data(targets))
        return EXIT_DONE
    for line in listing(targets):
        context.output.result(line)
    return EXIT_DONE
