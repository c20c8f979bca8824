"""The worlds that the robot walks in: for each role one city at work, made anew, with whatever that role can meet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator as ResetTokens
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dispatch.actions.running import arrive, load_delivery
from dispatch.models import Delivery, Offer, Run, Stop
from dispatch.states import DeliveryStatus
from drivers.actions.bookings import check_in
from drivers.models import Booking, Driver, FirmMember, FirmRole
from orders.models import Order, Payment
from orders.states import OrderStatus
from payouts.actions.earnings import record_earning
from payouts.models import Earning
from providers.payments.gateway import gateway
from tests import make, make_shop
from tests.conventions.access import DESK, HEAD_OFFICE, MANAGERS, ROWS, STORES
from tests.dispatch import walk
from tests.make_city import City, build_city, build_side, ordered
from tests.staff.desk import PLACES

PAID: Mapping[str, tuple[str, ...]] = {
    "cancelled": ("voiding", "void"), "returned": ("voiding", "void"), "delivered": ("capturing", "captured"),
}  # fmt: skip
# An address that ends in ":" or "_" stands for all that begin with it.
SHOP = ("shop:", "track:", "set_language", "account_", "mfa_", "usersessions_", "accounts:")
SECOND_STEP = ("mfa_", "account_reauthenticate", "usersessions_list")
STRANGER = ("shop:", "set_language", "account_", "mfa_authenticate")
UNLINKED = ("/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/api/schema/", "/api/docs/")


@dataclass(frozen=True, slots=True)
class World:
    """Who walks, and where the walk begins."""

    person: User | None
    homes: list[str]


@dataclass(frozen=True, slots=True)
class Role:
    """How a role's world is made, which addresses are its own, and whether its pages are read in Spanish too."""

    build: Callable[[datetime], World]
    area: tuple[str, ...]
    is_read_in_spanish: bool = False


def in_city(
    who: Callable[[City], User], *homes: str, also: Callable[[City, datetime], list[str]] = lambda city, now: []
) -> Callable[[datetime], World]:
    """Somebody of a whole city; `also` adds to it what else the role can meet, and where that is."""

    def build(now: datetime) -> World:
        city = build_city(now)
        city.ours.store.staging_places = PLACES
        city.ours.store.save(update_fields=["staging_places"])
        return World(make.with_password(who(city)), [*homes, *also(city, now)])

    return build


def works_for_both_firms(city: City, _now: datetime) -> list[str]:
    """Flo's viewer looks after the other firm too."""
    firm = FirmMember.objects.get(user=city.theirs.firm_owner).firm
    FirmMember.objects.create(user=city.ours.firm_viewer, firm=firm, role=FirmRole.VIEWER)
    return []


def owes_a_week(city: City, now: datetime) -> list[str]:
    """A week of three weeks ago that nobody has closed."""
    driver = Driver.objects.get(user=city.ours.driver)
    with transaction.atomic():
        record_earning(
            driver_id=driver.pk, market_id=driver.market_id, kind=Earning.Kind.DELIVERY, source=str(uuid4()),
            delivery_ref=uuid4(), offer_ref=None, label="East Nashville to 37206", offered_pay_cents=920,
            offered_tip_cents=400, pay_cents=920, tip_cents=400, engaged_seconds=1_500, added_seconds=420,
            added_metres=3_700, now=now - timedelta(days=21),
        )  # fmt: skip
    return []


def mailed_about_its_account(city: City, _now: datetime) -> list[str]:
    """The link that stops a change of the account that is paid."""
    return [reverse("portal:account_disown", args=[city.ours.things["account link"]])]


def set_aside(city: City, now: datetime) -> list[str]:
    """A delivery that matching has failed on three times, and one that a photo proves."""
    waits = Delivery.objects.filter(store=city.ours.store, status=DeliveryStatus.READY).latest("pk")
    Delivery.objects.filter(pk=waits.pk).update(failures=3, quarantined_at=now)
    proven = Delivery.objects.get(order__public_id=city.ours.things["delivered order"])
    return [reverse("ops:delivery", args=[one.public_id]) for one in (waits, proven)]


def orders_of_its_store(city: City, _now: datetime) -> list[str]:
    """The pages of an order that can be given up, and of one whose lines can be refunded."""
    names = ("picking order", "delivered order")
    return [reverse("admin:order", args=[city.ours.things[name]]) for name in names]


def picker(now: datetime) -> World:
    """Kim has orders to pick and one being picked, and a driver stands at a bay for one that is staged."""
    city = build_city(now)
    side = city.ours
    side.store.staging_places = PLACES
    side.store.save(update_fields=["staging_places"])
    order = ordered(side.store, side.shopper, side.store.windows.order_by("starts_at")[1], now, OrderStatus.READY)
    row = make.delivery(order, due_from=now, due_by=now + timedelta(hours=2))
    gus = make.driver("Gus", in_market=side.store.market)
    offer = make.offer(row, on=make.trip(gus, departs_at=now, created_at=now), made_at=now, seconds=3_600)
    stop = walk.pickup(walk.carried(offer))
    arrive(stop_id=stop.pk, lat=stop.lat, lng=stop.lng, now=now)
    return World(make.with_password(side.picker), ["/admin/"])


def visitor(now: datetime) -> World:
    """Nobody yet, in front of a corner shop; also what only machines ask for, and what a mail leads to."""
    make_shop.corner_shop(now=now, windows=14)
    sam = make.with_password(make.user("Sam Shopper", email="sam@example.com"))
    TOTP.activate(sam, generate_totp_secret())  # the second step stands between the password and the house
    unproven = EmailAddress.objects.create(user=sam, email="other@example.com")
    key = ResetTokens().make_token(sam)
    mailed = [
        reverse("account_reset_password_from_key", args=[user_pk_to_url_str(sam), key]),
        reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(unproven).key]),
    ]
    ends = ("account_reset_password_from_key_done", "account_email_verification_sent", "account_inactive")
    return World(None, ["/", *UNLINKED, *mailed, *(reverse(name) for name in ends)])


def new_shopper(now: datetime) -> World:
    """Nia has an account and nothing else."""
    make_shop.corner_shop(now=now, windows=14)
    return World(
        make.with_password(make.user("Nia New", email="nia@example.com")),
        ["/", "/drive/", "/account/email/", "/account/logout/"],
    )


def careful_shopper(_now: datetime) -> World:
    """Nia has a second step for signing in, and is signed in on other phones too."""
    nia = make.with_password(make.user("Nia New", email="nia@example.com"))
    for _ in range(2):
        Client().post(reverse("account_login"), {"login": nia.email, "password": "test-password"})
    TOTP.activate(nia, generate_totp_secret())
    RecoveryCodes.activate(nia)
    pages = ("mfa_index", "usersessions_list", "account_reauthenticate", "mfa_reauthenticate")
    return World(nia, [reverse(page) for page in pages])


def shopper(now: datetime) -> World:
    """Sam has a basket, and an order in every state."""
    city = build_city(now)
    side = city.ours
    window = side.store.windows.order_by("starts_at")[1]
    for status in OrderStatus.values:
        order = ordered(side.store, side.shopper, window, now, status)
        for payment in PAID.get(status, ()):
            order.payments.update(status=payment)
    card = gateway().tokenise(number="4242424242424242", exp_month=12, exp_year=2040, cvc="123")
    Payment.objects.filter(shopper=side.shopper, card_token="tok_test").update(card_token=card.token)  # cards that pay
    pages = [f"/orders/{order.public_id}/" for order in Order.objects.filter(shopper=side.shopper)]
    challenge = f"/pay/challenge/{side.things['challenge']}/"
    return World(make.with_password(side.shopper), ["/", "/orders/", "/checkout/", "/basket/", *pages, challenge])


def free_driver(now: datetime) -> World:
    """Ann has papers, a firm and pay, and is on no run; a place of a block is free to book."""
    side = build_side(make.market(code="nashville"), ["Sam", "Ann", "Kim", "Lea", "Flo", "Ben"], now)
    driver = make.driver("Dee", in_market=side.store.market)
    make.trip(driver, departs_at=now + timedelta(days=1))
    return World(make.with_password(driver.user), ["/drive/", "/drive/trips/new/", "/drive/online/"])


def booked_driver(now: datetime) -> World:
    """Dee has a place in a block that starts in five minutes."""
    store = make_shop.corner_shop(make.market(code="nashville"), now=now)
    dee = make.driver("Dee", in_market=store.market)
    make.booking(dee, on=make.block(store, starts_at=now + timedelta(minutes=5), places=3))
    return World(make.with_password(dee.user), ["/drive/blocks/", "/drive/"])


def driver_in_block(now: datetime) -> World:
    """Dee is checked in to a block of hers."""
    world = booked_driver(now)
    booking = Booking.objects.select_related("block__store").get()
    store = booking.block.store
    check_in(booking_id=booking.pk, at=store.point, room=96, max_orders=2, has_cold_box=False, now=now)
    return World(world.person, [reverse("portal:booking", args=[booking.public_id])])


def offered_driver(now: datetime) -> World:
    """Dee has one offer to herself and one on the board, open for the whole walk."""
    store = make_shop.corner_shop(make.market(code="nashville"), now=now)
    dee = make.driver("Dee", in_market=store.market)
    trip = make.trip(dee, departs_at=now + timedelta(minutes=20), created_at=now)
    for kind in (Offer.Kind.RESERVED, Offer.Kind.BOARD):
        row = make.delivery(
            make.order(store, status="ready", bag_count=3, placed_at=now), due_from=now, due_by=now + timedelta(hours=2)
        )
        make.offer(row, on=trip, made_at=now, seconds=3_600, kind=kind)
    return World(make.with_password(dee.user), ["/drive/"])


def claimed(now: datetime, *, age_limit: int = 0, passcode: str = "") -> Run:
    """A run that Dee has claimed just now, of two orders of three bags."""
    store = make_shop.corner_shop(make.market(code="nashville"), now=now)
    dee: Driver = make.driver("Dee", in_market=store.market)
    rows = [
        make.delivery(
            make.order(store, status="ready", bag_count=3, age_limit=age_limit, passcode=passcode, placed_at=now),
            due_from=now, due_by=now + timedelta(hours=2), age_limit=age_limit, needs_passcode=bool(passcode),
        )
        for _ in range(2)
    ]  # fmt: skip
    offer = make.offer(rows, on=make.trip(dee, departs_at=now, created_at=now), made_at=now, seconds=3_600)
    run = walk.carried(offer)
    Run.objects.filter(pk=run.pk).update(started_at=now)
    return run


def at_step(step: str, **order: object) -> Callable[[datetime], World]:
    """A driver on a run at one of its steps: to the store, at the store, in the car, at the door, bringing back."""

    def build(now: datetime) -> World:
        run = claimed(now, **order)  # type: ignore[arg-type]  # the facts of an order
        steps = ["store", "load", "car", "door"]
        pickups = list(run.stops.filter(kind=Stop.Kind.PICKUP))
        if steps.index(step) >= 1:
            for stop in pickups:
                arrive(stop_id=stop.pk, lat=stop.lat, lng=stop.lng, now=now)
        if steps.index(step) >= 2:
            for stop in pickups:
                load_delivery(stop_id=stop.pk, bags=3, code="4711", now=now)
        if steps.index(step) >= 3:
            door = walk.door(run)
            arrive(stop_id=door.pk, lat=door.lat, lng=door.lng, now=now)
        return World(make.with_password(run.driver.user), ["/drive/", "/drive/run/"])

    return build


def rows(who: frozenset[str]) -> tuple[str, ...]:
    """The admin's pages of the kinds of row that some roles see."""
    return tuple(f"admin:{label.replace('.', '_')}_" for label, seen_by in ROWS.items() if seen_by == who)


def own(role: str) -> tuple[str, ...]:
    """The desk's pages that a role opens."""
    return tuple(name for name, page in DESK.items() if role in page.who)


HALF = sorted(rows(HEAD_OFFICE))
PORTAL = ("portal:", "api:")
RUN = ("portal:run", "portal:step", "portal:home", "portal:proof")
PAID_DRIVER = (  # what "driver, free" meets as well is walked there
    *RUN, "portal:trips", "portal:trip_new", "portal:trip_stop", "portal:offline", "portal:earnings",
    "portal:statement", "portal:account_disown", "api:position",
)  # fmt: skip
ROLES: Mapping[str, Role] = {
    "visitor": Role(visitor, STRANGER, is_read_in_spanish=True),
    "new shopper": Role(new_shopper, SHOP, is_read_in_spanish=True),
    "shopper with a second step": Role(careful_shopper, SECOND_STEP, is_read_in_spanish=True),
    "shopper": Role(shopper, ("shop:", "track:"), is_read_in_spanish=True),
    "picker": Role(picker, own("picker")),
    "manager": Role(
        in_city(lambda city: city.ours.manager, "/admin/", also=orders_of_its_store),
        ("admin:index", "admin:order", "admin:order_cancel", "admin:refund_line", *rows(MANAGERS), *rows(STORES)),
    ),
    "head office, people and roads": Role(in_city(lambda city: city.superuser, "/admin/"), ("admin:index", *HALF[:8])),
    "head office, money and stores": Role(
        in_city(lambda city: city.superuser, "/admin/"), ("admin:index", *HALF[8:], "admin:logout")
    ),
    "operations": Role(in_city(lambda city: city.operator, "/ops/", also=set_aside), ("ops:",)),
    "driver, free": Role(free_driver, PORTAL, is_read_in_spanish=True),
    "driver with a block": Role(booked_driver, ("portal:home", "portal:booking", "portal:booking_")),
    "driver in a block": Role(driver_in_block, ("portal:booking", "portal:booking_"), is_read_in_spanish=True),
    "driver with an offer": Role(offered_driver, ("portal:home", "portal:offer", "portal:claim", "portal:decline")),
    "driver on the way to the store": Role(at_step("store"), RUN, is_read_in_spanish=True),
    "driver at the store": Role(at_step("load"), RUN, is_read_in_spanish=True),
    "driver on the way to the door": Role(at_step("car"), RUN, is_read_in_spanish=True),
    "driver at the door": Role(at_step("door"), RUN, is_read_in_spanish=True),
    "driver at a door with passcode and ID": Role(at_step("door", age_limit=21, passcode="1234"), RUN),
    "driver with a run half done": Role(
        in_city(lambda city: city.ours.driver, "/drive/", also=mailed_about_its_account), PAID_DRIVER
    ),
    "firm viewer": Role(in_city(lambda city: city.ours.firm_viewer, "/firm/", also=works_for_both_firms), ("firm:",)),
    "bookkeeper": Role(in_city(lambda city: city.ours.bookkeeper, "/firm/", also=owes_a_week), ("firm:",)),
    "firm owner": Role(in_city(lambda city: city.ours.firm_owner, "/firm/"), ("firm:",)),
}  # fmt: skip
