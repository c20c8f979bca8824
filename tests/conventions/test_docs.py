"""Pages drawn from the code are current."""

from pathlib import Path

from config.state_pages import states_page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_states_is_current() -> None:
    assert (ROOT / "docs" / "states.md").read_text() == states_page(), "run `python manage.py draw_states`"
