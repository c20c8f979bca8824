"""What a delivery asks for at its door: proof that it was made, and a wait where nobody comes."""

from datetime import datetime, timedelta

from common.clock import local_day
from dispatch.models import Proof
from rules.packs_on_file import pack_for
from stores.models import Market


def proofs_needed(age_limit: int, needs_passcode: bool) -> list[Proof.Kind]:
    """Which proofs a delivery needs: an ID check for age-restricted goods, its passcode, else a photo."""
    needed = [Proof.Kind.ID_CHECK] if age_limit else []
    needed += [Proof.Kind.PASSCODE] if needs_passcode else []
    return needed or [Proof.Kind.PHOTO]


def door_wait(market: Market, now: datetime) -> timedelta:
    """How long a driver waits at a door where nobody comes, by the market's rules."""
    return timedelta(seconds=pack_for(market.rule_pack, local_day(now, market.zone)).door_wait_seconds)
