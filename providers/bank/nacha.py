"""Writes and reads ACH files of 94-character records as Nacha's operating rules lay them out.

One PPD batch of credits (service class 220), no addenda, no offsetting debit: the bank takes the
total from the originator's account. Field positions are in the comments, counted from 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.cleaning import is_routing_number
from common.latin import plain_latin
from providers.bank.base import (
    AccountKind,
    BadCredit,
    BadPayment,
    BankFile,
    BankReturns,
    Credit,
    Fault,
    Originator,
)
from providers.bank.calendar import next_banking_day
from providers.bank.returns import read_returns

WIDTH = 94
BLOCK = 10  # records; a file is filled up with nines to a multiple
MOST_CREDITS = 999_999
MOST_CENTS = 9_999_999_999
MOST_TOTAL_CENTS = 999_999_999_999
LAST_TRACE = 9_999_999
CREDIT_CODES = {AccountKind.CHECKING: "22", AccountKind.SAVINGS: "32"}
ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-/&'()#")


@dataclass(frozen=True, slots=True)
class NachaBank:
    """A bank that is paid through by ACH files."""

    originator: Originator

    def payment_file(
        self, *, payments: Sequence[Credit], created_at: datetime, first_trace: int = 1, modifier: str = "A"
    ) -> BankFile:
        """Write one batch of credits that settle on the next banking day."""
        _check(self.originator, payments, first_trace, modifier)
        effective_on = next_banking_day(created_at.date())
        odfi = self.originator.bank_routing[:8]
        traces = tuple(f"{odfi}{first_trace + i:07d}" for i in range(len(payments)))
        entries = [_entry(credit, trace) for credit, trace in zip(payments, traces, strict=True)]
        total = sum(credit.amount_cents for credit in payments)
        entry_hash = sum(int(credit.routing[:8]) for credit in payments) % 10**10
        records = [
            _file_header(self.originator, created_at, modifier),
            _batch_header(self.originator, created_at.date(), effective_on),
            *entries,
            _batch_control(self.originator, len(entries), entry_hash, total),
            _file_control(len(entries), entry_hash, total),
        ]
        records += ["9" * WIDTH] * (-len(records) % BLOCK)
        return BankFile("".join(record + "\n" for record in records), effective_on, total, traces, modifier)

    def read_returns(self, text: str) -> BankReturns:
        """Read a file of returns and corrections."""
        return read_returns(text)


def _check(originator: Originator, payments: Sequence[Credit], first_trace: int, modifier: str) -> None:
    if not is_routing_number(originator.bank_routing):
        raise BadPayment(f"{originator.bank_routing!r} is not the routing number of a bank")
    if len(originator.company_id) != 10 or not originator.company_id.isalnum():
        raise BadPayment("the company's identification has ten letters and digits")
    if not _text(originator.company_name, 16).strip():
        raise BadPayment("the company's name has no letter that a bank reads")
    if not (len(modifier) == 1 and modifier.isascii() and modifier.isalnum() and modifier == modifier.upper()):
        raise BadPayment("files of a day are told apart by one letter or digit")
    if not 1 <= len(payments) <= MOST_CREDITS or not 1 <= first_trace <= LAST_TRACE - len(payments):
        raise BadPayment("there is nothing to pay, or more than one file takes")
    for credit in payments:
        check_credit(credit)
    if sum(credit.amount_cents for credit in payments) > MOST_TOTAL_CENTS:
        raise BadPayment("the total does not fit one file")


def carries_name(name: str) -> bool:
    """Say whether anything of a person's name is left in the letters of a bank file."""
    return any(sign.isalpha() for sign in _text(name, 22))


def check_credit(credit: Credit) -> None:
    """Say whether one payment can be written, before any file is.

    Raises:
        BadCredit: and what is wrong with it.
    """
    number = credit.account
    right = {
        Fault.ROUTING: is_routing_number(credit.routing),
        Fault.ACCOUNT: 1 <= len(number) <= 17 and number.isascii() and number.replace("-", "").isalnum(),
        Fault.AMOUNT: 0 < credit.amount_cents <= MOST_CENTS,
        Fault.NAME: carries_name(credit.name),
        Fault.REFERENCE: bool(_text(credit.reference, 15).strip()),
    }
    for fault, is_right in right.items():
        if not is_right:
            raise BadCredit(credit.reference, fault)


def _file_header(originator: Originator, created_at: datetime, modifier: str) -> str:
    return _record(
        "101",  # 1-3 record type, priority
        f" {originator.bank_routing}",  # 4-13 immediate destination
        f"{originator.company_id.upper():<10}",  # 14-23 immediate origin
        f"{created_at:%y%m%d%H%M}",  # 24-33
        modifier,  # 34
        "094101",  # 35-40 record size, blocking, format
        _text(originator.bank_name, 23),  # 41-63
        _text(originator.company_name, 23),  # 64-86
        " " * 8,  # 87-94 reference
    )


def _batch_header(originator: Originator, created_on: date, effective_on: date) -> str:
    return _record(
        "5220",  # 1-4 record type, credits only
        _text(originator.company_name, 16),  # 5-20
        " " * 20,  # 21-40 discretionary
        f"{originator.company_id.upper():<10}",  # 41-50
        "PPD",  # 51-53
        _text(originator.description, 10),  # 54-63
        f"{created_on:%y%m%d}",  # 64-69 descriptive date
        f"{effective_on:%y%m%d}",  # 70-75
        "   ",  # 76-78 settlement date, the operator's
        "1",  # 79 originator status
        originator.bank_routing[:8],  # 80-87
        "0000001",  # 88-94 batch number
    )


def _entry(credit: Credit, trace: str) -> str:
    return _record(
        "6" + CREDIT_CODES[credit.kind],  # 1-3
        credit.routing,  # 4-12 with check digit
        f"{credit.account.upper():<17}",  # 13-29
        f"{credit.amount_cents:010d}",  # 30-39
        _text(credit.reference, 15),  # 40-54
        _text(credit.name, 22),  # 55-76
        "  0",  # 77-79 discretionary, no addenda
        trace,  # 80-94
    )


def _batch_control(originator: Originator, count: int, entry_hash: int, total: int) -> str:
    return _record(
        "8220",  # 1-4
        f"{count:06d}{entry_hash:010d}",  # 5-20
        f"{0:012d}{total:012d}",  # 21-44 debits, credits
        f"{originator.company_id.upper():<10}",  # 45-54
        " " * 25,  # 55-79 authentication, reserved
        originator.bank_routing[:8],  # 80-87
        "0000001",  # 88-94
    )


def _file_control(count: int, entry_hash: int, total: int) -> str:
    blocks = -(-(count + 4) // BLOCK)
    return _record("9000001", f"{blocks:06d}{count:08d}{entry_hash:010d}{0:012d}{total:012d}", " " * 39)


def _text(value: str, width: int) -> str:
    """Text as the rules allow it: capitals in their usual spelling, other signs as one space, cut or filled up."""
    plain = plain_latin(value).upper()
    return " ".join("".join(sign if sign in ALLOWED else " " for sign in plain).split())[:width].ljust(width)


def _record(*fields: str) -> str:
    record = "".join(fields)
    if len(record) != WIDTH:
        raise AssertionError(f"a record has {WIDTH} characters, this one {len(record)}")
    return record
