"""Celery's line to Redis: what is left of a closed line counts as lost, and ends no worker."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection
from kombu.message import Message
from redis.exceptions import ConnectionError as RedisConnectionError

from config.broker import PatientConnection


def taken_message(line: Connection) -> Message:
    """A message that was taken from the broker; its receipt is still owed when the line closes."""
    queue = line.SimpleQueue("a queue of the test")
    queue.put({"order": 1})
    return queue.get(timeout=5)


@pytest.fixture
def left(request: pytest.FixtureRequest) -> Iterator[Message]:
    line = request.param(settings.REDIS_URL)
    message = taken_message(line)
    channel: Any = message.channel
    channel._pool = channel._async_pool = line._transport.client = None
    yield message
    channel.qos._delivered.clear()  # nor is it sent again when the tests end


@pytest.mark.parametrize("left", [PatientConnection], indirect=True)
def test_a_receipt_for_a_closed_line_is_a_lost_connection(left: Message) -> None:
    with pytest.raises(RedisConnectionError):
        left.ack()


@pytest.mark.parametrize("left", [Connection], indirect=True)
def test_without_our_channel_it_is_an_error_nobody_expects(left: Message) -> None:
    with pytest.raises(AttributeError):
        left.ack()
