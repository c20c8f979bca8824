"""What a jurisdiction asks for, as plain values: one `RulePack` is the law of one place on one day."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from common.money import portion, round_up

SECONDS_AN_HOUR = 3600
MILLIMETRES_PER_MILE = 1_609_344
MOST_TIP_CENTS = 50_000  # whatever the groceries cost


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written down, and when its figures were entered here."""

    title: str
    url: str
    entered_on: date


@dataclass(frozen=True, slots=True)
class PayFloor:
    """The least that a piece of work may pay before tips.

    One shape holds every law so far: time at an hourly rate (`wage_bp` of a wage) plus distance at a
    rate per mile, and never less than an amount per offer. Zeroes mean that there is no floor.
    """

    hour_cents: int = 0
    wage_bp: int = 10_000
    mile_tenths: int = 0  # tenths of a cent: rates such as 72.5 cents are not whole cents
    offer_cents: int = 0

    def cents(self, engaged_seconds: int, metres: int) -> int:
        """Lawful minimum for engaged seconds and metres, rounded up: a cent below the law is below the law."""
        time = Fraction(self.hour_cents * self.wage_bp * engaged_seconds, SECONDS_AN_HOUR * 10_000)
        distance = Fraction(self.mile_tenths * metres * 1000, MILLIMETRES_PER_MILE * 10)
        return max(self.offer_cents, round_up(time + distance))


@dataclass(frozen=True, slots=True)
class StatutoryFee:
    """A fee that the law puts on the receipt, under the law's own words.

    Both fees known so far look at taxable goods only, so a basket of nothing but untaxed food bears none.
    """

    code: str
    label: str
    amount_cents: int
    taxable_from_cents: int

    def applies(self, taxable_goods_cents: int) -> bool:
        """Say whether a delivery with so many cents of taxable goods (before tax) bears this fee."""
        return taxable_goods_cents >= self.taxable_from_cents


@dataclass(frozen=True, slots=True)
class RulePack:
    """The rules of one jurisdiction in force on one day; `version` says exactly which editions they come from."""

    code: str
    name: str
    version: str
    review_on: date | None  # by then somebody must read the sources again: a yearly rate has probably moved
    min_answer_seconds: int  # an offer is open at least this long
    pay_floor: PayFloor
    statutory_fees: tuple[StatutoryFee, ...]
    suggested_tips_bp: tuple[int, ...]
    tip_at_checkout: bool
    tip_rise_days: int  # a tip may rise this long after delivery
    tip_fall_hours: int  # and fall this long
    tip_cap_bp: int  # a tip is at most this share of the goods,
    tip_cap_floor_cents: int  # or this much where the share is less
    tip_made_good_cap_cents: int  # what the house adds at most when a shopper lowers a tip
    pay_within_days: int  # of the end of a pay period
    keep_records_years: int
    deactivation_notice_days: int
    appeal_days: int
    adverse_action_business_days: int  # between pre-adverse and adverse notice of a background check
    mileage_tenths: int  # IRS standard mileage, tenths of a cent a mile
    form_1099_from_cents: int  # a year's payments from which a 1099-NEC is due
    backup_withholding_bp: int
    door_wait_seconds: int  # a driver waits so long at a door where nobody comes before the groceries go back
    sources: tuple[Source, ...]


def pay_floor_cents(pack: RulePack, engaged_seconds: int, metres: int) -> int:
    """Least pay before tips that a pack allows for engaged seconds and metres; 0 where no law sets one.

    Laws that look at a whole pay period (New York City, California) are kept by keeping every offer above them.
    """
    return pack.pay_floor.cents(engaged_seconds, metres)


def most_tip_cents(pack: RulePack, goods_cents: int) -> int:
    """The largest tip that is taken with so many cents of goods: above it a slip or a fraud is likelier than thanks."""
    return min(MOST_TIP_CENTS, max(pack.tip_cap_floor_cents, portion(goods_cents, pack.tip_cap_bp)))


def fees_due(pack: RulePack, taxable_goods_cents: int) -> list[StatutoryFee]:
    """Statutory fee lines that a delivery with so many cents of taxable goods bears."""
    return [fee for fee in pack.statutory_fees if fee.applies(taxable_goods_cents)]
