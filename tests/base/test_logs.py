"""What a log says of a refusal, or of a server that is away, fits a line; our own mistakes keep their trace."""

import logging
import sys

import pytest
from django.db import OperationalError

from config.logs import InOneLine


def record_of(error: Exception, *, message: str = "failed: %s", **more: object) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        made = logging.LogRecord("celery.beat", logging.ERROR, __file__, 7, message, ("x",), sys.exc_info())
    made.__dict__.update(more)
    return made


def test_a_refusal_is_one_line() -> None:
    refusal = record_of(PermissionError("no"), status_code=403)

    assert InOneLine().filter(refusal)
    assert (refusal.exc_info, refusal.getMessage()) == (None, "failed: x (PermissionError)")


@pytest.mark.parametrize("error", [OperationalError("server closed\nDETAIL: long"), ConnectionError("refused")])
def test_a_server_that_is_away_is_said_once_in_a_while(error: Exception) -> None:
    said = InOneLine()

    told = [said.filter(record_of(error)) for _ in range(100)]

    assert told == [True] + [False] * 99


def test_a_mistake_of_ours_keeps_its_trace() -> None:
    mistake = record_of(ValueError("bug"), status_code=500)

    assert InOneLine().filter(mistake)
    assert mistake.exc_info is not None
