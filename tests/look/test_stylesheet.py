"""The committed stylesheet is what its sources build to."""

from pathlib import Path

from scripts.build_css import BUILT, is_current

ROOT = Path(__file__).resolve().parents[2]


def test_the_stylesheet_is_current() -> None:
    assert is_current(), "run `make css` and commit static/css/homeward.css"


def test_the_stylesheet_loads_nothing_from_elsewhere() -> None:
    assert "//" not in BUILT.read_text().replace("http://www.w3.org", "").split("*/", 1)[1]


def test_vendored_scripts_name_no_source_maps() -> None:
    # The hashed static storage follows such a comment and stops when the map is not there.
    scripts = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".mjs", ".css"}]

    assert [path.name for path in scripts if "sourceMappingURL=" in path.read_text()] == []
