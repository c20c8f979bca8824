"""Everything the demo starts from, in order; each part may be repeated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.simulator.seed.blocks import seed_blocks
from dispatch.simulator.seed.drivers import seed_drivers, seed_firm
from dispatch.simulator.seed.history import seed_history
from dispatch.simulator.seed.people import PASSWORD, seed_people
from dispatch.simulator.seed.places import seed_places
from dispatch.simulator.seed.shelves import seed_shelves
from dispatch.simulator.seed.vans import seed_vans
from stores.actions.windows import make_windows
from stores.world_data import people


@dataclass(frozen=True, slots=True)
class Login:
    """One account a visitor may use, and the page to start from."""

    role: str
    email: str
    password: str
    page: str


def seed_demo(*, now: datetime) -> Iterator[str]:
    """Make what is missing of the demo; yields a line after each part."""
    stores = seed_places()
    yield f"{len(stores)} stores in {len({store.market_id for store in stores.values()})} cities"
    yield f"{seed_shelves(stores)} places on shelves"
    users = seed_people(stores)
    drivers = seed_drivers(users, seed_firm(users), now=now)
    yield f"{len(users)} people, {len(drivers)} of them drivers"
    yield f"{make_windows(now=now)} delivery windows added"
    yield f"{seed_vans(stores.values())} vans"
    yield f"{seed_blocks(list(stores.values()), drivers, now=now)} blocks opened"
    yield f"{seed_history(now=now)} past deliveries"


def logins() -> list[Login]:
    """One login per role: the first person of each."""
    facts = people()
    staff = {role: next(one.email for one in facts.staff if one.role == role) for role in ("picker", "manager")}
    office = {one.role: one.email for one in reversed(facts.office)}
    found = [
        ("shopper", facts.shoppers[0].email, "/"),
        ("picker", staff["picker"], "/admin/"),
        ("manager", staff["manager"], "/admin/"),
        ("driver", facts.drivers[0].email, "/drive/"),
        ("firm", office["firm_manager"], "/firm/"),
        ("operations", office["operations"], "/ops/"),
        ("head office", office["head_office"], "/admin/"),
    ]
    return [Login(role, email, PASSWORD, page) for role, email, page in found]
