"""Draws docs/states.md from the tables of moves."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from common.states import Moves

HEAD = """# States

Drawn from the tables in `*/states.py` by `python manage.py draw_states`; a test keeps this page current. The same
tables stand in the database as triggers, so that nothing can make another move. Every move leaves a line of history
with its time, actor and reason.
"""


def stated_models() -> Iterator[type[models.Model]]:
    """Every model with a table of moves, by name."""
    yield from sorted((m for m in apps.get_models() if hasattr(m, "MOVES")), key=lambda m: m.__name__)


def codes(targets: Iterable[str]) -> str:
    """Statuses in a cell of a table."""
    return ", ".join(f"`{target}`" for target in sorted(targets))


def section(model: type[models.Model]) -> str:
    """One thing's heading, drawing and table."""
    moves: Moves = model.MOVES  # type: ignore[attr-defined]
    arrows = [f"    {here} --> {there}" for here, targets in moves.items() for there in sorted(targets)]
    rows = [
        f"| `{here}` | {', '.join(f'`{t}`' for t in sorted(targets)) or 'final'} |" for here, targets in moves.items()
    ]
    drawing = "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])
    return "\n".join([f"## {model.__name__}", "", drawing, "", "| from | to |", "|---|---|", *rows, ""])


def states_page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(model) for model in stated_models())])
