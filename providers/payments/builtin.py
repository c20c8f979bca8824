"""A small card gateway of our own: it keeps every promise of `Payments` and forgets nothing when killed.

It moves no real money. Development, the demonstration and the tests run on it; the card's number
decides what happens (see `cards.py`).
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from providers.payments.bank_side import BankSide, standing_of
from providers.payments.base import (
    ActionRequired,
    BadSignature,
    BrowserScript,
    Card,
    Declined,
    Hold,
    Receipt,
    Refund,
    Refused,
    Standing,
    WebhookEvent,
)
from providers.payments.books import FAILED_CHALLENGE, Books, Outcome, declined, require_positive
from providers.payments.cards import TEST_CARDS, Behaviour, brand_of
from providers.payments.signature import check, sign
from providers.payments.store import Store

SIGNATURE_HEADER = "Homeward-Signature"
CHALLENGED = {Behaviour.CHALLENGED, Behaviour.CHALLENGED_THEN_POOR}
PAYING = {Behaviour.PAYS, Behaviour.CAPTURE_FAILS, Behaviour.SLOW, Behaviour.ANSWER_LOST, Behaviour.REPORTED_TWICE}


@dataclass(frozen=True, slots=True)
class Challenge:
    """A cardholder being asked to confirm a payment: what the 3-D Secure page shows."""

    id: str
    amount_cents: int
    currency: str
    last4: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A webhook waiting to be sent."""

    event_id: str
    headers: Mapping[str, str]
    body: bytes


class BuiltinPayments:
    """The built-in gateway over the state file in `state_dir`."""

    name = "builtin"
    script: BrowserScript | None = None

    def __init__(
        self,
        *,
        state_dir: str | Path,
        challenge_url: str = "/pay/challenge/{id}/",
        slow_seconds: float = 4.0,
        webhook_secrets: Sequence[str] = (),
    ) -> None:
        self._books = Books(Store(Path(state_dir)), slow_seconds)
        self.bank = BankSide(self._books)
        self._challenge_url = challenge_url
        self._webhook_secrets = tuple(webhook_secrets)

    def tokenise(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> Card:
        """Take a test card; only its scheme, last four digits and behaviour are kept."""
        digits = number.replace(" ", "").replace("-", "")
        brand = brand_of(digits)
        if brand is None:
            raise Declined("incorrect_number", "Check the card number.")
        if not (cvc.isascii() and cvc.isdigit() and len(cvc) == brand.code_digits):
            raise Declined("invalid_cvc", f"The security code of this card has {brand.code_digits} digits.")
        if digits not in TEST_CARDS:
            raise Declined("not_a_test_card", "This gateway takes test cards only, such as 4242 4242 4242 4242.")
        year = exp_year + 2000 if exp_year < 100 else exp_year
        today = datetime.now(UTC)
        if not 1 <= exp_month <= 12 or (year, exp_month) < (today.year, today.month):
            raise Declined("expired_card", "The card has expired. Check the month and year.")
        card = Card(f"card_{uuid4().hex}", brand.name, digits[-4:], exp_month, year)
        with self._books.store.writing() as db:
            row = (card.token, card.brand, card.last4, card.exp_month, card.exp_year, TEST_CARDS[digits])
            db.execute("INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?)", row)
        return card

    def authorise(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Hold:
        """Set money aside on a card."""
        _, behaviour = self._books.card(card_token)
        request = {"do": "hold", "cents": amount_cents, "card": card_token, "in": currency, "meta": dict(metadata)}

        def work(db: sqlite3.Connection) -> Outcome:
            require_positive(amount_cents)
            if behaviour not in CHALLENGED | PAYING:
                return {"declined": behaviour}
            hold_id = f"hold_{uuid4().hex}"
            status = "challenged" if behaviour in CHALLENGED else "held"
            row = (hold_id, card_token, amount_cents, currency, json.dumps(dict(metadata)), status)
            db.execute("INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?)", row)
            if status == "held":
                self._books.report(db, "hold.placed", hold_id, behaviour)
            return {"hold": hold_id}

        return self.confirm(challenge_id=self._books.once(key, request, behaviour, work)["hold"])

    def confirm(self, *, challenge_id: str) -> Hold:
        """Return the hold once the cardholder answered on the challenge page; a hold's id is its challenge's."""
        hold = self._books.hold(challenge_id)
        card, behaviour = self._books.card(hold["token"])
        if hold["status"] == "challenged":
            raise ActionRequired(challenge_id, url=self._challenge_url.format(id=challenge_id))
        if hold["status"] == "void":
            raise Refused("The hold is void.")
        if hold["status"] == "declined":
            raise declined(Behaviour.POOR if behaviour is Behaviour.CHALLENGED_THEN_POOR else FAILED_CHALLENGE)
        return Hold(hold["id"], hold["amount_cents"], hold["currency"], card)

    def capture(self, *, hold_id: str, amount_cents: int, key: str) -> Receipt:
        """Take up to the held amount, once."""
        hold = self._books.hold(hold_id)
        _, behaviour = self._books.card(hold["token"])

        def work(db: sqlite3.Connection) -> Outcome:
            require_positive(amount_cents)
            status = self._books.hold(hold_id)["status"]
            if status == "captured":
                return self._books.captured_before(hold_id, amount_cents)
            if status != "held" or amount_cents > hold["amount_cents"]:
                raise Refused("More was asked for than is held." if status == "held" else f"The hold is {status}.")
            if behaviour is Behaviour.CAPTURE_FAILS:
                return {"declined": "capture_failed"}
            db.execute("UPDATE holds SET status = 'captured' WHERE id = ?", (hold_id,))
            self._books.report(db, "hold.captured", hold_id, behaviour, amount_cents=amount_cents)
            return {"receipt": self._books.add_receipt(db, hold_id, hold["token"], amount_cents, hold["currency"])}

        request = {"do": "capture", "hold": hold_id, "cents": amount_cents}
        outcome = self._books.once(key, request, behaviour, work)
        return Receipt(outcome["receipt"], amount_cents, hold["currency"])

    def void(self, *, hold_id: str, key: str) -> None:
        """Let a hold go untaken."""
        _, behaviour = self._books.card(self._books.hold(hold_id)["token"])

        def work(db: sqlite3.Connection) -> Outcome:
            status = self._books.hold(hold_id)["status"]
            if status == "captured":
                raise Refused("The hold is captured already; refund it instead.")
            if status in ("held", "challenged"):
                db.execute("UPDATE holds SET status = 'void' WHERE id = ?", (hold_id,))
                self._books.report(db, "hold.voided", hold_id, behaviour)
            return {}

        self._books.once(key, {"do": "void", "hold": hold_id}, behaviour, work)

    def charge(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Receipt:
        """Take money at once, the shopper not being there; a card that wants a challenge is declined."""
        _, behaviour = self._books.card(card_token)
        request = {"do": "charge", "cents": amount_cents, "card": card_token, "in": currency, "meta": dict(metadata)}

        def work(db: sqlite3.Connection) -> Outcome:
            require_positive(amount_cents)
            if behaviour not in PAYING:
                return {"declined": "authentication_required" if behaviour in CHALLENGED else behaviour}
            receipt_id = self._books.add_receipt(db, None, card_token, amount_cents, currency)
            self._books.report(db, "receipt.charged", receipt_id, behaviour, amount_cents=amount_cents)
            return {"receipt": receipt_id}

        outcome = self._books.once(key, request, behaviour, work)
        return Receipt(outcome["receipt"], amount_cents, currency)

    def refund(self, *, receipt_id: str, amount_cents: int, key: str) -> Refund:
        """Give back part or all of what was taken."""
        find = "SELECT * FROM receipts WHERE id = ?"
        _, behaviour = self._books.card(self._books.one(find, receipt_id, "There is no such receipt.")["token"])

        def work(db: sqlite3.Connection) -> Outcome:
            require_positive(amount_cents)
            taken = self._books.one(find, receipt_id, "There is no such receipt.")
            if taken["refunded_cents"] + amount_cents > taken["amount_cents"]:
                raise Refused("More was asked back than is left of the payment.")
            more = "UPDATE receipts SET refunded_cents = refunded_cents + ? WHERE id = ?"
            db.execute(more, (amount_cents, receipt_id))
            refund_id = f"refund_{uuid4().hex}"
            db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (refund_id, receipt_id, amount_cents))
            self._books.report(db, "receipt.refunded", receipt_id, behaviour, amount_cents=amount_cents)
            return {"refund": refund_id}

        request = {"do": "refund", "receipt": receipt_id, "cents": amount_cents}
        return Refund(self._books.once(key, request, behaviour, work)["refund"], receipt_id, amount_cents)

    def look(self, *, ref: str) -> Standing:
        """Read how a hold or a receipt stands now."""
        return standing_of(self._books, ref)

    def verify_webhook(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read one of this gateway's own reports."""
        found = {name.lower(): value for name, value in headers.items()}
        secrets = (*self._webhook_secrets, self._books.signing_secret())
        check(found.get(SIGNATURE_HEADER.lower(), ""), body, secrets, now)
        try:
            event = json.loads(body)
            happened_at = datetime.fromtimestamp(event["at"], UTC)
            return WebhookEvent(event["id"], event["kind"], event["object"], happened_at, event["data"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature("The body is not one of our reports.") from error

    # --- What only this gateway has: the bank's page, and the sending of its reports ---------------------------------

    def challenge(self, challenge_id: str) -> Challenge:
        """What the 3-D Secure page shows the cardholder.

        Raises:
            Refused: there is no such challenge.
        """
        hold = self._books.hold(challenge_id)
        last4 = self._books.card(hold["token"])[0].last4
        return Challenge(hold["id"], hold["amount_cents"], hold["currency"], last4, hold["status"] == "challenged")

    def answer(self, *, challenge_id: str, passed: bool) -> None:
        """Take the cardholder's answer; the first one counts."""
        hold = self._books.hold(challenge_id)
        _, behaviour = self._books.card(hold["token"])
        pays = passed and behaviour is Behaviour.CHALLENGED
        with self._books.store.writing() as db:
            change = "UPDATE holds SET status = ? WHERE id = ? AND status = 'challenged'"
            if db.execute(change, ("held" if pays else "declined", challenge_id)).rowcount:
                self._books.report(db, "hold.placed" if pays else "hold.failed", challenge_id, behaviour)

    def due_webhooks(self, *, now: datetime, limit: int = 100) -> list[Outgoing]:
        """Reports to be sent, signed for this moment; a test card's may be in it twice."""
        secret = self._books.signing_secret()
        rows = self._books.store.reading().execute(
            "SELECT id, body, due_copies FROM events WHERE due_copies > 0 ORDER BY rowid LIMIT ?", (limit,)
        )
        due = []
        for row in rows.fetchall():
            body = str(row["body"]).encode()
            headers = {SIGNATURE_HEADER: sign(body, secret, int(now.timestamp())), "Content-Type": "application/json"}
            due += [Outgoing(row["id"], headers, body)] * row["due_copies"]
        return due

    def webhook_delivered(self, event_id: str) -> None:
        """Strike off one copy of a report that was received."""
        with self._books.store.writing() as db:
            db.execute("UPDATE events SET due_copies = due_copies - 1 WHERE id = ? AND due_copies > 0", (event_id,))
