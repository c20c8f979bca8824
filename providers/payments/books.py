"""What the built-in gateway knows: cards, holds, receipts, the answers it gave and the reports it owes."""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import uuid4

from providers.errors import Unavailable
from providers.payments.base import Card, Declined, KeyReused, Refused
from providers.payments.cards import DECLINES, Behaviour
from providers.payments.store import Store

Outcome = dict[str, str]
Work = Callable[[sqlite3.Connection], Outcome]
FAILED_CHALLENGE = "authentication_failed"


class Books:
    """Rows of one state file, and the rule that a key is answered once."""

    def __init__(self, store: Store, slow_seconds: float) -> None:
        self.store = store
        self._slow_seconds = slow_seconds

    def once(self, key: str, request: dict[str, Any], behaviour: Behaviour, work: Work) -> Outcome:
        """Do the work of a key, or give the answer it had; the work and its answer are one transaction.

        Raises:
            KeyReused: the key answered another request.
            Declined: the answer is, or was, no.
            Unavailable: the work is done and this first answer is lost on the way (a test card's behaviour).
        """
        if behaviour is Behaviour.SLOW:
            time.sleep(self._slow_seconds)
        digest = sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        with self.store.writing() as db:
            row = db.execute("SELECT digest, outcome FROM requests WHERE key = ?", (key,)).fetchone()
            if row is None:
                outcome = work(db)
                db.execute("INSERT INTO requests VALUES (?, ?, ?)", (key, digest, json.dumps(outcome)))
        if row is None and behaviour is Behaviour.ANSWER_LOST:
            raise Unavailable("The gateway did not answer.")
        if row is not None:
            if row["digest"] != digest:
                raise KeyReused(f"The key {key!r} belongs to another request.")
            outcome = json.loads(row["outcome"])
        if "declined" in outcome:
            raise declined(outcome["declined"])
        return outcome

    def card(self, token: str) -> tuple[Card, Behaviour]:
        """A card by its token, and what it does."""
        row = self.one("SELECT * FROM cards WHERE token = ?", token, "There is no such card.")
        card = Card(row["token"], row["brand"], row["last4"], row["exp_month"], row["exp_year"])
        return card, Behaviour(row["behaviour"])

    def hold(self, hold_id: str) -> sqlite3.Row:
        """Row of a hold."""
        return self.one("SELECT * FROM holds WHERE id = ?", hold_id, "There is no such hold.")

    def one(self, sql: str, key: str, absent: str) -> sqlite3.Row:
        """The row that a key names.

        Raises:
            Refused: there is none.
        """
        row: sqlite3.Row | None = self.store.reading().execute(sql, (key,)).fetchone()
        if row is None:
            raise Refused(absent)
        return row

    def captured_before(self, hold_id: str, amount_cents: int) -> Outcome:
        """The receipt of a captured hold, when it was captured for this amount."""
        receipt = self.one("SELECT * FROM receipts WHERE hold_id = ?", hold_id, "There is no such receipt.")
        if receipt["amount_cents"] != amount_cents:
            raise Refused("The hold is captured already, for another amount.")
        return {"receipt": receipt["id"]}

    def add_receipt(self, db: sqlite3.Connection, hold_id: str | None, token: str, cents: int, currency: str) -> str:
        """Write down money taken; returns the receipt's id."""
        receipt_id = f"receipt_{uuid4().hex}"
        row = (receipt_id, hold_id, token, cents, currency)
        db.execute("INSERT INTO receipts (id, hold_id, token, amount_cents, currency) VALUES (?, ?, ?, ?, ?)", row)
        return receipt_id

    def report(self, db: sqlite3.Connection, kind: str, about: str, behaviour: Behaviour, **data: int) -> None:
        """Owe a webhook about something, to be sent once or (a test card's behaviour) twice."""
        event = {"id": f"event_{uuid4().hex}", "kind": kind, "object": about, "at": int(time.time()), "data": data}
        copies = 2 if behaviour is Behaviour.REPORTED_TWICE else 1
        db.execute("INSERT INTO events VALUES (?, ?, ?)", (event["id"], json.dumps(event), copies))

    def signing_secret(self) -> str:
        """Secret that reports are signed with, made at first use and the same for every process."""
        with self.store.writing() as db:
            db.execute("INSERT OR IGNORE INTO secrets VALUES ('webhooks', ?)", (secrets.token_hex(32),))
            row = db.execute("SELECT value FROM secrets WHERE name = 'webhooks'").fetchone()
        return str(row["value"])


def declined(code: str) -> Declined:
    """A refusal with the sentence that belongs to its code."""
    special = {
        FAILED_CHALLENGE: "The bank could not confirm that this is your card.",
        "authentication_required": "The bank wants to see the cardholder.",
        "capture_failed": "The bank took its word back.",
    }
    return Declined(code, special.get(code) or DECLINES[code])


def require_positive(amount_cents: int) -> None:
    """Refuse amounts that are no amounts."""
    if amount_cents <= 0:
        raise Refused("An amount must be above zero.")
