"""What only the wire shows of the Stripe gateway: keys are sent, silence is `Unavailable`, answers are read our way."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from providers.errors import Unavailable
from providers.payments.base import Declined, KeyReused, Refused, Standing
from providers.payments.stripe import StripePayments
from tests.providers.payments.localstripe_server import API_KEY, PUBLIC_KEY, localstripe


@dataclass
class Wire:
    """A proxy before a server: it notes each call's key and may answer in the server's place."""

    behind: str
    url: str = ""
    keys: list[tuple[str, str]] = field(default_factory=list)
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # by method
    recorded: dict[str, object] = field(default_factory=dict)  # answers to a GET, by path


@pytest.fixture(scope="module")
def stand_in() -> Iterator[str]:
    with localstripe() as base:
        yield base


@pytest.fixture
def wire(stand_in: str) -> Iterator[Wire]:
    wire = Wire(stand_in)

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            wire.keys.append((self.path.removeprefix("/v1/").split("/")[0], self.headers.get("Idempotency-Key", "")))
            self.reply(*(wire.instead.get("POST") or self.forward(body)))

        def do_GET(self) -> None:
            path = self.path.removeprefix("/v1/").partition("?")[0]
            if path in wire.recorded:
                self.reply(200, json.dumps(wire.recorded[path]).encode())
                return
            self.reply(*(wire.instead.get("GET") or self.forward(b"")))

        def forward(self, body: bytes) -> tuple[int, bytes]:
            kept = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            answer = requests.request(self.command, wire.behind + self.path, data=body, headers=kept, timeout=5)
            return answer.status_code, answer.content

        def reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    wire.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield wire
    server.shutdown()
    server.server_close()


def stripe(base: str) -> StripePayments:
    """A Stripe gateway that asks there, once."""
    return StripePayments(
        api_key=API_KEY, publishable_key=PUBLIC_KEY, api_base=base, network_retries=0, timeout_seconds=5
    )


def test_every_call_that_moves_money_carries_our_key(wire: Wire) -> None:
    gateway = stripe(wire.url)
    card = gateway.tokenise(number="4242424242424242", exp_month=12, exp_year=2040, cvc="123")

    hold = gateway.authorise(amount_cents=5_000, card_token=card.token, key="hold-1", metadata={})
    gateway.capture(hold_id=hold.id, amount_cents=4_000, key="capture-1")
    gateway.refund(receipt_id=hold.id, amount_cents=100, key="refund-1")
    gateway.charge(amount_cents=300, card_token=hold.card.token, key="tip-1", metadata={})
    other = gateway.authorise(amount_cents=100, card_token=hold.card.token, key="hold-2", metadata={})
    gateway.void(hold_id=other.id, key="void-2")

    assert wire.keys[1:] == [
        ("customers", "hold-1:customer"),
        ("payment_intents", "hold-1"),
        ("payment_intents", "capture-1"),
        ("refunds", "refund-1"),
        ("payment_intents", "tip-1"),
        ("payment_intents", "hold-2"),
        ("payment_intents", "void-2"),
    ]


@pytest.mark.parametrize("instead", [(500, b"{}"), (503, b"oops"), (429, b'{"error": {"message": "slow down"}}')])
def test_a_gateway_in_trouble_is_unavailable(wire: Wire, instead: tuple[int, bytes]) -> None:
    wire.instead["POST"] = instead

    with pytest.raises(Unavailable):
        stripe(wire.url).capture(hold_id="pi_1", amount_cents=1, key="k")


def test_a_gateway_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        stripe("http://127.0.0.1:9").capture(hold_id="pi_1", amount_cents=1, key="k")


def test_a_decline_says_the_banks_reason(wire: Wire) -> None:
    wire.instead["POST"] = (
        402,
        b'{"error": {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No."}}',
    )

    with pytest.raises(Declined) as refusal:
        stripe(wire.url).authorise(amount_cents=1, card_token="cus_1/pm_1", key="k", metadata={})
    assert (refusal.value.code, refusal.value.message) == ("insufficient_funds", "No.")


def test_a_key_used_for_another_request_is_our_bug(wire: Wire) -> None:
    wire.instead["POST"] = (400, b'{"error": {"type": "idempotency_error", "message": "Keys can only be used ..."}}')

    with pytest.raises(KeyReused):
        stripe(wire.url).refund(receipt_id="pi_1", amount_cents=1, key="k")


@pytest.mark.parametrize(("taken", "same"), [(4_000, True), (3_999, False)])
def test_a_capture_whose_key_was_forgotten_reads_what_was_done(wire: Wire, taken: int, same: bool) -> None:
    gateway = stripe(wire.url)
    card = gateway.tokenise(number="4242424242424242", exp_month=12, exp_year=2040, cvc="123")
    hold = gateway.authorise(amount_cents=5_000, card_token=card.token, key="hold-3", metadata={})
    read = {
        "id": hold.id,
        "object": "payment_intent",
        "status": "succeeded",
        "amount_received": taken,
        "currency": "usd",
    }
    wire.instead["POST"] = (400, b'{"error": {"code": "payment_intent_unexpected_state", "message": "captured"}}')
    wire.instead["GET"] = (200, json.dumps(read).encode())

    if same:
        assert gateway.capture(hold_id=hold.id, amount_cents=4_000, key="capture-4").amount_cents == 4_000
        return
    with pytest.raises(Refused):
        gateway.capture(hold_id=hold.id, amount_cents=4_000, key="capture-4")


def standing(wire: Wire, status: str, **more: object) -> Standing:
    """How an intent stands by recorded answers."""
    intent = {"id": "pi_1", "object": "payment_intent", "status": status, "amount": 5_000, "amount_received": 0}
    wire.recorded["payment_intents/pi_1"] = intent | {"metadata": {"payment": "our-name"}} | more
    wire.recorded.setdefault("refunds", {"object": "list", "data": []})
    wire.recorded.setdefault("disputes", {"object": "list", "data": []})
    return stripe(wire.url).look(ref="pi_1")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("requires_capture", "held"),
        ("succeeded", "captured"),
        ("canceled", "void"),
        ("requires_payment_method", "failed"),
        ("requires_action", "open"),
        ("processing", "open"),
    ],
)
def test_an_intent_stands_in_our_words(wire: Wire, theirs: str, ours: str) -> None:
    assert standing(wire, theirs) == Standing(ours, "our-name")


def test_refunds_and_disputes_that_count_are_read(wire: Wire) -> None:
    def listed(kind: str, *rows: tuple[str, int, str]) -> dict[str, object]:
        data = [{"id": ref, "object": kind, "amount": cents, "status": status} for ref, cents, status in rows]
        return {"object": "list", "data": data}

    wire.recorded["refunds"] = listed(
        "refund", ("re_1", 100, "succeeded"), ("re_2", 70, "pending"), ("re_3", 9, "failed")
    )
    wire.recorded["disputes"] = listed("dispute", ("dp_1", 900, "needs_response"), ("dp_2", 400, "won"))

    found = standing(wire, "succeeded", amount_received=4_000)

    assert found == Standing("captured", "our-name", 4_000, {"re_1": 100, "re_2": 70}, 900)


def test_an_intent_that_stripe_does_not_know_is_refused(wire: Wire) -> None:
    with pytest.raises(Refused):
        stripe(wire.url).look(ref="pi_nothing")
