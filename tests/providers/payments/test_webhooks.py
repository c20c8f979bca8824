"""R15: reports from a gateway are believed only when genuine, whole and fresh."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.payments.base import BadSignature
from providers.payments.signature import check, sign
from providers.payments.stripe import StripePayments

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "whsec_today"
BODY = json.dumps(
    {
        "id": "evt_1",
        "type": "payment_intent.succeeded",
        "created": int(NOW.timestamp()),
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "amount_received": 4_000}},
    }
).encode()


def stripe(*secrets: str) -> StripePayments:
    """A Stripe gateway that knows some webhook secrets; it calls nobody."""
    return StripePayments(api_key="sk_test_x", publishable_key="pk_test_x", webhook_secrets=secrets)


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    """Headers of a genuine report."""
    return {"Stripe-Signature": sign(body, secret, int(at.timestamp()))}


def test_a_genuine_event_is_read_in_our_words() -> None:
    event = stripe(SECRET).verify_webhook(headers=signed(), body=BODY, now=NOW)

    assert (event.id, event.kind, event.object_id, event.happened_at) == ("evt_1", "hold.captured", "pi_1", NOW)
    assert event.data["amount_received"] == 4_000


def test_both_secrets_count_while_one_replaces_the_other() -> None:
    gateway = stripe("whsec_tomorrow", SECRET)

    gateway.verify_webhook(headers=signed(), body=BODY, now=NOW)
    gateway.verify_webhook(headers=signed(secret="whsec_tomorrow"), body=BODY, now=NOW)
    with pytest.raises(BadSignature):
        gateway.verify_webhook(headers=signed(secret="whsec_yesterday"), body=BODY, now=NOW)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_report_is_fresh_for_300_seconds_either_way(seconds: int, fresh: bool) -> None:
    late = NOW + timedelta(seconds=seconds)
    if fresh:
        stripe(SECRET).verify_webhook(headers=signed(), body=BODY, now=late)
        return

    with pytest.raises(BadSignature):
        stripe(SECRET).verify_webhook(headers=signed(), body=BODY, now=late)


@given(st.integers(0, len(BODY) * 8 - 1))
def test_any_flipped_bit_is_seen(bit: int) -> None:
    altered = bytearray(BODY)
    altered[bit // 8] ^= 1 << (bit % 8)

    with pytest.raises(BadSignature):
        stripe(SECRET).verify_webhook(headers=signed(), body=bytes(altered), now=NOW)


@given(st.text())
def test_no_header_out_of_thin_air_is_accepted(header: str) -> None:
    with pytest.raises(BadSignature):
        check(header, BODY, [SECRET], NOW)


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=00", "t=now,v1=00", "t=٣,v1=00", f"t={int(NOW.timestamp())},v1=é", "t=1,t=2,v1=0"]
)
def test_a_malformed_header_is_refused(header: str) -> None:
    with pytest.raises(BadSignature):
        stripe(SECRET).verify_webhook(headers={"Stripe-Signature": header}, body=BODY, now=NOW)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"data": 1}', b"\xff", b'{"data":{"object":"x"}}'])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        stripe(SECRET).verify_webhook(headers=signed(body), body=body, now=NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(BadSignature):
        stripe().verify_webhook(headers=signed(secret=""), body=BODY, now=NOW)
