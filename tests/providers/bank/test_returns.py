"""R38: returns and corrections are read for what they are, and a torn or doctored file is refused whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.bank.base import BadReturns, BankReturns, Correction, Return
from providers.bank.nacha import NachaBank
from providers.bank.returns import read_returns
from tests.providers.bank.test_nacha import ANN, BANK, BOB, FRIDAY

TRACE = "064000010000001"


def back(*addenda: str) -> str:
    """A file as a bank returns it: each addendum behind the entry of the payment it speaks of."""
    sent = BANK.payment_file(payments=[ANN, BOB], created_at=FRIDAY).text.splitlines()
    entries = [record[:78] + "1" + record[79:] for record in sent if record.startswith("6")]
    body = [line for entry, addendum in zip(entries, addenda, strict=False) for line in (entry, addendum)]
    entry_hash = sum(int(entry[3:11]) for entry in entries[: len(addenda)])
    control = f"9000001000001{len(body):08d}{entry_hash:010d}{0:012d}{0:012d}".ljust(94)
    return "\r\n".join([*sent[:2], *body, sent[4], control, "9" * 94]) + "\r\n"


def returned(code: str, trace: str = TRACE) -> str:
    """Addendum of a payment that came back."""
    return f"799{code}{trace}{'':6}06400001{'':44}{TRACE}"


def changed(code: str, corrected: str, trace: str = TRACE) -> str:
    """Addendum of a payment that arrived with a note."""
    return f"798{code}{trace}{'':6}06400001{corrected:<29}{'':15}{TRACE}"


@pytest.mark.parametrize(("code", "reason"), [("R02", "closed"), ("R03", "no such account"), ("R04", "not valid")])
def test_a_return_says_which_payment_and_why(code: str, reason: str) -> None:
    found = read_returns(back(returned(code)))

    assert found == BankReturns((Return(code, TRACE, ANN.amount_cents),), ())
    assert reason in found.returns[0].reason
    assert found.returns[0].blocks_account


def test_a_notification_of_change_is_no_return() -> None:
    found = NachaBank.read_returns(BANK, back(changed("C01", "1918171614"), returned("R01", "064000010000002")))

    assert found.corrections == (Correction("C01", TRACE, "1918171614"),)
    assert found.returns == (Return("R01", "064000010000002", BOB.amount_cents),)
    assert not found.returns[0].blocks_account


def test_an_unknown_reason_still_has_words() -> None:
    assert read_returns(back(returned("R99"))).returns[0].reason == "returned by the bank"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hello",
        BANK.payment_file(payments=[ANN], created_at=FRIDAY).text,  # what we sent, not what came back
        "\n".join(back(returned("R02")).splitlines()[:4]),  # cut short
        back(returned("R02")).replace("0000041250", "00000A1250"),
        back(returned("R02")).replace("799R02", "705R02"),
        back(returned("R02")).replace("6221110000", "6221110010", 1),  # another bank than the totals say
        "\n".join(line for line in back(returned("R02")).splitlines() if not line.startswith("6")),
    ],
)
def test_what_is_not_a_whole_file_of_returns_is_refused(text: str) -> None:
    with pytest.raises(BadReturns):
        read_returns(text)


@given(st.text())
def test_rubbish_is_refused_and_never_an_error(text: str) -> None:
    with pytest.raises(BadReturns):
        read_returns(text)
