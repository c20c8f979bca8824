"""Driving between cells as other processes found it, kept in Redis. While Redis is away each asks for itself."""

import time
from collections.abc import Mapping, Sequence

import numpy as np
import redis
from numpy.typing import NDArray
from redis.backoff import NoBackoff
from redis.retry import Retry

PREFIX = "roads:"
KEPT_SECONDS = 7_200
WAIT_SECONDS = 0.5
REST_SECONDS = 10.0
STRIP = np.dtype([("cell", "<u8"), ("seconds", "<i4"), ("metres", "<i4")])
Strip = NDArray[np.void]


class SharedStrips:
    """Rows and columns of tables of cells, each under a key of its own."""

    def __init__(self, url: str) -> None:
        """Connects at the first question, not here."""
        self._rests_until = 0.0
        self._redis = redis.Redis.from_url(
            url, socket_timeout=WAIT_SECONDS, socket_connect_timeout=WAIT_SECONDS, retry=Retry(NoBackoff(), 0)
        )

    def read(self, keys: Sequence[str]) -> list[Strip | None]:
        """What is kept under each key; nothing where Redis is away."""
        nothing: list[Strip | None] = [None] * len(keys)
        if not keys or time.monotonic() < self._rests_until:
            return nothing
        try:
            found: list[bytes | None] = self._redis.mget([PREFIX + key for key in keys])  # type: ignore[assignment]  # no decode_responses
        except redis.RedisError:
            self._rests_until = time.monotonic() + REST_SECONDS
            return nothing
        return [None if text is None or len(text) % STRIP.itemsize else np.frombuffer(text, STRIP) for text in found]

    def write(self, strips: Mapping[str, Strip]) -> None:
        """Keep strips for two hours; the last who writes a key is right, as all say the same."""
        if not strips or time.monotonic() < self._rests_until:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for key, strip in strips.items():
                    pipe.set(PREFIX + key, strip.tobytes(), ex=KEPT_SECONDS)
                pipe.execute()
        except redis.RedisError:
            self._rests_until = time.monotonic() + REST_SECONDS
