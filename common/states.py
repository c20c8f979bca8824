"""Tables of allowed moves, and the guard that puts the same table into the database."""

from collections.abc import Iterable, Mapping

import pgtrigger

Moves = Mapping[str, frozenset[str]]


def table(moves: Mapping[str, Iterable[str]]) -> Moves:
    """A table of moves with plain text codes, frozen."""
    return {str(here): frozenset(str(there) for there in targets) for here, targets in moves.items()}


def guard(moves: Moves) -> pgtrigger.FSM:
    """A trigger that lets the database itself refuse a move that is not in the table."""
    transitions = [(here, there) for here, targets in moves.items() for there in sorted(targets)]
    return pgtrigger.FSM(name="only_allowed_moves", field="status", transitions=transitions)
