"""Policies over the real actions: each in a database of its own, and the one in use is left as it was."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from orders.models import Order
from tests.simulator.test_replay import commutes_file


@pytest.mark.django_db(transaction=True)
def test_an_evening_over_the_real_actions_accounts_for_every_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = connection.settings_dict["NAME"]
    asked = ["--orders", "4", "--trips", "8", "--date", "2026-06-05", "--policies", "nearest"]
    asked += ["--commutes", str(commutes_file(tmp_path))]

    call_command("simulate_day", "--real", "--json", "--report", str(tmp_path / "day.html"), *asked)

    (told,) = json.loads(capsys.readouterr().out)["days"]
    assert told["placed"] == 4 == told["served"] + told["unserved"] + told["cancelled"]
    assert told["served"] > 0
    assert "Over the real actions" in (tmp_path / "day.html").read_text()
    assert connection.settings_dict["NAME"] == before
    assert not Order.objects.exists()
