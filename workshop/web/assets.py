"""Copies the browser parts from `node_modules` into the static folder, and builds the icon sprite.

Run it after `npm ci --ignore-scripts`: `python -m workshop.web.assets`. The result is never
committed. Only the files named here travel, so a page can load nothing we did not choose.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).resolve().parent / "static"

# Where each part comes from, and what our pages call it.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "fonts/inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "fonts/inter-latin-ext.woff2",
    "barcode-detector/dist/es/ponyfill.js": "barcode/ponyfill.js",
    "barcode-detector/dist/es/zxing-exported.js": "barcode/zxing-exported.js",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "barcode/zxing_reader.wasm",
    "signature_pad/dist/signature_pad.min.js": "signature_pad.js",
    "chart.js/dist/chart.umd.min.js": "chart.js",
    "axe-core/axe.min.js": "dev/axe.min.js",
}

# Outline icons are named one a line in static/icons/tabler.txt; icons no set has (a ring) are
# drawn in the same folder.
FILLED = ["bolt", "circle-check", "star"]


def copy_assets(modules: Path = ROOT / "node_modules", static: Path = STATIC) -> list[Path]:
    """Put every browser part in `static/vendor`; raises FileNotFoundError naming what is missing."""
    vendor = static / "vendor"
    shutil.rmtree(vendor, ignore_errors=True)
    copied = [_copy(modules / source, vendor / name) for source, name in FILES.items()]
    sprite = vendor / "icons.svg"
    sprite.write_text(icon_sprite(modules, static / "icons"), encoding="utf-8")
    return [*copied, sprite]


def icon_sprite(modules: Path, own: Path) -> str:
    """One SVG with a `<symbol>` per icon: Tabler's by name, filled ones as `name-filled`, ours."""
    tabler = modules / "@tabler/icons/icons"
    names = (own / "tabler.txt").read_text(encoding="utf-8").split()
    symbols = [_symbol(name, tabler / f"outline/{name}.svg") for name in names]
    symbols += [_symbol(f"{name}-filled", tabler / f"filled/{name}.svg") for name in FILLED]
    symbols += [_symbol(path.stem, path) for path in sorted(own.glob("*.svg"))]
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if target.suffix in {".js", ".css"}:
        # The maps do not travel, so the line that points at them would only be a failed request.
        content = re.sub(rb"\n?(//# |/\*# )sourceMappingURL=[^\n*]*(\*/)?", b"", content)
    target.write_bytes(content)
    return target


def _symbol(name: str, source: Path) -> str:
    svg = source.read_text(encoding="utf-8")
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inner)
    paint = (
        'fill="currentColor"'
        if name.endswith("-filled")
        else 'fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round"'
    )
    body = re.sub(r"\s+", " ", inner).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{body}</symbol>'


def main() -> int:
    """Copy everything; say what to run when the packages are not there."""
    try:
        copied = copy_assets()
    except FileNotFoundError as missing:
        print(
            f"A browser part is missing: {missing.filename}\n"
            "Run `npm ci --ignore-scripts` in the project's folder, then try again.",
            file=sys.stderr,
        )
        return 1
    print(f"{len(copied)} browser parts are in {STATIC / 'vendor'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
