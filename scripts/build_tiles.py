"""Write static/tiles: one SVG for every picture that the demo's catalogue and departments name.

A name is either an icon of Fluent Emoji Flat (`pear`) or a drawing of ours: shape, colour and, on its label, an icon
(`can-red-tomato`). Shapes are the SVG files in tile_shapes: BASE, SHADE and LIGHT stand for the colour, data-label
says where the icon goes. The icons come from npm and are needed only to run this; its output is committed:

    npm pack @iconify-json/fluent-emoji-flat@1.2.6 && tar xzf iconify-json-fluent-emoji-flat-1.2.6.tgz
    python -m scripts.build_tiles package/icons.json
"""

import argparse
import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA, TILES, SHAPES = ROOT / "stores" / "data", ROOT / "static" / "tiles", ROOT / "scripts" / "tile_shapes"
# base, shade, light
COLOURS = {
    "amber": ("#F9B43A", "#DD8F16", "#FFD782"),
    "blue": ("#3F7FD6", "#2A5FAE", "#8DB8F0"),
    "brown": ("#8A5A3C", "#6B4229", "#B98765"),
    "charcoal": ("#4A4A52", "#34343A", "#7C7C88"),
    "cream": ("#F6E3BC", "#DFC48F", "#FFF5DF"),
    "crimson": ("#B3243B", "#8B1529", "#DE6176"),
    "forest": ("#2F6B45", "#1F4E31", "#6CA583"),
    "green": ("#4FA64B", "#36803A", "#96D58D"),
    "grey": ("#B9BEC6", "#979DA8", "#E1E4E9"),
    "lime": ("#A5CC3D", "#82A827", "#D2EB8A"),
    "navy": ("#2C3F78", "#1D2C59", "#6679B5"),
    "orange": ("#F58A3C", "#D86A1C", "#FFBA85"),
    "pink": ("#F27FA5", "#D85A86", "#FFBCD1"),
    "plum": ("#8C3B74", "#6A2857", "#C17BAC"),
    "red": ("#E0433F", "#B92B2E", "#F88C86"),
    "silver": ("#CBD2DA", "#A4AEBA", "#EDF1F5"),
    "sky": ("#69B7E8", "#4394C9", "#B4DDF6"),
    "tan": ("#D3A56C", "#B08349", "#EBCDA3"),
    "teal": ("#2AA198", "#1B7B74", "#84D3CC"),
    "violet": ("#8B6BC9", "#6B4BA8", "#BFA9E8"),
    "white": ("#F4F6F8", "#D3DAE2", "#FFFFFF"),
    "yellow": ("#F8D040", "#DFAE1B", "#FFE88D"),
}
EXTRA = ("package", "house", "shopping-cart", "basket", "red-heart")  # pages use these beside the catalogue
GRID = 32
LICENSE = """The pictures in this folder
===========================

Pictures named for one thing (pear.svg, cheese-wedge.svg), and the small pictures on the labels of the others, are from
Fluent Emoji (flat), https://github.com/microsoft/fluentui-emoji, as packaged by @iconify-json/fluent-emoji-flat 1.2.6.
The drawings of cans, bottles, boxes and bags round them (scripts/tile_shapes) are Homeward's own, under the
project's licence. Fluent Emoji comes under these terms:

MIT License

Copyright (c) Microsoft Corporation.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def names() -> list[str]:
    """Every tile that the catalogue, the departments and the pages use."""
    with (DATA / "catalogue.csv").open(newline="", encoding="utf-8") as rows:
        used = {row["tile"] for row in csv.DictReader(rows)}
    departments = json.loads((DATA / "departments.json").read_text())["departments"]
    return sorted(used | {department["tile"] for department in departments} | set(EXTRA))


def drawing(name: str, icons: Mapping[str, Mapping[str, str]]) -> str:
    """The inside of a tile's SVG. Raises KeyError or FileNotFoundError for an icon, colour or shape not there."""
    if name in icons:
        return prefixed(icons[name]["body"], name)
    shape, colour, *picture = name.split("-", 2)
    svg = (SHAPES / f"{shape}.svg").read_text(encoding="utf-8")
    body = re.sub(r"\n\s*", "", svg[svg.index(">") + 1 : svg.rindex("</svg>")])
    for token, shown in zip(("BASE", "SHADE", "LIGHT"), COLOURS[colour], strict=True):
        body = body.replace(token, shown)
    return body + "".join(label(svg, prefixed(icons[icon]["body"], icon)) for icon in picture)


def label(svg: str, icon: str) -> str:
    """An icon placed where the drawing's `data-label` says: x, y and size on the grid."""
    place = re.search(r'data-label="([\d.]+) ([\d.]+) ([\d.]+)"', svg)
    if place is None:
        raise KeyError("this shape has no label")
    x, y, size = place.groups()
    return f'<g transform="translate({x} {y}) scale({float(size) / GRID:.4g})">{icon}</g>'


def prefixed(body: str, name: str) -> str:
    """Make an icon's own ids unlike any other's, so that tiles may stand inline on one page."""
    return re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", body)


def main() -> None:
    """Write the tiles that are used and remove those that are not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("icons", type=Path, help="icons.json of @iconify-json/fluent-emoji-flat")
    icons = json.loads(parser.parse_args().icons.read_text())["icons"]
    TILES.mkdir(parents=True, exist_ok=True)
    wanted = {f"{name}.svg": drawing(name, icons) for name in names()}
    for stray in {path.name for path in TILES.glob("*.svg")} - set(wanted):
        (TILES / stray).unlink()
    for file, body in wanted.items():
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}" width="64" height="64">{body}</svg>\n'
        )
        (TILES / file).write_text(svg, encoding="utf-8")
    (TILES / "LICENSE").write_text(LICENSE, encoding="utf-8")
    print(f"{len(wanted)} tiles")


if __name__ == "__main__":
    main()
