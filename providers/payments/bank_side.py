"""What happens at the built-in gateway without us asking: holds that run out, its own desk, cardholders' disputes."""

import json
from uuid import uuid4

from providers.payments.base import Refused, Standing
from providers.payments.books import Books

STATUSES = {"challenged": "open", "held": "held", "captured": "captured", "void": "void", "declined": "failed"}


class BankSide:
    """The bank's side of the books of the built-in gateway; each change is reported as any other."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def let_expire(self, hold_id: str) -> None:
        """End a hold that nobody took in time, as banks do after about a week."""
        hold = self._books.hold(hold_id)
        with self._books.store.writing() as db:
            if db.execute("UPDATE holds SET status = 'void' WHERE id = ? AND status = 'held'", (hold_id,)).rowcount:
                self._books.report(db, "hold.voided", hold_id, self._books.card(hold["token"])[1])

    def refund(self, receipt_id: str, amount_cents: int) -> str:
        """Give money back by hand at the gateway's desk; returns the refund's id."""
        receipt = self._books.one("SELECT * FROM receipts WHERE id = ?", receipt_id, "There is no such receipt.")
        refund_id = f"refund_{uuid4().hex}"
        with self._books.store.writing() as db:
            more = "UPDATE receipts SET refunded_cents = refunded_cents + ? WHERE id = ?"
            db.execute(more, (amount_cents, receipt_id))
            db.execute("INSERT INTO refunds VALUES (?, ?, ?)", (refund_id, receipt_id, amount_cents))
            behaviour = self._books.card(receipt["token"])[1]
            self._books.report(db, "receipt.refunded", receipt_id, behaviour, amount_cents=amount_cents)
        return refund_id

    def dispute(self, receipt_id: str, amount_cents: int) -> None:
        """Take back what a cardholder disputes; zero returns it, when the dispute is won."""
        receipt = self._books.one("SELECT * FROM receipts WHERE id = ?", receipt_id, "There is no such receipt.")
        with self._books.store.writing() as db:
            db.execute("INSERT OR REPLACE INTO disputes VALUES (?, ?)", (receipt_id, amount_cents))
            behaviour = self._books.card(receipt["token"])[1]
            self._books.report(db, "receipt.disputed", receipt_id, behaviour, amount_cents=amount_cents)


def standing_of(books: Books, ref: str) -> Standing:
    """How a hold, or a receipt, stands.

    Raises:
        Refused: there is neither of that name.
    """
    db = books.store.reading()
    hold = db.execute("SELECT * FROM holds WHERE id = ?", (ref,)).fetchone()
    receipt = db.execute("SELECT * FROM receipts WHERE ? IN (id, hold_id)", (ref,)).fetchone()
    if hold is None and receipt is None:
        raise Refused("There is no such payment.")
    if hold is None and receipt["hold_id"]:
        hold = books.hold(receipt["hold_id"])
    status = STATUSES[hold["status"]] if hold else "captured"
    payment = json.loads(hold["metadata"]).get("payment", "") if hold else ""
    if receipt is None:
        return Standing(status, payment)
    refunds = db.execute("SELECT id, amount_cents FROM refunds WHERE receipt_id = ?", (receipt["id"],)).fetchall()
    disputed = db.execute("SELECT amount_cents FROM disputes WHERE receipt_id = ?", (receipt["id"],)).fetchone()
    return Standing(
        status, payment, receipt["amount_cents"], {row["id"]: row["amount_cents"] for row in refunds},
        disputed["amount_cents"] if disputed else 0,
    )  # fmt: skip
