"""R6: Redis may be absent. Checkout and claim answer as always, and dispatch goes on when it is back."""

import time
from pathlib import Path

import pytest

from dispatch.models import Cycle
from tests.faults.house import House, open_house
from tests.faults.reckoning import doubled_or_wrong
from tests.faults.test_kill_anything import open_for_business, wait_until_settled
from tests.faults.town import build_town

ABSENT = 15.0  # seconds at least: by then Celery's own waits would have grown past the limit below
LONGEST = 4.0  # seconds anybody may wait for an answer; some 0.2 on a quiet machine
RESUMES_WITHIN = 10.0  # seconds on a machine that runs another test beside; R6 promises 5, a quiet one shows 2

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]


def wait_for(house: House, kind: str, *, since: float, seconds: float = 60.0) -> None:
    """Wait until people were told something of a kind."""
    deadline = time.monotonic() + seconds
    while not house.journal.told(kind, since=since):
        assert time.monotonic() < deadline, f"nobody {kind}: {house.journal.lines()[-5:]}"
        time.sleep(0.1)


def test_people_order_claim_and_deliver_while_redis_is_away(folder: Path) -> None:
    town = build_town(orders=24)
    with open_house(folder, town) as house:
        open_for_business(house, "worker", "beat", "people")
        wait_for(house, "claimed", since=0.0)

        gone_at = time.time()
        house.kill_valkey()
        time.sleep(ABSENT)
        for kind in ("placed", "ready", "drop"):
            wait_for(house, kind, since=gone_at)
        answers = [line for line in house.journal.lines() if line["at"] > gone_at]
        cycles = Cycle.objects.count()
        house.start_valkey()
        back_at = time.monotonic()
        while Cycle.objects.count() == cycles:
            assert time.monotonic() - back_at < 60, house.log_of("worker")[-30000:]
            time.sleep(0.1)
        took = time.monotonic() - back_at
        rest = wait_until_settled(house, town)

    assert max(line["seconds"] for line in answers) < LONGEST
    assert took <= RESUMES_WITHIN
    assert rest == []
    assert doubled_or_wrong(town, folder / "gateway") == []
