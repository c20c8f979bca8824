"""Stripe behind our promises: PaymentIntents with manual capture (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).

Our key is Stripe's idempotency key. Stripe forgets those after a day or more, so a repeat that finds
the work done reads what was done instead of failing. A card is remembered as `customer/method`,
because Stripe charges a card again only through a customer it is attached to.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import stripe
from stripe import PaymentIntent, StripeClient

from providers.errors import Unavailable
from providers.payments.base import (
    ActionRequired,
    BadSignature,
    BrowserScript,
    Card,
    Declined,
    Hold,
    KeyReused,
    Receipt,
    Refund,
    Refused,
    Standing,
    WebhookEvent,
)
from providers.payments.signature import check

KINDS = {
    "payment_intent.amount_capturable_updated": "hold.placed",
    "payment_intent.succeeded": "hold.captured",
    "payment_intent.canceled": "hold.voided",
    "payment_intent.payment_failed": "hold.failed",
    "charge.succeeded": "receipt.charged",
    "charge.refunded": "receipt.refunded",
    "charge.expired": "hold.voided",
    "charge.dispute.created": "receipt.disputed",
    "charge.dispute.funds_withdrawn": "receipt.disputed",
    "charge.dispute.funds_reinstated": "receipt.disputed",
    "charge.dispute.closed": "receipt.disputed",
}
SCRIPT_URL = "https://js.stripe.com/v3/"
POLICY = {  # https://docs.stripe.com/security/guide#content-security-policy
    "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
    "frame-src": ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
    "connect-src": ["https://api.stripe.com"],
}


STATUSES = {
    "requires_capture": "held",
    "succeeded": "captured",
    "canceled": "void",
    "requires_payment_method": "failed",
}
NEVER_PAID_BACK = {"failed", "canceled"}  # of refunds
NEVER_TAKEN_BACK = {"won", "warning_needs_response", "warning_under_review", "warning_closed"}  # of disputes


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turn Stripe's errors into ours; a wrong API key is a bug of the installation and passes through."""
    try:
        yield
    except stripe.CardError as error:
        code = getattr(error.error, "decline_code", None) or error.code or "card_declined"
        raise Declined(code, error.user_message or "The card was declined. Try another card.") from error
    except stripe.IdempotencyError as error:
        raise KeyReused(str(error)) from error
    except stripe.InvalidRequestError as error:
        raise Refused(str(error)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(str(error)) from error
    except stripe.APIError as error:
        raise Unavailable(str(error)) from error


class StripePayments:
    """Stripe as the gateway; `api_base` points the tests at a local stand-in."""

    name = "stripe"

    def __init__(
        self,
        *,
        api_key: str,
        publishable_key: str,
        webhook_secrets: Sequence[str] = (),
        api_base: str = "",
        timeout_seconds: int = 20,
        network_retries: int = 2,
    ) -> None:
        self.script: BrowserScript | None = BrowserScript(SCRIPT_URL, publishable_key, POLICY)
        self._webhook_secrets = tuple(webhook_secrets)
        self._api = StripeClient(
            api_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=network_retries,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
        ).v1

    def tokenise(self, *, number: str, exp_month: int, exp_year: int, cvc: str) -> Card:
        """Make a payment method from card details: Stripe takes these from a server with test keys only."""
        with in_our_words():
            method = self._api.payment_methods.create(
                {
                    "type": "card",
                    "card": {
                        "number": number.replace(" ", ""),
                        "exp_month": exp_month,
                        "exp_year": exp_year,
                        "cvc": cvc,
                    },
                }
            )
        return _card(method.id, method)

    def authorise(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Hold:
        """Set money aside: a confirmed intent with manual capture."""
        # With a `return_url` the bank's check would be a page of Stripe's; we show it within ours, by its script.
        how = {"capture_method": "manual", "use_stripe_sdk": True}
        intent = self._intent(amount_cents, card_token, key, metadata, currency, how)
        # The answer to a repeated key is the first one, and a challenge may have been met since.
        return _hold(intent) if intent.status == "requires_capture" else self.confirm(challenge_id=intent.id)

    def confirm(self, *, challenge_id: str) -> Hold:
        """Return the hold once the cardholder met the challenge in the browser."""
        with in_our_words():
            return _hold(self._api.payment_intents.retrieve(challenge_id, {"expand": ["payment_method"]}))

    def capture(self, *, hold_id: str, amount_cents: int, key: str) -> Receipt:
        """Take up to the held amount."""
        try:
            with in_our_words():
                intent = self._api.payment_intents.capture(
                    hold_id, {"amount_to_capture": amount_cents}, {"idempotency_key": key}
                )
        except Refused:
            intent = self._read(hold_id)
            if intent.status != "succeeded" or getattr(intent, "amount_received", None) != amount_cents:
                raise
        return Receipt(intent.id, amount_cents, intent.currency.upper())

    def void(self, *, hold_id: str, key: str) -> None:
        """Let a hold go: cancel the intent."""
        try:
            with in_our_words():
                self._api.payment_intents.cancel(hold_id, options={"idempotency_key": key})
        except Refused:
            if self._read(hold_id).status != "canceled":
                raise

    def charge(
        self, *, amount_cents: int, card_token: str, key: str, metadata: Mapping[str, str], currency: str = "USD"
    ) -> Receipt:
        """Take money at once, off session; an intent that waits for the cardholder is cancelled and declined."""
        intent = self._intent(amount_cents, card_token, key, metadata, currency, {"off_session": True})
        if intent.status != "succeeded":
            self.void(hold_id=intent.id, key=f"{key}:give-up")
            raise Declined("authentication_required", "The bank wants to see the cardholder.")
        return Receipt(intent.id, amount_cents, currency)

    def refund(self, *, receipt_id: str, amount_cents: int, key: str) -> Refund:
        """Give back part or all of a captured intent."""
        with in_our_words():
            refund = self._api.refunds.create(
                {"payment_intent": receipt_id, "amount": amount_cents}, {"idempotency_key": key}
            )
        return Refund(refund.id, receipt_id, amount_cents)

    def look(self, *, ref: str) -> Standing:
        """Read an intent with its refunds and disputes."""
        with in_our_words():
            intent = self._api.payment_intents.retrieve(ref)
            refunds = self._api.refunds.list({"payment_intent": ref, "limit": 100}).data
            disputes = self._api.disputes.list({"payment_intent": ref, "limit": 100}).data
        return Standing(
            STATUSES.get(intent.status, "open"),
            getattr(intent.metadata, "payment", ""),
            getattr(intent, "amount_received", 0) or 0,
            {refund.id: refund.amount for refund in refunds if refund.status not in NEVER_PAID_BACK},
            sum(dispute.amount for dispute in disputes if dispute.status not in NEVER_TAKEN_BACK),
        )

    def verify_webhook(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookEvent:
        """Read an event of Stripe's."""
        found = {name.lower(): value for name, value in headers.items()}
        check(found.get("stripe-signature", ""), body, self._webhook_secrets, now)
        try:
            event = json.loads(body)
            about = event["data"]["object"]
            object_id = about.get("payment_intent") or about["id"]
            happened_at = datetime.fromtimestamp(event["created"], UTC)
            return WebhookEvent(event["id"], KINDS.get(event["type"], event["type"]), object_id, happened_at, about)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("The body is not an event.") from error

    def _intent(
        self,
        amount_cents: int,
        card_token: str,
        key: str,
        metadata: Mapping[str, str],
        currency: str,
        how: dict[str, Any],
    ) -> PaymentIntent:
        """Create and confirm an intent for a card, attaching a new card to a customer first."""
        customer, _, method = card_token.rpartition("/")
        with in_our_words():
            if not customer:
                customer = self._api.customers.create(
                    {"payment_method": method}, {"idempotency_key": f"{key}:customer"}
                ).id
            request: Any = {
                "amount": amount_cents,
                "currency": currency.lower(),
                "customer": customer,
                "payment_method": method,
                "payment_method_types": ["card"],
                "metadata": dict(metadata),
                "confirm": True,
                "expand": ["payment_method"],
                **how,
            }
            return self._api.payment_intents.create(request, {"idempotency_key": key})

    def _read(self, intent_id: str) -> PaymentIntent:
        with in_our_words():
            return self._api.payment_intents.retrieve(intent_id)


def _hold(intent: PaymentIntent) -> Hold:
    """The hold that an intent is, or the reason that it is none."""
    if intent.status == "requires_action":
        raise ActionRequired(intent.id, client_secret=intent.client_secret or "")
    if intent.status == "canceled":
        raise Refused("The hold is void.")
    if intent.status not in ("requires_capture", "succeeded"):
        # Fields that are absent from an answer are no attributes at all.
        failure = getattr(intent, "last_payment_error", None)
        code = getattr(failure, "decline_code", None) or getattr(failure, "code", None) or "authentication_failed"
        raise Declined(code, "The bank could not confirm that this is your card.")
    method: Any = intent.payment_method
    return Hold(intent.id, intent.amount, intent.currency.upper(), _card(f"{intent.customer}/{method.id}", method))


def _card(token: str, method: Any) -> Card:
    card = method.card
    return Card(token, card.brand, card.last4, card.exp_month, card.exp_year)
