"""What goes to and comes from the bank that pays drivers: plain values, no file formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Fault(StrEnum):
    """What about one payment no bank file can hold."""

    NAME = "name"
    ROUTING = "routing"
    ACCOUNT = "account"
    AMOUNT = "amount"
    REFERENCE = "reference"


class BadPayment(ValueError):
    """Payments cannot be written for the bank as they stand: a wrong originator, too many, an impossible one."""


class BadCredit(BadPayment):
    """One payment cannot be written; the others can. `fault` says what is wrong with it."""

    def __init__(self, reference: str, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"{reference}: the {fault} cannot be written into a bank file")


class BadReturns(ValueError):
    """What the bank sent cannot be read as a file of returns."""


class AccountKind(StrEnum):
    """What sort of account a payment goes to."""

    CHECKING = "checking"
    SAVINGS = "savings"


@dataclass(frozen=True, slots=True)
class Originator:
    """Who pays, and through which bank."""

    company_name: str  # as a driver reads it on the bank statement, 16 characters
    company_id: str  # ten characters, usually 1 and the EIN
    bank_routing: str  # nine digits, of the bank that sends the file on
    bank_name: str
    description: str = "PAYROLL"  # Nacha asks for this word on pay from 20 March 2026, contractors included


@dataclass(frozen=True, slots=True)
class Credit:
    """Money for one person."""

    reference: str  # comes back with a return; up to 15 characters
    name: str
    routing: str
    account: str
    kind: AccountKind
    amount_cents: int


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file ready to be sent, and what is in it; `traces[i]` is how a return will name `payments[i]`."""

    text: str
    effective_on: date
    total_cents: int
    traces: tuple[str, ...]
    modifier: str


@dataclass(frozen=True, slots=True)
class Return:
    """A payment that came back: `code` is the reason, such as R03 (no account)."""

    code: str
    trace: str
    amount_cents: int

    @property
    def reason(self) -> str:
        """The reason in words."""
        return REASONS.get(self.code, "returned by the bank")

    @property
    def blocks_account(self) -> bool:
        """Say whether paying the same account again is pointless until the driver corrects it."""
        return self.code in {"R02", "R03", "R04", "R07", "R10", "R16", "R20", "R29"}


@dataclass(frozen=True, slots=True)
class Correction:
    """A payment that arrived, with a note of what to write next time (notification of change)."""

    code: str
    trace: str
    corrected: str


@dataclass(frozen=True, slots=True)
class BankReturns:
    """All that one file of the bank's says."""

    returns: tuple[Return, ...]
    corrections: tuple[Correction, ...]


REASONS = {
    "R01": "not enough money",
    "R02": "the account is closed",
    "R03": "there is no such account, or it is somebody else's",
    "R04": "the account number is not valid",
    "R07": "the authorisation was withdrawn",
    "R10": "the account's owner did not expect it",
    "R16": "the account is frozen",
    "R20": "the account does not take such payments",
    "R29": "the account's owner did not authorise it",
}


class Bank(Protocol):
    """The way to pay many people at once."""

    def payment_file(
        self, *, payments: Sequence[Credit], created_at: datetime, first_trace: int = 1, modifier: str = "A"
    ) -> BankFile:
        """Write a file that pays each credit a banking day after it is created.

        `created_at` is local time at the bank; `first_trace` goes on from the last file's traces, and
        `modifier` (A-Z, 0-9) tells files of one day apart.

        Raises:
            BadCredit: one payment cannot be written; `check_credit` finds it before the file is written.
            BadPayment: the originator or the number of payments does not fit.
        """
        ...

    def read_returns(self, text: str) -> BankReturns:
        """Read a file of returns and corrections.

        Raises:
            BadReturns: it is not one, or is cut short.
        """
        ...
