"""Subjects that icon sets hardly hold: lattices, hair, glass, smoke, glow, soft shadows, white on white.

SVG, 32 units wide and high, without the root element. They are always at hand; only drawing them needs resvg.
"""

from __future__ import annotations

import math

from known_alpha.kinds import Kind

INKS = ("#EC4899", "#8B5CF6", "#3B82F6", "#F59E0B", "#EF4444", "#111827", "#6B7280", "#B45309", "#fff")
HEART = "M16 27S4 19 4 11.5A6 6 0 0 1 16 9a6 6 0 0 1 12 2.5C28 19 16 27 16 27z"
STAR = "M16 6l3 7h7l-5.6 4.6L22.5 25 16 20.5 9.5 25l2.1-7.4L6 13h7z"
TUMBLER = "M8 5h16l-2 22H10z"


def lines(count: int, start: float, step: float, end: float) -> str:
    """Path data of so many lines across, and as many down."""
    places = [start + step * number for number in range(count)]
    return "".join(f"M{at:g} {start:g}V{end:g}M{start:g} {at:g}H{end:g}" for at in places)


def blur(deviation: float) -> str:
    """The definition of a filter named ``b``."""
    return (
        '<defs><filter id="b" x="-1" y="-1" width="3" height="3">'
        f'<feGaussianBlur stdDeviation="{deviation:g}"/></filter></defs>'
    )


def gradient(shape: str, *stops: tuple[float, str, float]) -> str:
    """The definition of a gradient named ``a``; a stop is its place, colour and opacity."""
    tag = shape.partition(" ")[0]
    inside = "".join(
        f'<stop offset="{place:g}" stop-color="{color}" stop-opacity="{opacity:g}"/>'
        for place, color, opacity in stops
    )
    return f'<defs><{shape} id="a">{inside}</{tag}></defs>'


def disc(x: float, y: float, radius: float, paint: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {paint}/>'


def card(x: float, y: float, width: float, height: float, radius: float, paint: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" {paint}/>'


def path(data: str, paint: str) -> str:
    return f'<path d="{data}" {paint}/>'


def hairlines() -> str:
    """From a fiftieth of a unit up: two px of 1,024 are a sixteenth."""
    each = [
        path(
            f"M{3 + 2 * n} 28C{6 + 2 * n} 20 {1 + 2 * n} 12 {5 + 2 * n} 4",
            f'stroke-width="{0.06 + 0.03 * n:g}"',
        )
        for n in range(12)
    ]
    return f'<g fill="none" stroke="#1F2937" stroke-linecap="round">{"".join(each)}</g>'


def colored_hairlines() -> str:
    each = [
        path(
            f"M4 {5 + 2.4 * n:g}Q16 {2 + 3 * n} 28 {6 + 2.2 * n:g}",
            f'stroke="{ink}" stroke-width="{0.08 + 0.05 * n:g}"',
        )
        for n, ink in enumerate(INKS)
    ]
    return f'<g fill="none" stroke-linecap="round">{"".join(each)}</g>'


def rays() -> str:
    angles = [math.tau * n / 36 for n in range(36)]
    data = "".join(f"M16 16L{16 + 13 * math.cos(at):.3f} {16 + 13 * math.sin(at):.3f}" for at in angles)
    return path(data, 'stroke="#DC2626" stroke-width=".12"') + disc(16, 16, 3, 'fill="#FBBF24"')


def ripples() -> str:
    return "".join(
        disc(16, 16, 1.5 * n, 'fill="none" stroke="#374151" stroke-width=".1"') for n in range(1, 9)
    )


def hair() -> str:
    """A tuft: 150 strands, each tapering to nothing, at the golden angle so that none follows another."""
    inks = ("#3B2314", "#6B3F1D", "#A0622D", "#20130B")
    strands = []
    for n in range(150):
        lean = math.sin(n * 2.399963) * 12
        tip, rise = 16 + lean, 24 - 19 * math.cos(lean / 13) + 3 * math.sin(n * 1.7)
        root, wide = 16 + lean * 0.45, 0.1 + 0.12 * (n % 3)
        bend = 16 + lean * 0.9 + 2 * math.sin(n * 0.9)
        strands.append(
            f'<path d="M{root - wide:.2f} 26Q{bend:.2f} {rise + 9:.2f} {tip:.2f} {rise:.2f}'
            f'Q{bend + wide:.2f} {rise + 9:.2f} {root + wide:.2f} 26z" fill="{inks[n % len(inks)]}"/>'
        )
    return "".join(strands) + card(9.5, 25, 13, 3, 1.4, 'fill="#B45309"')


def glass() -> str:
    shade = gradient(
        'linearGradient x1="0" x2="1"', (0, "#fff", 0.75), (0.5, "#DDE7F0", 0.3), (1, "#fff", 0.6)
    )
    rim = path(TUMBLER, 'fill="none" stroke="#E2E8F0" stroke-width=".7" stroke-opacity=".95"')
    glint = path("M11 8h1.2l.8 14h-1z", 'fill="#fff" fill-opacity=".9"')
    return shade + path(TUMBLER, 'fill="url(#a)"') + rim + glint


def bubble() -> str:
    shade = gradient("radialGradient", (0.6, "#BFDBFE", 0.12), (0.92, "#C4B5FD", 0.55), (1, "#fff", 0.9))
    glint = '<ellipse cx="11" cy="10" rx="3" ry="2" fill="#fff" fill-opacity=".85"/>'
    return shade + disc(16, 16, 12, 'fill="url(#a)"') + glint


def lens() -> str:
    return (
        disc(13, 13, 8, 'fill="#E0F2FE" fill-opacity=".4"')
        + disc(13, 13, 8, 'fill="none" stroke="#B45309" stroke-width="2"')
        + path("M19.5 19.5L27 27", 'stroke="#78350F" stroke-width="3" stroke-linecap="round"')
        + path("M8 11a5 5 0 0 1 4-4v1a4 4 0 0 0-3 3z", 'fill="#fff" fill-opacity=".7"')
    )


def drop() -> str:
    shade = gradient('linearGradient x1="0" x2="0" y1="0" y2="1"', (0, "#60A5FA", 0.35), (1, "#2563EB", 0.85))
    return shade + path("M16 3C20 11 25 15 25 20a9 9 0 0 1-18 0C7 15 12 11 16 3z", 'fill="url(#a)"')


def tinted_card() -> str:
    return (
        card(5, 9, 22, 14, 2, 'fill="#F472B6" fill-opacity=".5"')
        + card(8, 12, 8, 3, 0, 'fill="#fff" fill-opacity=".9"')
        + disc(23, 19, 2, 'fill="#7C3AED"')
    )


def smoke() -> str:
    puffs = ((12, 20, 4, 0.7), (18, 14, 5, 0.5), (20, 8, 3, 0.35))
    drawn = "".join(disc(x, y, radius, f'fill-opacity="{opacity}"') for x, y, radius, opacity in puffs)
    return blur(1.4) + f'<g filter="url(#b)" fill="#9CA3AF">{drawn}</g>'


def shadow() -> str:
    return (
        blur(0.9)
        + '<ellipse cx="17" cy="25" rx="10" ry="2.2" fill="#000" fill-opacity=".45" filter="url(#b)"/>'
        + disc(16, 14, 9.5, 'fill="#F97316"')
        + disc(13, 11, 2.6, 'fill="#FDBA74"')
    )


def glow() -> str:
    light = path(STAR, 'filter="url(#b)" fill="#FDE047" fill-opacity=".9"')
    return blur(1.6) + light + path(STAR, 'fill="#FACC15"')


def neon() -> str:
    tube = disc(16, 16, 8.5, 'stroke-width="2" filter="url(#b)"') + disc(16, 16, 8.5, 'stroke-width="1"')
    return blur(1.1) + f'<g fill="none" stroke="#E879F9">{tube}</g>'


def card_shadow() -> str:
    return (
        blur(1)
        + card(7, 9, 19, 17, 3, 'fill="#0F172A" fill-opacity=".4" filter="url(#b)"')
        + card(6, 6, 19, 17, 3, 'fill="#6366F1"')
        + card(9, 10, 13, 2, 0, 'fill="#fff"')
    )


def picture_frame() -> str:
    return (
        card(5, 7, 22, 18, 3, 'fill="#3B82F6"')
        + card(8, 10, 16, 12, 1, 'fill="#fff"')
        + disc(16, 16, 3.5, 'fill="#EF4444"')
    )


def eye() -> str:
    return (
        '<ellipse cx="16" cy="16" rx="13" ry="8" fill="#111827"/>'
        '<ellipse cx="16" cy="16" rx="11.5" ry="6.5" fill="#fff"/>'
        + disc(16, 16, 4.5, 'fill="#0EA5E9"')
        + disc(16, 16, 2, 'fill="#000"')
        + disc(14.5, 14.5, 1, 'fill="#fff"')
    )


def paper() -> str:
    sheet = path("M8 3h11l5 5v21H8z", 'fill="#fff" stroke="#9CA3AF" stroke-width=".4"')
    return sheet + path("M11 12h10M11 16h10M11 20h7", 'stroke="#D1D5DB"')


def dice() -> str:
    spots = "".join(disc(at, at, 2, 'fill="#111"') for at in (11, 16, 21))
    return card(5, 5, 22, 22, 5, 'fill="#FAFAFA"') + spots


def rings() -> str:
    placed = ((11, 13, "#3B82F6"), (21, 13, "#F59E0B"), (16, 21, "#8B5CF6"))
    return "".join(disc(x, y, 6, f'fill="none" stroke="{ink}" stroke-width="2"') for x, y, ink in placed)


def white_grid() -> str:
    grid = path(lines(7, 4, 4, 28), 'fill="none" stroke="#F4F4F5" stroke-width="1.6"')
    return grid + disc(16, 16, 5, 'fill="#EC4899"')


DRAWN: dict[Kind, dict[str, str]] = {
    "hole": {
        "ring": disc(16, 16, 9.5, 'fill="none" stroke="#E5484D" stroke-width="5"'),
        "rings": rings(),
        "lattice": path(lines(9, 4, 3, 28), 'fill="none" stroke="#7C3AED" stroke-width="1.2"'),
        "white-grid": white_grid(),
    },
    "thin": {
        "hairlines": hairlines(),
        "colored-hairlines": colored_hairlines(),
        "rays": rays(),
        "hair": hair(),
        "ripples": ripples(),
    },
    "semi": {
        "glass": glass(),
        "bubble": bubble(),
        "lens": lens(),
        "drop": drop(),
        "tinted-card": tinted_card(),
        "smoke": smoke(),
    },
    "soft": {
        "shadow": shadow(),
        "glow": glow(),
        "neon": neon(),
        "card-shadow": card_shadow(),
        "blurred": blur(0.5) + path(HEART, 'filter="url(#b)" fill="#DB2777"'),
    },
    "white": {"picture-frame": picture_frame(), "eye": eye(), "paper": paper(), "dice": dice()},
}
"""Kind → name → what is drawn."""
