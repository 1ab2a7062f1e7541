"""What a prompt asks the painter for: subject, colours, backdrop, shadow. Plain text in, plain facts out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.recipe import backdrop as backdrops

# Subjects in order of preference where words start at the same place; each with the words that call for it.
SUBJECTS: dict[str, str] = {
    "tile": "app icon|app-icon|launcher icon|favicon",
    "coin": "coin|coins|credit|credits|token|cent|currency|money",
    "badge": "badge|medal|emblem|seal|award|rosette",
    "shield": "shield|security|secure|protection|privacy|guard",
    "trophy": "trophy|cup|prize|winner",
    "star": "star|favourite|favorite|rating",
    "gear": "gear|cog|cogwheel|settings|preferences",
    "rocket": "rocket|spaceship|launch|startup",
    "bell": "bell|notification|notifications|alarm|reminder",
    "key": r"key(?! light| visual|word|board)|access",
    "lock": "lock|padlock|password",
    "gem": "gem|diamond|crystal|jewel|ruby|sapphire",
    "ring": "ring|donut|doughnut|torus|loop|hoop",
    "cloud": "cloud|weather|storage|backup",
    "leaf": "leaf|leaves|eco|plant|nature|organic|sustainable",
    "chart": "chart|graph|analytics|bars|growth|statistics|dashboard|report",
    "plane": "paper plane|paper airplane|send|message sent|newsletter",
    "chat": "chat|speech bubble|bubble|message|conversation|comment|support",
    "gift": "gift|present|reward|voucher|surprise",
    "heart": "heart|love|like|wishlist|health",
    "bolt": "bolt|lightning|thunder|energy|power|flash|boost",
    "crown": "crown|vip|king|queen|royal|premium (?:plan|tier|account|member|membership|version)",
    "magnifier": "magnifier|magnifying glass|search|loupe|lens",
    "camera": "camera|photo|photography|snapshot",
    "bulb": "bulb|light bulb|lightbulb|idea",
    "glasses": "glasses|sunglasses|spectacles|eyewear",
    "snowflake": "snowflake|snow|frost|winter",
    "bicycle": "bicycle|bike|cycling",
    "balloon": "balloon|balloons|celebration",
    "planet": "planet|orbit|globe|world|saturn|sphere|orb",
    "flame": "flame|fire|streak|hot|campfire",
    "wallet": "wallet|purse|payment|card|bank",
    "cube": "cube|box|package|block|product|inventory",
}

EMBLEMS = ("star", "bolt", "heart", "crown")  # when a prompt names none

COLOURS: dict[str, str] = {
    "white": "#FFFFFF", "black": "#000000", "grey": "#8A8F98", "gray": "#8A8F98", "charcoal": "#2B2F36",
    "red": "#EF4444", "crimson": "#DC143C", "scarlet": "#F0342C", "coral": "#FF7F6A", "salmon": "#FA8C7A",
    "orange": "#F97316", "amber": "#F59E0B", "gold": "#E8B130", "golden": "#E8B130", "yellow": "#FACC15",
    "lime": "#84CC16", "green": "#22C55E", "emerald": "#10B981", "mint": "#6EE7B7", "olive": "#808000",
    "teal": "#14B8A6", "turquoise": "#2DD4BF", "cyan": "#06B6D4", "aqua": "#22D3EE", "sky": "#38BDF8",
    "blue": "#3B82F6", "azure": "#3B9CFF", "navy": "#1E3A8A", "indigo": "#6366F1", "violet": "#8B5CF6",
    "purple": "#A855F7", "lavender": "#B9A5F5", "lilac": "#C8A2E8",
    "magenta": "#FF00FF", "fuchsia": "#D946EF",
    "pink": "#EC4899", "rose": "#F43F5E", "brown": "#8B5A2B", "bronze": "#CD7F32", "copper": "#C9733B",
    "silver": "#C3CAD4", "platinum": "#D9DEE5", "beige": "#E8DCC0", "cream": "#FFF4DC", "ivory": "#FFFBEA",
}  # fmt: skip
SCREEN_GREEN = "#00B140"  # what "chroma key green" means when no hex is given

DEFAULT_PALETTES = (
    ("#6366F1", "#EC4899", "#F59E0B"),
    ("#0EA5E9", "#8B5CF6", "#F472B6"),
    ("#10B981", "#3B82F6", "#FBBF24"),
    ("#F97316", "#E11D48", "#8B5CF6"),
    ("#8B5CF6", "#06B6D4", "#F472B6"),
)
WIDE = 1.45  # a longer side this many times the shorter makes a scene rather than an icon

_HEX = r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b"
_NAME = r"\b(?:" + "|".join(COLOURS) + r")\b"
# "rose pink (#EC4899)" and "#EC4899" are one colour each; a name counts only where no hex explains it
_COLOUR = re.compile(rf"(?:[a-z]+[ -]){{0,3}}[a-z]+ \(({_HEX})\)|({_HEX})|({_NAME})", re.IGNORECASE)
_BACKDROP = re.compile(
    rf"\b(?:background|backdrop|screen)\b(?:\s*(?:colou?r)?\s*(?::|of|in|is)?\s*\(?(?:{_HEX}|{_NAME})\)?)?",
    re.IGNORECASE,
)
_BEFORE_BACKDROP = re.compile(r"[,.;:\n]|\b(?:on|against|over|with|before|in front of)\b", re.IGNORECASE)
_ISOLATED = re.compile(rf"isolated on (?:a |an |pure |solid |plain |flat )*({_HEX}|{_NAME})", re.IGNORECASE)
_REFUSALS = re.compile(r"\b(?:no|without|avoid|never|not)\b[^.;\n]*", re.IGNORECASE)
_SUBJECT = re.compile(
    "|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in SUBJECTS.items()), re.IGNORECASE
)
_SHEET = re.compile(
    r"\b(\d{1,2})\s?[x×]\s?(\d{1,2})\b[^.\n]{0,20}?\b(?:sprite sheet|sheet|grid)", re.IGNORECASE
)
_SCENERY = re.compile(
    r"\b(?:landscape|scene|scenery|wallpaper|hero|skyline|panorama|abstract)\b", re.IGNORECASE
)
_SHADOW = re.compile(r"\bshadows?\b", re.IGNORECASE)
# "magnifying glass" and "transparent background" are neither
_GLASS = re.compile(
    r"\b(?:(?<!magnifying )glass|translucent|see-through|transparent(?! (?:background|backdrop)))\b",
    re.IGNORECASE,
)
_GLOW = re.compile(r"\b(?:glow|glows|glowing|halo|aura|neon)\b", re.IGNORECASE)
_ABSTRACT = re.compile(
    r"\b(?:abstract|waves?|ribbons?|flowing|fluid|folds|shapes|gradient mesh)\b", re.IGNORECASE
)
WARM_HUES = (40.0, 115.0)  # oklch degrees: orange to yellow
MOST_CELLS = 64


@dataclass(frozen=True, slots=True)
class Brief:
    """``colours`` are "#RRGGBB", the main one first, at least three; so is ``backdrop``, None if unasked.

    ``glass`` and ``glow`` are said of the subject: it is seen through, it shines on what is behind it.
    """

    subject: str
    emblem: str
    colours: tuple[str, ...]
    backdrop: str | None
    shadow: bool
    seed: int
    glass: bool = False
    glow: bool = False
    abstract: bool = False
    coloured: bool = False  # whether the prompt named any colour
    rows: int = 1
    columns: int = 1
    cells: tuple[str, ...] = ()


def read(prompt: str) -> Brief:
    """The brief of a prompt; any text has one, and equal texts have equal ones.

    The sentence a recipe adds for its cut-out decides the backdrop and nothing else: the same subject comes
    on whatever it is asked for.
    """
    own = backdrops.without_sentence(prompt)
    seed = seed_of(own)
    backdrop, rest = _split_backdrop(own)
    wishes = _REFUSALS.sub(" ", rest)
    subject, emblem = _subjects(wishes, seed)
    sentence = _sentence_of(subject, wishes)
    backdrop = backdrops.asked(prompt) or backdrop
    rows, columns, cells = _sheet(prompt)
    return Brief(
        subject=subject,
        emblem=emblem,
        colours=_palette(wishes, seed),
        backdrop=backdrop,
        shadow=bool(_SHADOW.search(wishes)) or (backdrop is None and not _SHADOW.search(own)),
        seed=seed,
        glass=bool(_GLASS.search(sentence)),
        glow=bool(_GLOW.search(sentence)),
        abstract=bool(_ABSTRACT.search(wishes)),
        coloured=bool(colours_in(wishes)),
        rows=rows,
        columns=columns,
        cells=cells,
    )


def seed_of(text: str) -> int:
    """What is random about a picture of these words."""
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8], "big")


def is_scene(prompt: str, width: int, height: int) -> bool:
    """Whether the words and the shape ask for a composed scene rather than one thing on a backdrop."""
    if read(prompt).backdrop is not None:
        return False
    return max(width, height) / min(width, height) >= WIDE or bool(
        _SCENERY.search(_REFUSALS.sub(" ", prompt))
    )


def colours_in(text: str) -> list[str]:
    """Every colour of a text as "#RRGGBB", in order, without repeats."""
    found = [_hex(match[1] or match[2] or COLOURS[match[3].lower()]) for match in _COLOUR.finditer(text)]
    return list(dict.fromkeys(found))


def _split_backdrop(prompt: str) -> tuple[str | None, str]:
    """The backdrop asked for and the prompt without the words that asked for it."""
    for start, end in _backdrop_phrases(prompt):
        if (colour := _backdrop_colour(prompt[start:end])) is not None:
            return colour, f"{prompt[:start]}. {prompt[end:]}"
    return None, prompt


def _backdrop_phrases(prompt: str) -> Iterator[tuple[int, int]]:
    for match in _BACKDROP.finditer(prompt):
        before = [found.end() for found in _BEFORE_BACKDROP.finditer(prompt, 0, match.start())]
        yield before[-1] if before else 0, match.end()
    for match in _ISOLATED.finditer(prompt):
        yield match.span()


def _backdrop_colour(phrase: str) -> str | None:
    words = phrase.lower()
    if "transparent" in words:
        return "#FFFFFF"  # image models deliver opaque pictures whatever they are asked
    colours = colours_in(phrase)
    if not colours:
        return None
    keyed = "#" not in phrase and "green" in words and ("chroma" in words or "screen" in words)
    return SCREEN_GREEN if keyed else colours[-1]


def _subjects(text: str, seed: int) -> tuple[str, str]:
    """The thing named first, and the next other one for its front."""
    named = list(dict.fromkeys(str(match.lastgroup) for match in _SUBJECT.finditer(text)))
    names = list(SUBJECTS)
    subject = named[0] if named else names[1 + seed % (len(names) - 1)]
    others = [name for name in named if name not in (subject, "tile")]
    return subject, others[0] if others else EMBLEMS[seed // 7 % len(EMBLEMS)]


def _sentence_of(subject: str, text: str) -> str:
    """The sentence that speaks of the subject, or else the first."""
    sentences = re.split(r"[.;!?\n]", text)
    named = re.compile(rf"\b(?:{SUBJECTS[subject]})\b", re.IGNORECASE)
    return next((sentence for sentence in sentences if named.search(sentence)), sentences[0])


def _palette(text: str, seed: int) -> tuple[str, ...]:
    colours = [colour for colour in colours_in(text) if colour not in ("#FFFFFF", "#000000")]
    spare = DEFAULT_PALETTES[seed // 31 % len(DEFAULT_PALETTES)]
    if not colours:
        return spare
    if len(colours) == 1:
        return (colours[0], _turned(colours[0], 28), _turned(colours[0], -45))
    return tuple(colours) if len(colours) > 2 else (*colours, _turned(colours[0], -45))  # noqa: PLR2004 - three in all


def _turned(colour: str, degrees: float) -> str:
    """A neighbour on the colour wheel, a little lighter."""
    from coloraide import Color

    near = Color(colour).convert("oklch")
    warm = WARM_HUES[0] < near["hue"] < WARM_HUES[1]  # the other way round lies an olive green
    near["hue"] = near["hue"] - abs(degrees) if warm else near["hue"] + degrees
    near["lightness"] = min(0.86, near["lightness"] + 0.06)
    return str(near.convert("srgb").fit().to_string(hex=True)).upper()


def _sheet(prompt: str) -> tuple[int, int, tuple[str, ...]]:
    match = _SHEET.search(prompt)
    if not match or not 1 < int(match[1]) * int(match[2]) <= MOST_CELLS:
        return 1, 1, ()
    names = tuple(line[2:].strip() for line in prompt.splitlines() if line.startswith("- "))
    listed = prompt.rpartition("SUBJECTS")[2]
    names = tuple(name for name in names if f"- {name}" in listed)
    return int(match[2]), int(match[1]), names


def _hex(text: str) -> str:
    digits = text.lstrip("#")
    if len(digits) == 3:  # noqa: PLR2004 - the short form
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits.upper()}"
