"""A replay carries a few commutes' worth of orders from basket to bank file, and every sum agrees."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from dispatch.simulator.dice import dice as fair_dice
from dispatch.simulator.replay.commutes import COLUMNS
from dispatch.simulator.replay.figures import Money


def commutes_file(folder: Path, rows: int = 60) -> Path:
    """People who live east of town and work in it."""
    dice = fair_dice(7)
    lines = [",".join(COLUMNS)]
    for _ in range(rows):
        home = f"{35.03 + dice.random() * 0.06:.6f},{-85.18 + dice.random() * 0.08:.6f}"
        work = f"{35.03 + dice.random() * 0.04:.6f},{-85.31 + dice.random() * 0.04:.6f}"
        lines.append(f"{home},{work},07:30:00,{dice.choice((16, 17))}:{dice.randint(10, 59)}:00")
    file = folder / "commutes.csv"
    file.write_text("\n".join(lines))
    return file


def line_of(table: str, name: str) -> str:
    (line,) = [one for one in table.splitlines() if f" {name} " in one]
    return line.split("│")[2].strip()


@pytest.mark.django_db(transaction=True)
def test_orders_are_delivered_paid_and_settled_and_the_same_seed_does_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = commutes_file(tmp_path)
    before = connection.settings_dict["NAME"]

    tables = []
    for _ in range(2):
        call_command("replay_commutes", str(file), "--orders", "8", "--trips", "12", "--date", "2026-06-05")
        tables.append(capsys.readouterr().out)

    assert tables[0] == tables[1]
    assert line_of(tables[0], "Orders placed") == "8"
    assert int(line_of(tables[0], "Orders delivered (served)").split()[0]) >= 5
    assert line_of(tables[0], "Money") == "balanced"
    assert line_of(tables[0], "Bank file") == line_of(tables[0], "Drivers' statements") != "$0.00"
    assert connection.settings_dict["NAME"] == before


def test_too_few_rows_are_told_before_anything_is_made(tmp_path: Path) -> None:
    file = tmp_path / "commutes.csv"
    file.write_text(",".join(COLUMNS))

    with pytest.raises(CommandError, match="holds no commutes"):
        call_command("replay_commutes", str(file))


def test_money_that_does_not_agree_is_a_fault_in_words() -> None:
    even = {"captured": 100, "gateway_balance": 100, "offered": 20, "paid": 20, "short": 0, "tips": 5, "topups": 0}
    rest = {"earned": 20, "statements": 20, "bank_file": 20, "ledger_sum": 0}

    assert Money(**even, **rest).faults() == []
    assert Money(**{**even, "short": 3}, **rest).faults() == ["somebody was paid less than offered: 3 and 0 cents"]
    assert Money(**even, **{**rest, "bank_file": 19}).faults() == [
        "the bank file differs from the statements: 19 and 20 cents"
    ]
