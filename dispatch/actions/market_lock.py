"""One cycle of a market at a time, over all workers."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SPACE = 0x484F4D45  # keeps our advisory locks apart from anybody else's in the same database


@contextmanager
def market_lock(market_id: int) -> Iterator[bool]:
    """Hold a market's advisory lock while the block lasts; False when another worker has it.

    The lock belongs to a connection of its own, not to a transaction: no transaction is open while a plan is searched,
    and a worker that dies lets go of it with its connection. Behind a pooler this connection must be a direct one.
    """
    direct = connection.copy()
    try:
        with direct.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, market_id])
            (held,) = cursor.fetchone()
        yield bool(held)
    finally:
        direct.close()
