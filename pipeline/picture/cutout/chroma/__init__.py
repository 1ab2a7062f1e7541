"""The colour key for saturated backdrops: ``from pipeline.picture.cutout.chroma.key import Facts, key``.

``key(pixels, *, translucent=None, shadow="keep") -> (H×W×4 uint8 sRGB, Facts)``.
"""
