"""Nudges to open pages: something changed, ask for it again.

A nudge may be lost; what is true is in PostgreSQL, and a page that hears nothing polls. So publishing
never waits for an absent Redis, and what it says names things by public id and tells nothing personal.
"""

import functools
import json
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import redis
from django.conf import settings
from django.core import signing
from redis.backoff import NoBackoff
from redis.retry import Retry

PREFIX = "live:"
SALT = "common.live.stream"
TOKEN_SECONDS = 12 * 3600
WAIT_SECONDS = 0.1  # to connect, and again to send: together the most that a request waits
REST_SECONDS = 1.0  # after a failure nobody tries again for this long


class Nudger:
    """One process' line to Redis for nudges, with a rest after each failure."""

    def __init__(self, url: str) -> None:
        """Connects at the first nudge, not here."""
        self.failures = 0
        self._rests_until = 0.0
        self._redis = redis.Redis.from_url(
            url,
            socket_timeout=WAIT_SECONDS,
            socket_connect_timeout=WAIT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def publish(self, channel: str, data: Mapping[str, object]) -> bool:
        """Send one nudge if Redis takes it at once; tell whether it did."""
        if time.monotonic() < self._rests_until:
            self.failures += 1
            return False
        try:
            self._redis.publish(PREFIX + channel, json.dumps(data))
        except redis.RedisError:
            self.failures += 1
            self._rests_until = time.monotonic() + REST_SECONDS
            return False
        return True


@functools.cache
def nudger() -> Nudger:
    """The nudger of this process."""
    return Nudger(settings.REDIS_URL)


def publish(channel: str, data: Mapping[str, object]) -> bool:
    """Nudge every page that reads a channel; call it after commit.

    Waits 0.2 s at most and never raises for an absent Redis; the answer is for counting only.
    """
    return nudger().publish(channel, data)


def stream_token(channels: Sequence[str]) -> str:
    """A signed permission to read some channels, good for half a day."""
    return signing.dumps(sorted(channels), salt=SALT)


def stream_url(channels: Sequence[str]) -> str:
    """The address that a page opens as an EventSource; empty where no events process runs and the page polls."""
    if not settings.EVENTS_URL:
        return ""
    return f"{settings.EVENTS_URL}?{urlencode({'token': stream_token(channels)})}"


def channels_of(token: str) -> list[str]:
    """The channels that a token permits to read.

    Raises:
        signing.BadSignature: it is forged, changed or too old.
    """
    channels = signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS)
    return [str(channel) for channel in channels]
