"""Codes typed at a stop: counted under the run's lock, so that guessing in parallel gains nothing."""

from datetime import datetime
from secrets import compare_digest

from common.errors import DomainError
from common.transactions import needs_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.locking import Held
from dispatch.actions.run_steps.refusals import CodeLocked, WrongCode
from dispatch.models.runs import MAX_WRONG_CODES


@needs_transaction
def check_code(held: Held, typed: str, expected: str, *, now: datetime) -> DomainError | None:
    """Compare a typed code with the right one; a wrong one is counted and comes back as a refusal to keep.

    The refusal is returned, not raised, for raising would undo the count. After five no code is looked at any more,
    and operations has an alarm.
    """
    stop = held.stop
    if stop.wrong_codes >= MAX_WRONG_CODES:
        return CodeLocked()
    if compare_digest(typed.strip().encode(), expected.encode()):
        return None
    stop.wrong_codes += 1
    stop.save(update_fields=["wrong_codes"])
    left = MAX_WRONG_CODES - stop.wrong_codes
    if left == 0:
        raise_alarm(
            market_id=held.run.market_id, kind="code_locked", delivery_id=held.delivery.pk, now=now,
            text=f"Five wrong codes were typed for {held.order.number}.",
        )  # fmt: skip
        return CodeLocked()
    return WrongCode(
        "That is not the right code. 1 more try; then typing is locked."
        if left == 1
        else "That is not the right code. %(left)s more tries; then typing is locked.",
        left=left,
    )
