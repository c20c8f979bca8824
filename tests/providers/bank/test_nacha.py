"""R37: every bank file is one that a bank accepts, judged by `achlens`, which shares no code with the writer."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from achlens.core import parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.us import rtn

from common.cleaning import is_routing_number
from providers.bank.base import AccountKind, BadPayment, BankFile, Credit, Originator
from providers.bank.calendar import is_banking_day
from providers.bank.nacha import NachaBank, carries_name

ORIGINATOR = Originator("Trailhead Drive", "1621234567", "064000017", "First Bank of Nashville")
BANK = NachaBank(ORIGINATOR)
FRIDAY = datetime(2026, 11, 20, 17, 5, tzinfo=ZoneInfo("America/Chicago"))
ANN = Credit("drv-ann", "Ann Björk-O'Neill", "111000025", "00123-456", AccountKind.CHECKING, 41_250)
BOB = Credit("drv-bob", "Bob Lee", "064000017", "9876543210", AccountKind.SAVINGS, 1)


def routing_numbers() -> st.SearchStrategy[str]:
    """Routing numbers with a right check digit."""
    eight = st.integers(1_000_000, 39_999_999).map(lambda number: f"{number:08d}")
    return eight.map(lambda digits: digits + rtn.calc_check_digit(digits))


CREDITS = st.lists(
    st.builds(
        Credit,
        reference=st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20),
        name=st.text(min_size=1, max_size=40).filter(carries_name),
        routing=routing_numbers(),
        account=st.text("0123456789", min_size=4, max_size=17),
        kind=st.sampled_from(AccountKind),
        amount_cents=st.integers(1, 10**7),
    ),
    min_size=1,
    max_size=45,
)


def findings(file: BankFile) -> list[str]:
    """What `achlens` has against a file, errors and warnings alike."""
    return [f"{finding.rule_id} {finding.message}" for finding in validate(file.text).findings]


def test_a_week_of_pay_is_a_valid_file() -> None:
    file = BANK.payment_file(payments=[ANN, BOB], created_at=FRIDAY)

    assert findings(file) == []
    assert (file.total_cents, file.traces) == (41_251, ("064000010000001", "064000010000002"))
    assert file.effective_on == date(2026, 11, 23)


@settings(max_examples=150)
@given(CREDITS, st.dates(date(2026, 1, 1), date(2030, 12, 20)), st.integers(1, 9_000_000))
def test_any_payments_make_a_file_that_a_bank_accepts(payments: list[Credit], on: date, first: int) -> None:
    file = BANK.payment_file(
        payments=payments, created_at=FRIDAY.replace(year=on.year, month=on.month, day=on.day), first_trace=first
    )
    lines = file.text.splitlines()

    assert validate(file.text).valid, findings(file)
    assert {len(line) for line in lines} == {94}
    assert len(lines) % 10 == 0
    assert len(set(file.traces)) == len(payments)
    assert file.effective_on > on
    assert is_banking_day(file.effective_on)
    assert file.total_cents == sum(credit.amount_cents for credit in payments)


def test_the_entries_say_who_gets_what_and_where() -> None:
    file = parse(BANK.payment_file(payments=[ANN, BOB], created_at=FRIDAY).text)
    batch = file.batches[0]
    entries = [{name: field.raw.strip() for name, field in entry.detail.fields.items()} for entry in batch.entries]

    assert batch.header is not None
    assert batch.header.fields["company_entry_description"].raw.strip() == "PAYROLL"
    assert batch.header.fields["standard_entry_class_code"].raw == "PPD"
    assert [entry["transaction_code"] for entry in entries] == ["22", "32"]
    assert entries[0]["individual_name"] == "ANN BJORK-O'NEILL"
    assert entries[0]["dfi_account_number"] == "00123-456"
    assert int(entries[0]["amount"]) == 41_250


@pytest.mark.parametrize("count", [1, 5, 6, 7, 16, 17])
def test_a_file_is_filled_up_to_whole_blocks_of_ten(count: int) -> None:
    file = BANK.payment_file(payments=[BOB] * count, created_at=FRIDAY)

    assert findings(file) == []
    assert len(file.text.splitlines()) == -(-(count + 4) // 10) * 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"routing": "111000026"},
        {"routing": "000000000"},
        {"routing": "11100002"},
        {"account": ""},
        {"account": "1" * 18},
        {"account": "12 34"},
        {"account": "--"},
        {"amount_cents": 0},
        {"amount_cents": -5},
        {"amount_cents": 10**10},
        {"name": "李"},
        {"reference": ""},
    ],
)
def test_a_payment_that_a_bank_would_bounce_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadPayment):
        BANK.payment_file(payments=[ANN, replace(BOB, **wrong)], created_at=FRIDAY)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("originator", "modifier", "first_trace"),
    [
        (replace(ORIGINATOR, bank_routing="064000018"), "A", 1),
        (replace(ORIGINATOR, company_id="62-1234567"), "A", 1),
        (ORIGINATOR, "a", 1),
        (ORIGINATOR, "", 1),
        (ORIGINATOR, "A", 0),
        (ORIGINATOR, "A", 9_999_999),
    ],
)
def test_a_file_that_a_bank_would_refuse_is_not_written(
    originator: Originator, modifier: str, first_trace: int
) -> None:
    with pytest.raises(BadPayment):
        NachaBank(originator).payment_file(
            payments=[ANN], created_at=FRIDAY, first_trace=first_trace, modifier=modifier
        )


def test_an_empty_file_is_not_written() -> None:
    with pytest.raises(BadPayment):
        BANK.payment_file(payments=[], created_at=FRIDAY)


def test_a_total_too_large_for_one_file_is_refused() -> None:
    with pytest.raises(BadPayment, match="total"):
        BANK.payment_file(payments=[replace(ANN, amount_cents=9_999_999_999)] * 101, created_at=FRIDAY)


@given(st.text(max_size=12))
def test_only_nine_digits_with_their_check_digit_are_a_routing_number(text: str) -> None:
    if is_routing_number(text):
        assert text.isascii()
        assert text.isdigit()
        assert rtn.is_valid(text)
