"""Celery's line to Redis, made to outlive a Redis that goes away at any moment (R6)."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError

LOOK_EVERY = 1.0  # seconds; Celery's own waits grow to 30, and dispatch would rest as long after Redis is back


class Channel(kombu_redis.Channel):
    """A channel that says it was closed.

    When Redis goes while a task is being done, the task's receipt comes to a channel whose line is closed already.
    Kombu meets that with an AttributeError, which ends the worker; a lost connection it forgives.
    """

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The line to the broker was closed.")
        return super()._connparams(*args, **kwargs)  # type: ignore[misc]  # the stubs know no private names


class Transport(kombu_redis.Transport):
    """Redis with such channels."""

    Channel = Channel


class PatientConnection(Connection):
    """A line to a broker that may go away: it looks for it every second."""

    def get_transport_cls(self) -> Any:
        found = super().get_transport_cls()
        return Transport if found is kombu_redis.Transport else found

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        waits = {"interval_start": LOOK_EVERY, "interval_step": 0.0, "interval_max": LOOK_EVERY}
        return super().ensure_connection(*args, **(waits | kwargs))


class Lines(AMQP):
    """Celery's messaging over such lines."""

    Connection = PatientConnection
