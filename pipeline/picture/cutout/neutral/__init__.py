"""Keying on an achromatic backdrop: white, grey or black, with a network's mask as arbiter.

Decisions are taken on a smaller picture (``scene``): what is backdrop, hole or white part (``regions``),
what only the network can know (``claims``), what is shadow, glow or blur (``softness``). What is glass is
measured where the backdrop's own gradient shows through (``through``), in even parts (``blocks``) of one
colour (``material``) or shaded along an axis (``shading``), and guessed elsewhere (``panes``). Away from
edges alpha follows from that (``layers``); along them (``band``) it is solved at full size (``edges``) from
the nearest colour inside, or for hairlines from the strongest colour near by (``ridge``).

Lengths in px are those of the smaller picture unless said otherwise, levels are of 255 in sRGB.
"""

from pipeline.picture.cutout.neutral.keyed import Keyed, key
from pipeline.picture.cutout.neutral.layers import NEAR_BY
from pipeline.picture.cutout.neutral.scene import step_for

__all__ = ["NEAR_BY", "Keyed", "key", "step_for"]
