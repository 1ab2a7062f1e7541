"""What is generated, as its reader sees it; that it compiles is shown where a compiler is at hand."""

import pytest

from pipeline.codegen.identifiers import ENDINGS
from pipeline.codegen.languages import to_code
from pipeline.codegen.pictures import AssetPictures, Picture

COIN = AssetPictures(
    "credit-coin",
    Picture("credit-coin.png", 1024, 1024),
    {"png": Picture("credit-coin-nobg.png", 900, 880)},
    {"@2x": {"png": Picture("credit-coin@2x.png", 48, 47)}},
    "#EC4899",
)
LOOP = AssetPictures("hero-loop", Picture("hero-loop.mp4", 0, 0), {"mp4": Picture("hero-loop.mp4", 0, 0)})

TYPESCRIPT = """\
// Written by `pipeline run` for the recipe app-icons: what is changed here will be lost.

export interface Picture {
  /** Path below the output folder. */
  readonly file: string;
  /** In pixels; 0 where the file does not say. */
  readonly width: number;
  readonly height: number;
}

export const assets = {
  creditCoin: {
    name: "credit-coin",
    color: "#EC4899",
    original: { file: "credit-coin.png", width: 1024, height: 1024 },
    full: {
      png: { file: "credit-coin-nobg.png", width: 900, height: 880 },
    },
    icons: {
      "@2x": {
        png: { file: "credit-coin@2x.png", width: 48, height: 47 },
      },
    },
  },
} as const;

export type AssetName = keyof typeof assets;
"""

SWIFT = """\
// Written by `pipeline run` for the recipe app-icons: what is changed here will be lost.

public enum Assets {
    /// A file below the output folder; sizes are in pixels, 0 where it does not say.
    public struct Picture: Sendable, Hashable {
        public let file: String
        public let width: Int
        public let height: Int
    }

    public enum CreditCoin {
        public static let name = "credit-coin"
        public static let color = "#EC4899"
        public static let original = Picture(file: "credit-coin.png", width: 1024, height: 1024)
        public static let full: [String: Picture] = [
            "png": Picture(file: "credit-coin-nobg.png", width: 900, height: 880),
        ]
        public static let icons: [String: [String: Picture]] = [
            "@2x": [
                "png": Picture(file: "credit-coin@2x.png", width: 48, height: 47),
            ],
        ]
    }
}
"""

KOTLIN = """\
// Written by `pipeline run` for the recipe app-icons: what is changed here will be lost.

package com.example.art

object Assets {
    /** A file below the output folder; sizes are in pixels, 0 where it does not say. */
    data class Picture(val file: String, val width: Int, val height: Int)

    object CreditCoin {
        const val NAME = "credit-coin"
        const val COLOR = "#EC4899"
        val original = Picture(file = "credit-coin.png", width = 1024, height = 1024)
        val full: Map<String, Picture> = mapOf(
            "png" to Picture(file = "credit-coin-nobg.png", width = 900, height = 880),
        )
        val icons: Map<String, Map<String, Picture>> = mapOf(
            "@2x" to mapOf(
                "png" to Picture(file = "credit-coin@2x.png", width = 48, height = 47),
            ),
        )
    }
}
"""


@pytest.mark.parametrize(
    ("language", "text"), [("typescript", TYPESCRIPT), ("swift", SWIFT), ("kotlin", KOTLIN)]
)
def test_an_asset_is_written_in_the_way_of_the_language(language, text):
    assert to_code(language, "app-icons", [COIN], package="com.example.art") == text


@pytest.mark.parametrize("language", ENDINGS)
def test_an_asset_without_icons_is_written_too(language):
    text = to_code(language, "app-icons", [LOOP, COIN])
    assert text.index("hero-loop.mp4") < text.index("credit-coin.png")
    assert text.count("{") == text.count("}")
    assert text.count("[") == text.count("]")
    assert text.count("(") == text.count(")")
    assert "package" not in text
