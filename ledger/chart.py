"""Chart of accounts: the house's accounts, and those that each driver and firm has.

Signs: a debit is positive, a credit negative. So assets and expenses grow upwards, liabilities and
income downwards; `queries.owed` turns that round for people.
"""

from collections.abc import Mapping
from uuid import UUID

from ledger.models import Kind

GATEWAY = "gateway"  # captured at the payment gateway, not yet in the bank
BANK = "bank"
PAYOUTS_IN_TRANSIT = "payouts_in_transit"  # in a bank file that has not settled: a return comes back from here

SALES_TAX_PAYABLE = "sales_tax_payable"
STATUTORY_FEES_PAYABLE = "statutory_fees_payable"
TIPS_PAYABLE = "tips_payable"  # taken from a shopper, not yet given to a driver
STORE_CREDIT = "store_credit"  # owed to shoppers

SALES = "sales"
DELIVERY_FEES = "delivery_fees"
MEMBERSHIPS = "memberships"
REFUNDS = "refunds"  # goods given back, against sales
PROMOTIONS = "promotions"  # discounts, against sales and fees
PAYOUT_FEES = "payout_fees"  # what drivers pay for an instant payout

DELIVERY_COST = "delivery_cost"  # drivers' pay
HOUSE_TOPUP = "house_topup"  # paid less than offered, made good
TIPS_MADE_GOOD = "tips_made_good"  # a tip a shopper took back, made good
FIRM_FEES = "firm_fees"
GATEWAY_FEES = "gateway_fees"
LOSSES = "losses"  # claims, chargebacks and payments nobody can collect

HOUSE_ACCOUNTS: Mapping[str, Kind] = {
    GATEWAY: Kind.ASSET,
    BANK: Kind.ASSET,
    PAYOUTS_IN_TRANSIT: Kind.LIABILITY,
    SALES_TAX_PAYABLE: Kind.LIABILITY,
    STATUTORY_FEES_PAYABLE: Kind.LIABILITY,
    TIPS_PAYABLE: Kind.LIABILITY,
    STORE_CREDIT: Kind.LIABILITY,
    SALES: Kind.INCOME,
    DELIVERY_FEES: Kind.INCOME,
    MEMBERSHIPS: Kind.INCOME,
    REFUNDS: Kind.INCOME,
    PROMOTIONS: Kind.INCOME,
    PAYOUT_FEES: Kind.INCOME,
    DELIVERY_COST: Kind.EXPENSE,
    HOUSE_TOPUP: Kind.EXPENSE,
    TIPS_MADE_GOOD: Kind.EXPENSE,
    FIRM_FEES: Kind.EXPENSE,
    GATEWAY_FEES: Kind.EXPENSE,
    LOSSES: Kind.EXPENSE,
}


def driver_payable(driver: UUID | str) -> str:
    """Account of what the house owes a driver, by public id."""
    return f"driver:{driver}:payable"


def driver_withheld(driver: UUID | str) -> str:
    """Account of backup withholding held for the tax office in a driver's name."""
    return f"driver:{driver}:withheld"


def firm_payable(firm: UUID | str) -> str:
    """Account of what the house owes a contractor-management firm, by public id."""
    return f"firm:{firm}:payable"


def kind_of(code: str) -> Kind | None:
    """Kind that the chart gives an account, or None for a code it does not know."""
    if code in HOUSE_ACCOUNTS:
        return HOUSE_ACCOUNTS[code]
    owner, _, rest = code.partition(":")
    name, _, purpose = rest.partition(":")
    known = (owner, purpose) in {("driver", "payable"), ("driver", "withheld"), ("firm", "payable")}
    return Kind.LIABILITY if name and known else None
