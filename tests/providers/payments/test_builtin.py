"""What the built-in gateway promises beyond the shared contract: keys, crashes, cards, reports."""

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from providers.errors import Unavailable
from providers.payments.base import ActionRequired, BadSignature, Declined, Hold, KeyReused, Receipt, Refused
from providers.payments.builtin import BuiltinPayments
from providers.payments.cards import TEST_CARDS, Behaviour
from providers.payments.gateway import gateway

NOW = datetime.now(UTC)
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def desk(tmp_path: Path) -> BuiltinPayments:
    return BuiltinPayments(state_dir=tmp_path, slow_seconds=0.2)


def token(desk: BuiltinPayments, behaviour: Behaviour = Behaviour.PAYS) -> str:
    """Token of a card that behaves so."""
    number = next(number for number, known in TEST_CARDS.items() if known is behaviour)
    return desk.tokenise(number=number, exp_month=12, exp_year=2040, cvc="123").token


def hold(desk: BuiltinPayments, card: str, key: str = "k", cents: int = 5_000) -> Hold:
    """Hold $50.00."""
    return desk.authorise(amount_cents=cents, card_token=card, key=key, metadata={"order": "1"})


def rows(state_dir: Path, table: str) -> int:
    """Number of rows in the gateway's own books."""
    with sqlite3.connect(state_dir / "payments.sqlite3") as db:
        count: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def test_the_same_key_gives_the_same_answer_to_every_call(desk: BuiltinPayments, tmp_path: Path) -> None:
    card = token(desk)
    calls: list[Callable[[], object]] = [
        lambda: hold(desk, card),
        lambda: desk.capture(hold_id=hold(desk, card).id, amount_cents=4_000, key="c"),
        lambda: desk.charge(amount_cents=300, card_token=card, key="t", metadata={}),
        lambda: desk.refund(
            receipt_id=desk.capture(hold_id=hold(desk, card).id, amount_cents=4_000, key="c").id,
            amount_cents=1,
            key="r",
        ),
    ]

    for call in calls:
        assert call() == call()

    assert [rows(tmp_path, table) for table in ("holds", "receipts", "refunds")] == [1, 2, 1]


def test_a_key_used_for_something_else_is_refused_and_does_nothing(desk: BuiltinPayments) -> None:
    card = token(desk)
    hold(desk, card)

    with pytest.raises(KeyReused):
        hold(desk, card, cents=5_001)
    with pytest.raises(KeyReused):
        desk.charge(amount_cents=5_000, card_token=card, key="k", metadata={"order": "1"})


def test_a_decline_stays_with_its_key(desk: BuiltinPayments) -> None:
    poor = token(desk, Behaviour.POOR)

    for _ in range(2):
        with pytest.raises(Declined) as refusal:
            hold(desk, poor)
        assert refusal.value.code == "insufficient_funds"


def test_a_second_capture_with_another_key_is_the_same_receipt_or_a_refusal(desk: BuiltinPayments) -> None:
    held = hold(desk, token(desk))
    first = desk.capture(hold_id=held.id, amount_cents=4_000, key="c1")

    assert desk.capture(hold_id=held.id, amount_cents=4_000, key="c2") == first
    with pytest.raises(Refused):
        desk.capture(hold_id=held.id, amount_cents=3_999, key="c3")


def test_never_more_is_refunded_than_was_taken(desk: BuiltinPayments) -> None:
    receipt = desk.charge(amount_cents=300, card_token=token(desk), key="t", metadata={})
    desk.refund(receipt_id=receipt.id, amount_cents=200, key="r1")

    with pytest.raises(Refused):
        desk.refund(receipt_id=receipt.id, amount_cents=101, key="r2")
    assert desk.refund(receipt_id=receipt.id, amount_cents=100, key="r3").amount_cents == 100


def test_a_capture_can_fail_although_the_money_was_held(desk: BuiltinPayments) -> None:
    held = hold(desk, token(desk, Behaviour.CAPTURE_FAILS))

    with pytest.raises(Declined) as refusal:
        desk.capture(hold_id=held.id, amount_cents=1, key="c")
    assert refusal.value.code == "capture_failed"


def test_an_answer_lost_on_the_way_is_found_again_by_its_key(desk: BuiltinPayments, tmp_path: Path) -> None:
    card = token(desk, Behaviour.ANSWER_LOST)

    with pytest.raises(Unavailable):
        hold(desk, card)

    assert hold(desk, card).amount_cents == 5_000
    assert rows(tmp_path, "holds") == 1


def test_a_met_challenge_answers_the_first_call_when_it_is_repeated(desk: BuiltinPayments) -> None:
    card = token(desk, Behaviour.CHALLENGED)
    with pytest.raises(ActionRequired) as needed:
        hold(desk, card)
    assert needed.value.url == f"/pay/challenge/{needed.value.challenge_id}/"
    assert desk.challenge(needed.value.challenge_id).is_open

    desk.answer(challenge_id=needed.value.challenge_id, passed=True)
    desk.answer(challenge_id=needed.value.challenge_id, passed=False)  # too late: the first answer counts

    assert hold(desk, card).id == needed.value.challenge_id
    assert not desk.challenge(needed.value.challenge_id).is_open


@pytest.mark.parametrize(
    ("number", "month", "year", "cvc", "code"),
    [
        ("4242 4242 4242 4241", 12, 2040, "123", "incorrect_number"),
        ("4111111111111111", 12, 2040, "123", "not_a_test_card"),
        ("4242424242424242", 1, 2020, "123", "expired_card"),
        ("4242424242424242", 13, 2040, "123", "expired_card"),
        ("4242424242424242", 12, 2040, "12", "invalid_cvc"),
        ("378282246310005", 12, 2040, "123", "invalid_cvc"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", 12, 2040, "123", "incorrect_number"),
        ("", 12, 2040, "123", "incorrect_number"),
    ],
)
def test_what_is_no_usable_card_is_declined(
    desk: BuiltinPayments, number: str, month: int, year: int, cvc: str, code: str
) -> None:
    with pytest.raises(Declined) as refusal:
        desk.tokenise(number=number, exp_month=month, exp_year=year, cvc=cvc)

    assert refusal.value.code == code


def test_spaces_in_a_number_and_a_short_year_are_fine(desk: BuiltinPayments) -> None:
    card = desk.tokenise(number="3782 822463 10005", exp_month=12, exp_year=40, cvc="1234")

    assert (card.brand, card.last4, card.exp_year) == ("amex", "0005", 2040)


def test_no_card_number_is_ever_written_down_and_the_books_are_private(tmp_path: Path) -> None:
    state_dir = tmp_path / "payments"
    desk = BuiltinPayments(state_dir=state_dir)
    hold(desk, token(desk))

    files = b"".join(path.read_bytes() for path in state_dir.iterdir())

    assert b"4242" in files
    assert b"4242424242424242" not in files
    assert state_dir.stat().st_mode & 0o077 == 0


def test_sixteen_threads_with_one_key_make_one_hold(desk: BuiltinPayments, tmp_path: Path) -> None:
    card = token(desk)

    with ThreadPoolExecutor(16) as pool:
        holds = set(pool.map(lambda _: hold(desk, card).id, range(64)))

    assert len(holds) == 1
    assert rows(tmp_path, "holds") == 1


def hold_for_ever(state_dir: Path, card: str, number: int) -> None:
    """Place holds one after another until killed."""
    desk = BuiltinPayments(state_dir=state_dir)
    for i in range(100_000):
        hold(desk, card, key=f"{number}-{i}")


def test_processes_killed_in_the_middle_leave_every_key_whole(desk: BuiltinPayments, tmp_path: Path) -> None:
    card = token(desk)
    workers = [FORK.Process(target=hold_for_ever, args=(tmp_path, card, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    while rows(tmp_path, "holds") < 60:
        pass
    for worker in workers:
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()

    placed = rows(tmp_path, "holds")
    for number in range(3):
        for i in range(20):
            hold(desk, card, key=f"{number}-{i}")

    assert rows(tmp_path, "requests") == rows(tmp_path, "holds") >= placed


def test_every_report_is_signed_and_some_come_twice(desk: BuiltinPayments) -> None:
    hold(desk, token(desk), key="once")
    hold(desk, token(desk, Behaviour.REPORTED_TWICE), key="twice")

    due = desk.due_webhooks(now=NOW)
    events = [desk.verify_webhook(headers=sent.headers, body=sent.body, now=NOW) for sent in due]
    for sent in due:
        desk.webhook_delivered(sent.event_id)

    assert [event.kind for event in events] == ["hold.placed"] * 3
    assert len({event.id for event in events}) == 2
    assert desk.due_webhooks(now=NOW) == []


def test_a_capture_and_a_refund_report_what_they_moved(desk: BuiltinPayments) -> None:
    held = hold(desk, token(desk))
    receipt: Receipt = desk.capture(hold_id=held.id, amount_cents=4_000, key="c")
    desk.refund(receipt_id=receipt.id, amount_cents=500, key="r")
    desk.void(hold_id=hold(desk, token(desk), key="k2").id, key="v")

    sent = [desk.verify_webhook(headers=out.headers, body=out.body, now=NOW) for out in desk.due_webhooks(now=NOW)]

    assert [(event.kind, event.data.get("amount_cents")) for event in sent] == [
        ("hold.placed", None),
        ("hold.captured", 4_000),
        ("receipt.refunded", 500),
        ("hold.placed", None),
        ("hold.voided", None),
    ]


def test_a_slow_card_is_slow_without_holding_up_others(desk: BuiltinPayments) -> None:
    slow, quick = token(desk, Behaviour.SLOW), token(desk)

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(hold, desk, slow, "slow")
        hold(desk, quick, "quick")
        assert not waiting.done()
        assert waiting.result(timeout=5).amount_cents == 5_000


def test_the_gateway_is_the_one_that_settings_name(tmp_path: Path) -> None:
    with override_settings(PAYMENTS_OPTIONS={"state_dir": tmp_path / "one"}):
        first = gateway()
        assert first is gateway()
    with override_settings(PAYMENTS_OPTIONS={"state_dir": tmp_path / "two"}):
        assert gateway() is not first


def test_a_report_from_another_installation_is_refused(desk: BuiltinPayments, tmp_path: Path) -> None:
    stranger = BuiltinPayments(state_dir=tmp_path / "other")
    hold(stranger, token(stranger))
    sent = stranger.due_webhooks(now=NOW)[0]

    with pytest.raises(BadSignature):
        desk.verify_webhook(headers=sent.headers, body=sent.body, now=NOW)
    with pytest.raises(BadSignature):
        stranger.verify_webhook(headers=sent.headers, body=sent.body, now=NOW + timedelta(seconds=302))
