"""The one writer of every status."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from django.db import models

from common.errors import DomainError
from common.states import Moves
from common.transactions import needs_transaction
from events.models import StatusChange

SYSTEM = "system"


class NotAllowedNow(DomainError):
    """That cannot be done any more: things have moved on. Reload the page to see where it stands."""

    code = "not_allowed_now"


class Stated(Protocol):
    """A row with a status and a table of moves."""

    pk: int
    status: str
    MOVES: ClassVar[Moves]


@needs_transaction
def move(
    row: models.Model, to: str, *, now: datetime, by: str = SYSTEM, reason: str = "", also: Sequence[str] = ()
) -> None:
    """Move a locked row to another status and leave a line of history.

    The write compares with the status read, so that a row changed since is never overwritten. `also` names columns
    that are saved by the same statement.

    Raises:
        NotAllowedNow: the table has no such move, or the row was moved by another.
    """
    here = str(row.status)  # type: ignore[attr-defined]
    moves: Moves = row.MOVES  # type: ignore[attr-defined]
    if to not in moves.get(here, frozenset()):
        raise NotAllowedNow
    model = type(row)
    columns = {name: getattr(row, name) for name in also}
    if model._default_manager.filter(pk=row.pk, status=here).update(status=to, **columns) != 1:
        raise NotAllowedNow
    row.status = to  # type: ignore[attr-defined]
    note_status(row, now=now, by=by, reason=reason, came_from=here)


@needs_transaction
def move_all(rows: Sequence[models.Model], to: str, *, now: datetime, by: str = SYSTEM, reason: str = "") -> None:
    """Move locked rows of one model to the same status in three statements at most a status they come from.

    Raises:
        NotAllowedNow: one of them cannot make that move, or was moved by another; then none is moved.
    """
    for here in sorted({str(row.status) for row in rows}):  # type: ignore[attr-defined]
        group = [row for row in rows if str(row.status) == here]  # type: ignore[attr-defined]
        model, moves = type(group[0]), group[0].MOVES  # type: ignore[attr-defined]
        if to not in moves.get(here, frozenset()):
            raise NotAllowedNow
        pks = [row.pk for row in group]
        if model._default_manager.filter(pk__in=pks, status=here).update(status=to) != len(pks):
            raise NotAllowedNow
        for row in group:
            row.status = to  # type: ignore[attr-defined]
        note_all(group, now=now, by=by, reason=reason, came_from=here)


@needs_transaction
def note_all(
    rows: Sequence[models.Model], *, now: datetime, by: str = SYSTEM, reason: str = "", came_from: str = ""
) -> None:
    """Leave a line of history for the present status of each of some rows, in one statement."""
    StatusChange.objects.bulk_create(
        StatusChange(
            kind=row._meta.model_name or "",
            object_id=row.pk,
            from_status=came_from,
            to_status=str(row.status),  # type: ignore[attr-defined]
            at=now,
            actor=by,
            reason=reason[:300],
        )
        for row in rows
    )


@needs_transaction
def note_status(row: models.Model, *, now: datetime, by: str = SYSTEM, reason: str = "", came_from: str = "") -> None:
    """Leave a line of history for a row's present status: after a move, or when it is made."""
    StatusChange.objects.create(
        kind=row._meta.model_name or "",
        object_id=row.pk,
        from_status=came_from,
        to_status=str(row.status),  # type: ignore[attr-defined]
        at=now,
        actor=by,
        reason=reason[:300],
    )
