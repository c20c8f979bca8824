"""Where the built-in gateway keeps its books: an SQLite file of its own, as a vendor's lie with the vendor.

One file in WAL mode is shared by all processes of the machine; a write takes the file's lock for its
whole transaction, so two processes with the same key wait for one another, and a process killed in the
middle leaves nothing behind.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS cards (
    token TEXT PRIMARY KEY, brand TEXT NOT NULL, last4 TEXT NOT NULL CHECK (length(last4) = 4),
    exp_month INTEGER NOT NULL, exp_year INTEGER NOT NULL, behaviour TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS requests (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS holds (
    id TEXT PRIMARY KEY, token TEXT NOT NULL REFERENCES cards, amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    currency TEXT NOT NULL, metadata TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('challenged', 'held', 'captured', 'void', 'declined'))
) STRICT;
CREATE TABLE IF NOT EXISTS receipts (
    id TEXT PRIMARY KEY, hold_id TEXT UNIQUE REFERENCES holds, token TEXT NOT NULL REFERENCES cards,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0), currency TEXT NOT NULL,
    refunded_cents INTEGER NOT NULL DEFAULT 0 CHECK (refunded_cents BETWEEN 0 AND amount_cents)
) STRICT;
CREATE TABLE IF NOT EXISTS refunds (
    id TEXT PRIMARY KEY, receipt_id TEXT NOT NULL REFERENCES receipts,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0)
) STRICT;
CREATE TABLE IF NOT EXISTS disputes (
    receipt_id TEXT PRIMARY KEY REFERENCES receipts, amount_cents INTEGER NOT NULL CHECK (amount_cents >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, due_copies INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_due ON events (id) WHERE due_copies > 0;
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


class Store:
    """Connections to one state file, one per thread and process."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "payments.sqlite3"
        self._local = threading.local()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file's write lock until the block ends: committed if it ends well, else undone."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def reading(self) -> sqlite3.Connection:
        """Connection for single reads."""
        return self._connection()

    def _connection(self) -> sqlite3.Connection:
        # A connection does not survive a fork, and workers fork.
        if getattr(self._local, "pid", None) != os.getpid():
            self._local.connection, self._local.pid = self._open(), os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(self._path, timeout=15, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # survives kill -9; a power cut may lose the last answers
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(SCHEMA)
        return connection
