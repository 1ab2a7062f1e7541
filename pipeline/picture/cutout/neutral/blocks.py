"""Even parts of the subject in blocks, whose noise is their own: that of neighbouring pixels is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.picture.cutout.planes import label, opened, shrunk
from pipeline.picture.cutout.surface import unbent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from pipeline.picture.cutout.neutral.scene import Scene
    from pipeline.picture.cutout.planes import Figures, Labels, Mask

BLOCK = 8  # px
LEAST = 24  # blocks of a region that say anything
NARROW = 3  # px: half the breadth of what is too narrow for a block
EVEN = 2.0  # times the slope that noise makes: not the edge of anything


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Blocks that lie wholly in an even region."""

    own: Figures  # N×3: what is seen, levels
    behind: Figures  # N×3: the backdrop, levels
    place: Figures  # N×2: row and column, in blocks
    region: NDArray[np.int32]  # N: from 1

    def of(self, regions: Collection[int]) -> Blocks:
        """Those of some regions."""
        kept = np.isin(self.region, list(regions))
        return Blocks(self.own[kept], self.behind[kept], self.place[kept], self.region[kept])

    def each(self) -> Iterator[tuple[int, Blocks]]:
        """Every region that has enough of them."""
        for number in np.flatnonzero(np.bincount(self.region, minlength=1) >= LEAST).tolist():
            yield number, self.of({number})


def even(scene: Scene, where: Mask, slope: float) -> Labels:
    """Regions of ``where`` h×w off its edge that slope no more than noise does, and ``slope`` levels/px."""
    inner = shrunk(where, scene.edge + 1) & (scene.steep < EVEN * scene.rough + slope)
    labels, _ = label(opened(inner, NARROW))
    return labels


def blocks(scene: Scene, labels: Labels) -> Blocks:
    """The blocks of regions h×w, numbered from 1."""
    h, w = (side // BLOCK for side in labels.shape)

    def cells(x: NDArray[Any]) -> NDArray[Any]:
        cut = x[..., : h * BLOCK, : w * BLOCK]
        return cut.reshape(*x.shape[:-2], h, BLOCK, w, BLOCK)

    marks = cells(labels)
    whole = np.where(marks.min(axis=(1, 3)) == marks.max(axis=(1, 3)), marks[:, 0, :, 0], 0).ravel()
    kept = np.flatnonzero(whole)
    own, behind = (
        unbent(cells(x).mean(axis=(2, 4), dtype=np.float64).reshape(3, -1)[:, kept].T)
        for x in (scene.colors, scene.ground)
    )
    return Blocks(own, behind, np.stack(np.divmod(kept, w), axis=1).astype(np.float64), whole[kept])
