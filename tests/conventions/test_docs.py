"""Pages drawn from the code are current."""

import re
from collections import Counter
from pathlib import Path

from config.state_pages import states_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_states_is_current() -> None:
    assert (ROOT / "docs" / "states.md").read_text() == states_page(), "run `python manage.py draw_states`"


def numbered(letter: str, last: int, *missing: int) -> set[str]:
    return {f"{letter}{n}" for n in range(1, last + 1) if n not in missing}


CAPABILITIES = (
    numbered("S", 30)
    | numbered("D", 32, 14)
    | numbered("T", 14)
    | numbered("O", 12)
    | numbered("C", 16, 15)
    | numbered("P", 14)
    | numbered("R", 40, 4, 7, 21, 24, 30, 31, 33)
)


def capability_rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "capabilities.md").read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| [A-Z]\d", line)]


def test_every_capability_has_one_row() -> None:
    assert Counter(row[0] for row in capability_rows()) == Counter(CAPABILITIES)


def test_every_capability_says_honestly_how_far_it_is() -> None:
    assert {row[1] for row in capability_rows()} <= {"works", "partly", "not yet"}


def test_what_works_names_a_test_that_exists() -> None:
    paths = {row[0]: re.findall(r"`(tests/[^`]*)`", row[3]) for row in capability_rows() if row[1] != "not yet"}

    assert [name for name, found in paths.items() if not found] == []
    assert [path for found in paths.values() for path in found if not (ROOT / path).exists()] == []


def test_what_works_names_code_that_exists() -> None:
    places = [place for row in capability_rows() for place in re.findall(r"`([\w/*]+/[\w/.*]*)`", row[2])]

    assert [place for place in places if not list(ROOT.glob(place.rstrip("/")))] == []
