"""Android: launcher icon, notification icon, splash icon, TV banner, and what Google Play asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.targets.android_res import Launcher, in_circle, in_every_density, launcher, resource
from pipeline.targets.brief import Brief
from pipeline.targets.markup import lines
from pipeline.targets.options import Option, OptionFault
from pipeline.targets.output import Draw, Format, Look, Output, Text, square
from pipeline.targets.scenes import has_silhouette, scene
from pipeline.targets.target import Choices, Target

PARTS: Final = ("legacy", "round", "adaptive", "monochrome", "notification", "splash", "play", "tv")
USUAL: Final = PARTS[:-1]

NOTIFICATION_DP: Final = 24
NOTIFICATION_ART: Final = 22 / NOTIFICATION_DP
SPLASH_DP: Final = 288
SPLASH_RADIUS: Final = 96 / SPLASH_DP  # the art stands in a circle of 192 dp
SPLASH_BLEED: Final = 2 * SPLASH_RADIUS
BANNER_DP: Final = (160, 90)
PLAY_ART: Final = 384 / 512  # Play's keylines; its mask has a radius of 30 % and cuts no box of that size
PLAY_BYTES: Final = 1024 * 1024
SCENE_ART: Final = 0.6  # of both sides of a graphic; a convention


def table(brief: Brief, choices: Choices) -> Iterator[Output]:
    """``res/``, ``play/`` and what the manifest has to say.

    An opaque drawing has no silhouette: without one in the ``monochrome`` slot there is neither a
    notification icon (Android would show a white square) nor a monochrome layer.
    Raises ``OptionFault`` for a notification icon of a name that is taken.
    """
    parts = [part for part in choices["parts"] if part not in choices["without"]]
    res = f"src/{choices['flavor']}/res" if choices["flavor"] else "res"
    form: Format = "webp" if choices["webp"] else "png"
    status = choices["notification"] or f"ic_stat_{resource(brief.name)}"
    if status in ("ic_splash", "tv_banner"):
        raise OptionFault("notification", f"{status} is the name of another picture of this set")
    yield from launcher(brief, choices, Launcher(res, choices["name"], parts=tuple(parts), format=form))
    if "notification" in parts and has_silhouette(brief):
        glyph = Look("monochrome", share=choices.share(NOTIFICATION_ART), ink="white")
        yield from in_every_density(f"{res}/drawable-{{q}}/{status}", NOTIFICATION_DP, glyph, form)
    if "splash" in parts:
        look = in_circle(choices, SPLASH_RADIUS, SPLASH_BLEED)
        yield from in_every_density(f"{res}/drawable-{{q}}/ic_splash", SPLASH_DP, look, form)
    if "tv" in parts:
        look = scene(brief, BANNER_DP, choices.share(SCENE_ART))
        yield from in_every_density(f"{res}/drawable-{{q}}/tv_banner", BANNER_DP, look, form)
    yield from _play(brief, choices, parts)
    yield _manifest(choices["name"], status if has_silhouette(brief) else "", parts)


def _play(brief: Brief, choices: Choices, parts: list[str]) -> Iterator[Output]:
    share = choices.share(SCENE_ART)
    if "play" in parts:
        # a 32-bit PNG: an alpha channel, all of it opaque
        icon = Look(share=choices.share(PLAY_ART), bleed=choices.share(1.0), ground=brief.ground)
        yield square("play/icon-512.png", 512, icon, max_bytes=PLAY_BYTES)
        yield Draw("play/feature-graphic-1024x500.png", 1024, 500, scene(brief, (1024, 500), share))
    if "play" in parts and "tv" in parts:
        yield Draw("play/tv-banner-1280x720.png", 1280, 720, scene(brief, (1280, 720), share))


def _manifest(name: str, status: str, parts: list[str]) -> Text:
    """Well-formed XML to copy from: nothing of it is built in by itself."""
    said = {
        "android:icon": f"@mipmap/{name}" if {"legacy", "adaptive"} & set(parts) else "",
        "android:roundIcon": f"@mipmap/{name}_round" if "round" in parts else "",
        "android:banner": "@drawable/tv_banner" if "tv" in parts else "",
    }
    notes = {
        "splash": '<item name="android:windowSplashScreenAnimatedIcon">@drawable/ic_splash</item>'
        " belongs into the theme in values-v31",
        "notification": f"setSmallIcon(R.drawable.{status}) in the code that builds notifications"
        if status
        else "no notification icon: an opaque drawing has no silhouette; give one as art: monochrome",
    }
    return lines(
        "AndroidManifest.snippet.xml",
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            "<!-- For the application element of AndroidManifest.xml. -->",
            "<application",
            '    xmlns:android="http://schemas.android.com/apk/res/android"',
            *(f'    {key}="{value}"' for key, value in said.items() if value),
            "    />",
            *(f"<!-- {note} -->" for part, note in notes.items() if part in parts),
        ),
    )


TARGET: Final = Target(
    "android",
    "Android app",
    "Copy res/ into app/src/main, or a flavour's src/ into app; upload play/ to the Play Console.",
    table,
    (
        Option("name", "resource", "ic_launcher", "Of the launcher icon."),
        Option("notification", "resource", "", "Of the notification icon; ic_stat_NAME unless given."),
        Option("parts", "choices", USUAL, "What belongs to the set.", PARTS),
        Option("without", "choices", (), "What does not, of the parts.", PARTS),
        Option("webp", "flag", False, "WebP instead of PNG in res/."),
        Option("flavor", "name", "", "Of a build variant: src/FLAVOR/res instead of res."),
    ),
)
