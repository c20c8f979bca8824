"""The one writer of every status."""

import pytest
from django.db import InternalError, transaction

from common.transactions import WrongTransaction
from drivers.models import Driver
from drivers.states import DriverStatus
from events.actions.move import NotAllowedNow, move
from events.models import StatusChange
from tests import make


@pytest.mark.django_db
def test_a_move_leaves_a_line_of_history() -> None:
    ann = make.driver("Ann")

    move(ann, DriverStatus.PAUSED, now=make.NOON, by="user:flo", reason="holiday")

    line = StatusChange.objects.get(kind="driver", object_id=ann.pk)
    assert (line.from_status, line.to_status, line.actor, line.reason) == ("active", "paused", "user:flo", "holiday")


@pytest.mark.django_db
def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    ann = make.driver("Ann")

    with pytest.raises(NotAllowedNow):
        move(ann, DriverStatus.APPLIED, now=make.NOON)

    ann.refresh_from_db()
    assert ann.status == DriverStatus.ACTIVE


@pytest.mark.django_db
def test_a_row_moved_by_another_meanwhile_is_not_overwritten() -> None:
    ann = make.driver("Ann")
    Driver.objects.filter(pk=ann.pk).update(status=DriverStatus.SUSPENDED)

    with pytest.raises(NotAllowedNow):
        move(ann, DriverStatus.PAUSED, now=make.NOON)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_move_that_is_not_in_the_table() -> None:
    ann = make.driver("Ann")

    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Driver.objects.filter(pk=ann.pk).update(status=DriverStatus.APPLIED)


@pytest.mark.django_db(transaction=True)
def test_a_move_outside_a_transaction_is_a_mistake() -> None:
    ann = make.driver("Ann")

    with pytest.raises(WrongTransaction):
        move(ann, DriverStatus.PAUSED, now=make.NOON)
