"""What Homeward asks of a card gateway: hold, capture, void, charge, refund, and hear back.

Every call that moves money takes a key. The same key with the same request gives the first answer
again, a refusal included, however often and from whichever process it is sent; so a caller writes
its intent and the key, commits, calls, and after a crash simply calls again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class PaymentError(Exception):
    """The gateway answered, and the answer is no."""


class Declined(PaymentError):
    """The card's bank refused; `code` is the gateway's word for why, the message is fit to show."""

    def __init__(self, code: str, message: str = "The card was declined. Try another card.") -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ActionRequired(PaymentError):
    """The bank wants to see the cardholder (3-D Secure); then ask `confirm(challenge_id)`.

    `url` is a page to send the shopper to when the gateway has one; otherwise its script in the
    browser shows the challenge with `client_secret`.
    """

    def __init__(self, challenge_id: str, url: str = "", client_secret: str = "") -> None:
        super().__init__("The bank asks the cardholder to confirm this payment.")
        self.challenge_id = challenge_id
        self.url = url
        self.client_secret = client_secret


class Refused(PaymentError):
    """What was asked cannot be done: capturing more than is held, a hold already void, an unknown card."""


class KeyReused(PaymentError):
    """The key was used before for another request: a bug of the caller's, nothing was done."""


class BadSignature(PaymentError):
    """A webhook was not signed by the gateway, or too long ago: a replay or a forgery."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as we may know it: a token to charge it by, and what is printed on a receipt."""

    token: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Money set aside on a card; `card.token` may be charged again later (a tip after delivery)."""

    id: str
    amount_cents: int
    currency: str
    card: Card


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money taken, by capturing a hold or by a charge of its own."""

    id: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back from a receipt."""

    id: str
    receipt_id: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How one payment stands at the gateway now, whoever made it so.

    `status` is open (the cardholder is being asked), held, captured, void or failed. `payment` is what we named it
    by when it was made (`metadata["payment"]`), `refunds` the cents of each by its id, and `disputed_cents` what a
    cardholder's bank has taken back and not returned.
    """

    status: str
    payment: str
    captured_cents: int = 0
    refunds: Mapping[str, int] = field(default_factory=dict)
    disputed_cents: int = 0


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something the gateway reports; `id` is the same when it reports it again.

    Kinds: hold.placed, hold.captured, hold.voided, hold.failed, receipt.charged, receipt.refunded,
    receipt.disputed; anything else keeps the gateway's own word.
    """

    id: str
    kind: str
    object_id: str
    happened_at: datetime
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrowserScript:
    """A vendor's script that takes the card in the browser, so that no number ever reaches us.

    `policy` is what a page with it allows beside our own content policy.
    """

    url: str
    publishable_key: str
    policy: Mapping[str, Sequence[str]]


class Payments(Protocol):
    """A card gateway."""

    name: str
    script: BrowserScript | None  # None: the server takes the card

    def tokenise(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> Card:
        """Exchange card details for a token; the number is not kept.

        A gateway with a `script` does this in the browser, and the pages never call it.

        Raises:
            Declined: not a card number, or expired.
        """
        ...

    def authorise(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Hold:
        """Set money aside on a card without taking it.

        After a challenge was met the same call with the same key returns the hold. A decline stays
        with its key; another try is another key.

        Raises:
            Declined: the bank refuses.
            ActionRequired: the cardholder must act first.
            Refused: no such card, or an amount of zero or less.
            Unavailable: no answer; call again with the same key.
        """
        ...

    def confirm(self, *, challenge_id: str) -> Hold:
        """Return the hold once the cardholder has met the challenge.

        Raises:
            ActionRequired: not met yet.
            Declined: failed, or the bank refuses all the same.
            Unavailable: no answer.
        """
        ...

    def capture(self, *, hold_id: str, amount_cents: int, key: str) -> Receipt:
        """Take up to the held amount, once; what is left of the hold is let go.

        Raises:
            Refused: more than is held, or the hold is void or was captured for another amount.
            Declined: the bank takes its word back.
            Unavailable: no answer; call again with the same key.
        """
        ...

    def void(self, *, hold_id: str, key: str) -> None:
        """Let a hold go untaken; letting it go again is fine.

        Raises:
            Refused: it is captured already.
            Unavailable: no answer.
        """
        ...

    def charge(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Receipt:
        """Take money at once, the shopper not being there: a tip raised after delivery.

        Raises:
            Declined: the bank refuses, or wants to see the cardholder.
            Refused: no such card, or an amount of zero or less.
            Unavailable: no answer; call again with the same key.
        """
        ...

    def refund(self, *, receipt_id: str, amount_cents: int, key: str) -> Refund:
        """Give back part or all of what was taken; parts may follow one another.

        Raises:
            Refused: more than is left of the receipt.
            Unavailable: no answer; call again with the same key.
        """
        ...

    def look(self, *, ref: str) -> Standing:
        """Read how a hold or a receipt stands now; reports come in any order, this is the truth.

        Raises:
            Refused: there is none of that name.
            Unavailable: no answer.
        """
        ...

    def verify_webhook(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read a report from the gateway after checking that it is genuine and fresh (300 s either way).

        Raises:
            BadSignature: forged, altered, stale, or not an event.
        """
        ...
