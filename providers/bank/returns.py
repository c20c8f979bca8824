"""Reads what the bank sends back: returned entries (addenda 99) and notifications of change (addenda 98)."""

from collections.abc import Iterator

from providers.bank.base import BadReturns, BankReturns, Correction, Return

WIDTH = 94
RETURNED, CHANGED = "99", "98"


def read_returns(text: str) -> BankReturns:
    """Read a file of returns and corrections, checking its own count and hash totals.

    Raises:
        BadReturns: it is not one, is cut short, or does not add up.
    """
    records = _records(text)
    returns: list[Return] = []
    corrections: list[Correction] = []
    for entry, addendum in _pairs(records):
        kind, code, trace = addendum[1:3], addendum[3:6], addendum[6:21]
        if kind == RETURNED:
            returns.append(Return(code, trace, _number(entry[29:39])))
        elif kind == CHANGED:
            corrections.append(Correction(code, trace, addendum[35:64].strip()))
        else:
            raise BadReturns(f"an addendum of type {kind!r} is neither a return nor a change")
    _check_totals(records)
    return BankReturns(tuple(returns), tuple(corrections))


def _records(text: str) -> list[str]:
    records = [line for line in text.splitlines() if line.strip()]
    if not records or any(len(record) != WIDTH or not record.isascii() for record in records):
        raise BadReturns(f"a record has {WIDTH} characters")
    records = [record for record in records if record != "9" * WIDTH]
    if records[0][:1] != "1" or records[-1][:1] != "9":
        raise BadReturns("the file has no header or no control record: it may be cut short")
    return records


def _pairs(records: list[str]) -> Iterator[tuple[str, str]]:
    """Each entry with the addendum that follows it."""
    entry = ""
    for record in records:
        if record[0] == "7":
            if not entry:
                raise BadReturns("an addendum belongs to no entry")
            yield entry, record
            entry = ""
        elif entry:
            raise BadReturns("an entry came back without a reason")
        elif record[0] == "6":
            entry = record


def _check_totals(records: list[str]) -> None:
    """Compare the file control's count and hash with the records: a doctored or torn file differs."""
    entries = [record for record in records if record[0] == "6"]
    addenda = [record for record in records if record[0] == "7"]
    control = records[-1]
    entry_hash = sum(_number(record[3:11]) for record in entries) % 10**10
    if _number(control[13:21]) != len(entries) + len(addenda) or _number(control[21:31]) != entry_hash:
        raise BadReturns("the control record does not agree with the entries")


def _number(digits: str) -> int:
    if not digits.isdigit():
        raise BadReturns(f"{digits!r} should be a number")
    return int(digits)
