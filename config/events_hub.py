"""One subscription to Redis, fanned out in memory to the streams of this process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from common.live import PREFIX

MOST_WAITING = 100  # nudges a page may lag behind before its stream is ended
RECONNECT_SECONDS = 1.0
log = structlog.get_logger(__name__)

Reader = asyncio.Queue[bytes | None]


class Full(Exception):
    """This process has as many open streams as it should carry."""


class Hub:
    """Who reads which channel, and the task that listens for them all."""

    def __init__(self, url: str, *, most_streams: int) -> None:
        """Nothing is opened before `listen()`."""
        self.is_listening = False
        self._url = url
        self._most_streams = most_streams
        self._open = 0
        self._readers: defaultdict[str, set[Reader]] = defaultdict(set)

    @contextmanager
    def reader(self, channels: Sequence[str]) -> Iterator[Reader]:
        """A queue that receives the nudges of some channels while the block lasts; None means: too slow, leave.

        Raises:
            Full: too many streams are open.
        """
        if self._open >= self._most_streams:
            raise Full
        queue: Reader = asyncio.Queue()
        self._open += 1
        for channel in channels:
            self._readers[channel].add(queue)
        try:
            yield queue
        finally:
            self._open -= 1
            for channel in channels:
                self._readers[channel].discard(queue)
                if not self._readers[channel]:
                    del self._readers[channel]

    async def listen(self) -> None:
        """Pass on nudges for ever; when Redis goes away, wait for it."""
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as trouble:
                log.warning("events_redis_away", trouble=str(trouble))
            self.is_listening = False
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        client = redis.asyncio.Redis.from_url(self._url, socket_connect_timeout=2, health_check_interval=10)
        async with client, client.pubsub() as pubsub:
            await pubsub.psubscribe(f"{PREFIX}*")
            self.is_listening = True
            async for message in pubsub.listen():
                if message["type"] == "pmessage":
                    self._pass_on(message["channel"].decode(), message["data"])

    def _pass_on(self, channel: str, data: bytes) -> None:
        name = channel.removeprefix(PREFIX)
        # The channel goes as the id: a named event would reach no page that listens for messages.
        nudge = b"id: %s\ndata: %s\n\n" % (name.encode(), data.replace(b"\n", b" "))
        for queue in tuple(self._readers.get(name, ())):
            if queue.qsize() < MOST_WAITING:
                queue.put_nowait(nudge)
            else:
                queue.put_nowait(None)
                self._readers[name].discard(queue)
