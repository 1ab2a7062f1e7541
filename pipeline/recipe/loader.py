"""Recipe files → checked, rendered recipes. Every mistake of every file is found before any is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.errors import Location, Problem, RecipeError
from pipeline.recipe import (
    candidates,
    catalogue,
    checks,
    fine,
    palette,
    parts,
    renders,
    request,
    sets,
    videos,
)
from pipeline.recipe.bounds import Enough, Mistakes, told
from pipeline.recipe.brand import NO_BRAND, Brand, load_brand
from pipeline.recipe.catalogue import Model
from pipeline.recipe.codegen import Claims, check_identifiers
from pipeline.recipe.entries import Draft, expand, repeated
from pipeline.recipe.load import Document, Place, read, value_at
from pipeline.recipe.mistaken import brand_given_as_recipe
from pipeline.recipe.model import FORMATS, Defaults, RecipeFile, RemoveBg
from pipeline.recipe.paths import (
    PathFault,
    folder,
    name_fault,
    refuse_machinery,
    resolve_file,
    resolve_inside,
    same_place,
)
from pipeline.recipe.project import display, inside, recipe_files
from pipeline.recipe.settings import Settings
from pipeline.recipe.shape import check
from pipeline.recipe.sizes import longest_px, with_prices
from pipeline.recipe.spec import Asset, CodeFile, Cutout, Icon, Recipe, Request
from pipeline.recipe.together import check_renames, check_together
from pipeline.recipe.wording import show


def load_recipes(paths: Sequence[Path], settings: Settings, root: Path) -> list[Recipe]:
    """The recipes in ``paths``: files, or folders of ``*.yaml``; ``recipes/`` when none is given.

    Raises ``UsageError`` when a path does not exist or holds no recipe, ``RecipeError`` with every problem of
    every file.
    """
    root = root.resolve()
    loader = _Loader(settings, root)
    try:
        recipes = [loader.recipe(path) for path in recipe_files(paths or [root / "recipes"])]
    except Enough:
        raise RecipeError(told(loader.problems, cut=True)) from None
    if loader.problems:
        raise RecipeError(told(loader.problems, cut=False))
    return [recipe for recipe in recipes if recipe is not None]


class _Loader:
    """Loads several recipes of one project, sharing brands, problems and claims on output folders."""

    def __init__(self, settings: Settings, root: Path) -> None:
        self.settings, self.root = settings, root
        self.problems = Mistakes()
        self._catalogue = catalogue.load(settings.models)
        self._brands: dict[Path, Brand | None] = {}
        self._claims = Claims(root)
        self._locks: dict[str, str] = {}

    def recipe(self, path: Path) -> Recipe | None:
        before = len(self.problems)
        if said := self._misplaced(path):
            self.problems.append(Problem(said, Location(display(self.root, path), 1, 1)))
            return None
        try:
            document = read(path, display(self.root, path))
        except RecipeError as error:
            self.problems += error.problems
            return None
        if misplaced := brand_given_as_recipe(document):
            self.problems.append(misplaced)
            return None
        self.problems += _canonical(document)
        parsed, refused = check(RecipeFile, document, self.problems)
        if parsed is None:
            return None
        brand = self._brand(parsed, document, path)
        sources = (path.absolute(), *(brand.sources if brand else ()))
        output = self._output(parsed, document, path, sources)
        code = self._code(parsed, document)
        self._refuse_templates(parsed, document)
        if brand is None:
            brand, refused = NO_BRAND, refused | {"brand"}
        drafts = expand(parsed, brand, document, self.problems, refused)
        around = request.Surroundings(
            self._catalogue,
            brand,
            path.absolute().parent,
            self.root,
            self.settings.allow_private_urls,
            self.settings.provider,
        )
        for draft in drafts:
            videos.settle(draft, self._catalogue)
            candidates.settle(draft)
        palettes = palette.of_all(drafts) if any(draft.get("remove_bg") for draft in drafts) else {}
        for draft in drafts:
            draft.palette = palettes.get(draft.name, frozenset())
        built = parts.settle(asset for draft in drafts for asset in _assets(draft, around))
        assets = with_prices(sets.with_cutouts(renders.redirect(built)), self._catalogue)
        check_together(drafts)
        parts.check(drafts, self._catalogue)
        check_identifiers(code, drafts)
        videos.check_sources(drafts, self._catalogue)
        _note_backdrops(drafts)
        fine.note(drafts, assets, self._catalogue)
        self.problems += check_renames(parsed.rename, [draft.name for draft in drafts], document)
        if len(self.problems) > before or output is None:
            return None
        return Recipe(
            name=path.stem,
            key=display(self.root, path),
            path=path.absolute(),
            root=self.root,
            output=output,
            assets=assets,
            renames=renders.with_first(parsed.rename, assets),
            sources=sources,
            warnings=tuple(
                told([problem for draft in drafts for problem in draft.warnings], cut=False)[::-1]
            ),
            codegen=code,
        )

    def _brand(self, parsed: RecipeFile, document: Document, path: Path) -> Brand | None:
        written = self.settings.brand if parsed.brand is None else parsed.brand
        if not written:
            return NO_BRAND
        base = self.root if parsed.brand is None else path.absolute().parent
        try:
            file = resolve_file(written, base, self.root)
        except PathFault as fault:
            origin = "" if parsed.brand else " (named in pipeline.yaml)"
            self.problems.append(
                document.problem(f"brand: {fault.message}{origin}", ("brand",), hint=fault.hint)
            )
            return None
        if file not in self._brands:
            self._brands[file] = load_brand(file, self.root, self.problems)
        return _as_seen_from(self._brands[file], path.absolute().parent)

    def _output(
        self, parsed: RecipeFile, document: Document, path: Path, sources: tuple[Path, ...]
    ) -> Path | None:
        written = parsed.output or f"output/{path.stem}"
        try:
            output = self._output_path(written, path)
            refuse_machinery(output, written, self.root, (*sources, *self._default_recipes()))
            self._claims.folder(output, written, document.file)
        except PathFault as fault:
            self.problems.append(document.problem(f"output: {fault.message}", ("output",), hint=fault.hint))
            return None
        return output

    def _code(self, parsed: RecipeFile, document: Document) -> tuple[CodeFile, ...]:
        found = list(self._claims.code(parsed.codegen, document)) if parsed.codegen else []
        self.problems += [one for one in found if isinstance(one, Problem)]
        return tuple(one for one in found if isinstance(one, CodeFile))

    def _output_path(self, written: str, path: Path) -> Path:
        if said := name_fault(path.stem):
            raise PathFault(f"the recipe's file name {show(path.stem)} {said}")
        output = resolve_inside(written, self.root, self.root)
        if output == self.root:
            raise PathFault("the project root cannot be the output folder", "write output/NAME")
        return output

    def _misplaced(self, path: Path) -> str:
        """Why a file cannot be a recipe, whatever is in it. Asked before anything of it could be quoted."""
        try:
            if not inside(self.root, path):
                return f"the recipe lies outside the project, whose root is {self.root}"
        except (OSError, ValueError, RuntimeError):
            return "the recipe is a link that leads nowhere"
        taken = self._locks.setdefault(same_place(path.absolute().with_suffix("")), path.name)
        return "" if taken == path.name else f"its lock would be that of {taken}: give it another name"

    def _default_recipes(self) -> list[Path]:
        """Whatever lies in ``recipes/``, which is read when a command line names nothing."""
        folder = self.root / "recipes"
        return [folder / "any"] if folder.is_dir() else []

    def _refuse_templates(self, parsed: RecipeFile, document: Document) -> None:
        for place, text in _variables(parsed):
            if "{{" in text or "{%" in text:
                message = "vars hold plain values; templates are not rendered here"
                self.problems.append(document.problem(message, place))


def _variables(parsed: RecipeFile) -> Iterator[tuple[Place, str]]:
    """Every text below a ``vars``."""
    owners: list[tuple[Place, RecipeFile | Defaults]] = [((), parsed), (("defaults",), parsed.defaults)]
    owners += [(("assets", number), entry) for number, entry in enumerate(parsed.assets)]
    for place, owner in owners:
        for name, value in (owner.vars or {}).items():
            if isinstance(value, str):
                yield (*place, "vars", name), value


def _canonical(document: Document) -> list[Problem]:
    """Turn ``remove_bg`` into ``removeBg``; a problem for each mapping that holds both."""
    entries = document.data.get("assets")
    mappings: list[tuple[Place, Any]] = [(("defaults",), document.data.get("defaults"))]
    mappings += [
        (("assets", number), entry)
        for number, entry in enumerate(entries if isinstance(entries, list) else ())
    ]
    problems, places = [], []
    for place, mapping in mappings:
        if not isinstance(mapping, dict) or "remove_bg" not in mapping:
            continue
        if "removeBg" in mapping:
            message = "remove_bg and removeBg are the same key, written twice"
            problems.append(document.problem(message, (*place, "remove_bg"), key=True))
        places.append(place)
    document.rename(places, "remove_bg", "removeBg")
    return problems


def _as_seen_from(brand: Brand | None, here: Path) -> Brand | None:
    """The brand with its logo's path as a recipe in that folder would write it."""
    if brand is None or brand.logo is None:
        return brand
    logo = Path(brand.logo)
    return replace(brand, values={**brand.values, "logo": _relative(logo, here)}, logo=logo)


def _relative(path: Path, here: Path) -> str:
    import os.path

    return Path(os.path.relpath(path, here.resolve())).as_posix()


def _assets(draft: Draft, around: request.Surroundings) -> Iterator[Asset]:
    """The asset; two where the cut-out needs two renders, more with candidates; none where it is wrong."""
    _check_icons(draft)
    names = _names(draft)
    built = request.build(draft, around)
    if built is None or names is None:
        return
    sent, model = built
    cutout, expected = _cutout(draft), checks.checks(draft)
    draft.video = videos.video(draft)
    asset = Asset(
        name=draft.name,
        request=sent,
        location=draft.document.location(draft.place),
        kind=videos.kind_of(draft, around.catalogue),
        cutout=cutout,
        icons=tuple(Icon(label, px) for label, px in (draft.get("icons") or {}).items()),
        formats=_unique(draft.get("formats") or ("png",)),
        targets=sets.targets(draft),
        art=sets.art(draft, around.folder, around.root),
        contact_sheet=bool(draft.get("contact_sheet")),
        max_kb=draft.get("max_kb"),
        video=draft.video,
        checks=expected,
        attempts=checks.attempts(draft, expected, paired=bool(cutout and cutout.method == "difference")),
        filename=names[0],
        directory=names[1],
        deadline_s=draft.get("deadline"),
        values=dict(sorted(draft.used.items())),
        price=model.price(sent.inputs) if model else None,
    )
    _warn(draft, asset, sent, model)
    if asset.first:
        yield from renders.pair(asset, draft, model, around)
    else:
        yield from candidates.spread(asset, draft, model)


def _check_icons(draft: Draft) -> None:
    """A size listed twice, and the label that files of cut-outs carry."""
    place = draft.where("icons")
    written = value_at(draft.document.data, place) if draft.get("icons") else None
    for number, px in repeated(written) if isinstance(written, list) else ():
        draft.fault(f"icons holds {px} twice", (*place, number))
    for label in draft.get("icons") or ():
        if label.casefold() == "nobg" and not draft.get("remove_bg"):  # else it is in the way of a file
            hint = "choose another label"
            draft.fault(f"the icon label {label} is what cut-outs are called", (*place, label), hint=hint)


def _names(draft: Draft) -> tuple[str, str] | None:
    """File stem and folder; None when one of them cannot be."""
    before = len(draft.problems)
    if said := name_fault(draft.name):
        draft.fault(f"the name {show(draft.name)} {said}", (*draft.place, "name"))
    stem = draft.get("filename") or draft.name
    if draft.get("filename") and (said := name_fault(stem)):
        draft.fault(f"filename: {show(stem)} {said}", draft.where("filename"))
    try:
        directory = folder(draft.get("dir")) if draft.get("dir") else ""
    except PathFault as fault:
        draft.fault(f"dir: {fault.message}", draft.where("dir"), hint=fault.hint)
    if extension := _extension(stem):
        key = "filename" if draft.get("filename") else "name"
        place = draft.where("filename") if key == "filename" else (*draft.place, "name")
        hint = f"write {stem.removesuffix(extension)}; formats: says which files are made of it"
        draft.fault(f"{key}: {show(stem)} would be delivered as {stem}.…", place, hint=hint)
    if len(draft.problems) > before:
        return None
    draft.stem = f"{directory}/{stem}".lstrip("/")
    return stem, directory


def _extension(stem: str) -> str:
    """The extension of a picture at the end of a stem, with its dot."""
    _, dot, last = stem.rpartition(".")
    return dot + last if dot and last.lower() in (*FORMATS, "jpeg") else ""


def _cutout(draft: Draft) -> Cutout | None:
    remove = draft.get("remove_bg")
    if not remove:
        return None
    backdrop = request.backdrop_of(draft)
    if not isinstance(remove, RemoveBg):
        return Cutout(backdrop=backdrop)
    return Cutout(
        method=remove.method,
        model=remove.model,
        crop=remove.crop,
        padding=remove.padding,
        alpha_matting=remove.alpha_matting,
        decontaminate=remove.decontaminate,
        backdrop=backdrop,
        shadow=remove.shadow,
        translucent=remove.translucent,
    )


def _note_backdrops(drafts: Sequence[Draft]) -> None:
    """Say once for the whole recipe that cut-outs whose prompts name a background could be cut better."""
    own = [draft for draft in drafts if request.own_backdrop(draft)]
    if not own:
        return
    more = f" and {len(own) - 1} more name their" if len(own) > 1 else " names its"
    own[0].fault(
        f"{own[0].name}{more} own background; one chosen for the cut-out would be cut better",
        own[0].where("prompt"),
        find=request.own_backdrop(own[0]),
        hint="leave the background to removeBg, or write removeBg: {backdrop: none} if it is meant",
        severity="note",
    )


def _unique(formats: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(formats))


def _warn(draft: Draft, asset: Asset, sent: Request, model: Model | None) -> None:
    if asset.cutout and "jpg" in asset.formats:
        hint = "jpg knows no transparency; use png, webp or avif"
        draft.fault(
            "a cut-out as jpg loses its transparency", draft.where("formats"), hint=hint, severity="warning"
        )
    longest = longest_px(model, sent.inputs) if model else 0
    for icon in asset.icons:
        if longest and icon.px > longest:
            draft.fault(
                f"{_icon_words(icon)} larger than the picture ({longest} px): it will be enlarged",
                (*draft.where("icons"), icon.label),
                hint="ask for a higher resolution",
                severity="warning",
            )


def _icon_words(icon: Icon) -> str:
    return f"{icon.px} px is" if icon.label == str(icon.px) else f"{icon.label} is {icon.px} px,"
