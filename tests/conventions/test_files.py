"""Rules that hold for every file."""

import subprocess
from pathlib import Path

from django.utils.module_loading import import_string

from config.subscriptions import SUBSCRIPTIONS

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 500


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.splitlines() if "/vendor/" not in name and (ROOT / name).exists()]


def test_no_file_is_too_long_to_read() -> None:
    files = [path for path in tracked("*.py", "*.html", "*.js") if "/migrations/" not in str(path)]

    long = {
        str(path.relative_to(ROOT)): lines for path in files if (lines := len(path.read_text().splitlines())) > LIMIT
    }
    assert long == {}


def test_no_page_has_script_or_style_of_its_own() -> None:
    # The admin has its own policy, and a mail reader has no stylesheet but what the mail carries.
    pages = [path for path in tracked("templates/*.html") if not {"admin", "email", "emails"} & set(path.parts)]

    words = (" style=", "<style", " onclick=", " onload=", " onchange=", " onsubmit=", "<script>")
    assert [str(path) for path in pages if any(word in path.read_text() for word in words)] == []


def test_every_hearer_exists() -> None:
    missing = []
    for hearers in SUBSCRIPTIONS.values():
        for hearer in hearers:
            try:
                import_string(hearer)
            except ImportError:
                missing.append(hearer)

    assert missing == []


def test_nothing_is_left_for_later() -> None:
    words = ["TO" + "DO", "FIX" + "ME", "mark.x" + "fail", "NotImplemented" + "Error"]
    left = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked("*.py", "*.html", "static/js/*.js")
        for word in words
        if word in path.read_text()
    ]

    assert left == []
