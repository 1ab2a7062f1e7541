"""What inputs are made from: the files of this repository, the words of its languages, values that hurt."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[2]

BRAND = b"""\
name: Lumen
extends: base.yaml
colors: {primary: "#EC4899", secondary: "#8b5cf6", accent: {blue: "#3B82F6", gold: gold}}
gradients: {hero: ["#EC4899", "#8B5CF6"]}
exclude: [text, typography]
extra: {light: soft light, sizes: [1, 2, 3]}
logo: logo.png
"""
BASE = b'aesthetic: Premium\ncolors: {primary: "#000", third: "#fff8"}\nexclude: [people]\n'
SETTINGS = b"""\
provider: kie
store: originals
brand: brand/primary.yaml
workers: local:2
limits: {creates: 20, window: 10, running: 100, max_credits: 500}
deadlines: {image: 300, video: 600}
api_base_url: https://api.kie.ai
upload_base_url: http://127.0.0.1:8080
max_download_mb: 200
allow_private_urls: false
"""
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
RECIPE = b"""\
brand: ../brand/primary.yaml
output: output/icons
vars: {render: Photorealistic 3D render, size: 3, deep: "4.5", big: AAAA}
defaults: &all
  {model: nano-banana-pro, aspect_ratio: "1:1", resolution: 1K, removeBg: true, formats: [png, webp]}
rename: {old: coin}
assets:
  - name: coin
    prompt:
      - "A glossy coin in {{ brand.colors.primary | describe }} with a {{ brand.colors.secondary }} rim."
      - "{{ vars.render }}, on {{ brand.gradients.hero | describe }}."
    exclude: [shadows]
    icons: {"@1x": 24, "@2x": 48, hero: 160}
  - &gem
    name: gem
    prompt: "{% for c in brand.gradients.hero %}{{ c | lighten('20%') }} {% endfor %}gem"
    references: [../brand/logo.png, "https://example.com/mood.jpg", "asset:coin#nobg", "asset:coin@2x"]
    removeBg: {method: auto, backdrop: "#00FF00", crop: true, padding: 8%}
  - name: badge
    matrix: {tier: [bronze, silver], theme: [light, 2, true]}
    prompt: "A {{ matrix.tier }} badge, {% if matrix.theme == 'light' %}bright{% else %}dark{% endif %}"
    deadline: 60
    dir: icons/large
    filename: "{{ matrix.tier }}-{{ asset.name }}"
  - name: free
    model: {id: some/other-model, input: {prompt: a cat, steps: 4, seed: -1}}
  - {<<: *gem, name: twin, params: {nsfw_checker: false}, vars: {render: flat}}
"""


def _files(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(HOUSE.glob(pattern))]


@lru_cache(maxsize=1)
def recipes() -> list[bytes]:
    """Recipes that are right, and those of the tests that are not."""
    return [RECIPE, *_files("recipes/*.yaml"), *_files("tests/recipe/cases/*.yaml")]


@lru_cache(maxsize=1)
def brands() -> list[bytes]:
    """Brand files."""
    return [BRAND, BASE, *_files("brand/*.yaml"), *_files("tests/recipe/cases/*brand*.yaml")]


# Values that a type, a file system, a terminal or a template may stumble over.
HOSTILE: list[Any] = [
    "", " ", "\t", "~", "null", 0, -1, 1, True, False, None, 1e308, -0.0, 0.1, 2**31, 2**63, 10**17, "1:0",
    "0:1",
    "²:1", "9" * 400 + ":1", "9" * 5000, "²K", "0K", "-1K", "1e5", "NaN", ".inf", "0x10", "1_000", "٣",
    "..", "../..", "../../outside/secret.txt", "/etc/passwd", "~/x", "C:\\x", "\\\\host\\x", "a/../b",
    "./", "a//b",
    "CON", "nul.png", "com1", "aux.yaml", "a.", "a ", "a" * 101, "a" * 300, "a/" * 300, ".git/hooks",
    ".pipeline",
    "é", "e\u0301", "\u212bngstrom", "ﬁ", "İ", "ß", "ǅ", "\u202e", "\u200b", "\ufeff", "\x7f", "\x85",
    "\u2028",
    "\U0001f600", "\x1b[31mred", "\x1b]8;;http://x\x07", "a\nb", "a\rb", "$(id)", "`id`", "<b>", "|",
    "](x)", "%s%n",
    "{{ brand }}", "{{ vars }}", "{{ brand.colors }}", "{{ brand.colors.primery }}", "{{ asset.name }}", "{{",
    "{{ vars.big * 999 }}", "{{ 1 | round(9, 'ceil') }}", "{{ ''.__class__ }}",
    "{% for a in vars.big %}a{% endfor %}",
    "{% include 'x' %}", "{{ vars.big | title }}", "{{ brand.colors.primary | lighten('20%') }}",
    "{{ 2 ** 99 }}",
    "{{ [vars.big, vars.big] | join }}", "{# x #}", "{{ 9 / 0 }}", "{{ 'a' % 1 }}", "{{ matrix | items }}",
    "asset:", "asset:coin", "asset:nobody", "asset:../x", "file:///etc/passwd", "ftp://x/y", "http://", "https://[::1",
    "https://user:word@host/a.png", "https://exa mple.com", "http://127.0.0.1/x",
    "data:image/png;base64,AAAA",
    "https://x/" + "a" * 3000, "javascript:alert(1)", "http://\u2100.com", "https://host:99999999/x",
    "#GGG", "#12", "#1234", "#123456789", "rgb(1,2,3)", "rebeccapurple", "transparent", "currentcolor",
    "8%", "101%", "-1%", "1e3%", "½", "auto", "none", "png", "jpeg", "PNG", "u2net", "rembg", "1K", "2K",
    "4K", "16:9",
    [], {}, [[]], {"": ""}, [None], [1, "1", True, 1.0], ["a"] * 60, {"a": {"b": {"c": []}}}, [[[[[[1]]]]]],
    {"id": "x"}, {"id": "x", "input": {}}, {"id": "x", "input": {"prompt": {"a": [1, None, 1e300]}}},
    {"@2x": 0}, {"a b": 1}, {"nobg": 5}, {"x": 8193}, [16, 16], {"method": "x"},
    {"backdrop": "{{ brand.name }}"},
]  # fmt: skip

YAML_WORDS: list[bytes] = [
    b"&a ", b"*a", b"*all", b"<<: *all", b"<<: [*a, *a]", b"!!python/object:os.system ", b"!x ", b"!!str ",
    b"!!binary ",
    b"? ", b": ", b"- ", b"| ", b"|2+\n", b">-\n", b"# ", b"#", b"---\n", b"...\n", b"%YAML 1.1\n",
    b"%TAG ! x\n", b"\t",
    b"{", b"}", b"[", b"]", b",", b"'", b'"', b"\\x00", b"\\ud800", b"\\U0001F600", b"\x00", b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b"\r\n", b"\r", b"\n", b"\n\n", b"  ", b"<<<<<<< HEAD\n",
    b"=======\n", b">>>>>>> x\n", b"{{", b"}}", b"{%", b"%}", b"{{ ", b" | ", b"remove_bg: true\n",
    b"removeBg: {}\n",
    b"null", b"~", b"true", b"yes", b"0", b"-1", b"1e999", b"0o17", b"0x1F", b".nan", b"2026-11-22", b"16:9",
    b'"1:0"', b"99999999999999999999", b"../", b"asset:", b"name: ", b"assets:\n", b"defaults: ",
    b"extends: ", b"[&a [*a]]", b"&a [*a, *a]", b"\x1b[31m", b"\xe2\x80\xae", b"matrix: {a: [1, 2, 3]}\n",
    b"vars: {a: 1}\n",
]  # fmt: skip
