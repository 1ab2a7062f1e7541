"""The networks rembg can run on this machine: names, sizes, licences and digests of their weights.

Taken from rembg 2.0.86, and a test compares them, so that listing needs neither rembg's import nor a
network. Left out: models that send pictures to a service, that need a prompt or a path, that are
converted on first use, and one that answers with three pictures (u2net_cloth_seg).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import ProcessError, clean

RELEASES = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/"
"""Where rembg keeps its weights."""

_U2NET = "Apache-2.0 (github.com/xuebinqin/U-2-Net)"
_ISNET = "Apache-2.0 (github.com/xuebinqin/DIS)"
_ANIME = "Apache-2.0 (github.com/SkyTNT/anime-segmentation)"
_BIREFNET = "MIT (github.com/ZhengPeng7/BiRefNet)"
_BRIA = "not for commercial use without an agreement with BRIA (huggingface.co/briaai/RMBG-2.0)"


@dataclass(frozen=True, slots=True)
class Model:
    """One network; ``megabytes`` is the rough size of the download."""

    name: str
    megabytes: float
    licence: str  # of the weights, as their authors state it
    release: str  # file name at RELEASES
    digest: str  # of the file: "md5:…" or "sha256:…"

    @property
    def file(self) -> str:
        """Name of the file on this machine."""
        return f"{self.name}.onnx"


MODELS = {
    model.name: model
    for model in (
        Model("u2netp", 4.6, _U2NET, "u2netp.onnx", "md5:8e83ca70e441ab06c318d82300c84806"),
        Model("u2net", 176, _U2NET, "u2net.onnx", "md5:60024c5c889badc19c04ad937298a77b"),
        Model("u2net_human_seg", 176, _U2NET, "u2net_human_seg.onnx", "md5:c09ddc2e0104f800e3e1bb4652583d1f"),
        Model("silueta", 44, _U2NET, "silueta.onnx", "md5:55e59e0d8062d2f5d013f4725ee84782"),
        Model(
            "isnet-general-use", 179, _ISNET, "isnet-general-use.onnx", "md5:fc16ebd8b0c10d971d3513d564d01e29"
        ),
        Model("isnet-anime", 176, _ANIME, "isnet-anime.onnx", "md5:6f184e756bb3bd901c8849220a83e38e"),
        Model(
            "birefnet-general",
            973,
            _BIREFNET,
            "BiRefNet-general-epoch_244.onnx",
            "md5:7a35a0141cbbc80de11d9c9a28f52697",
        ),
        Model(
            "birefnet-general-lite",
            224,
            _BIREFNET,
            "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
            "md5:4fab47adc4ff364be1713e97b7e66334",
        ),
        Model(
            "birefnet-portrait",
            973,
            _BIREFNET,
            "BiRefNet-portrait-epoch_150.onnx",
            "md5:c3a64a6abf20250d090cd055f12a3b67",
        ),
        Model(
            "birefnet-dis",
            973,
            _BIREFNET,
            "BiRefNet-DIS-epoch_590.onnx",
            "md5:2d4d44102b446f33a4ebb2e56c051f2b",
        ),
        Model(
            "birefnet-hrsod",
            973,
            _BIREFNET,
            "BiRefNet-HRSOD_DHU-epoch_115.onnx",
            "md5:c017ade5de8a50ff0fd74d790d268dda",
        ),
        Model(
            "birefnet-cod",
            973,
            _BIREFNET,
            "BiRefNet-COD-epoch_125.onnx",
            "md5:f6d0d21ca89d287f17e7afe9f5fd3b45",
        ),
        Model(
            "birefnet-massive",
            973,
            _BIREFNET,
            "BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx",
            "md5:33e726a2136a3d59eb0fdf613e31e3e9",
        ),
        Model(
            "bria-rmbg",
            1020,
            _BRIA,
            "bria-rmbg-2.0.onnx",
            "sha256:5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958",
        ),
    )
}
"""Model name → model, the default first."""


def find(name: str) -> Model:
    """The model of that name. Raises ``ProcessError`` naming those there are."""
    if name not in MODELS:
        raise ProcessError(
            f"No such cut-out model: {clean(name)}.", hint=f"Known: {', '.join(MODELS)} (pipeline models)."
        )
    return MODELS[name]
