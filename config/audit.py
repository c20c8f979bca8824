"""What `doctor` reads in the books: whether every sum agrees with every other, and where it does not, which row it is.

The guards of the database let none of this happen; only its owner, a repair by hand or a damaged disk can (R10, R46).
Each look is one statement over whole tables and returns a sentence a row, the first few of them.
"""

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from orders.models import TipChange
from rules.packs_on_file import pack_for

MOST_ROWS = 5  # that are named; the rest is counted
SECONDS = 120  # a look may take over years of books

LOOKS = {
    "postings that do not balance": """
        SELECT format('posting %s (%s %s) has %s entries that add up to %s cents', p.id, p.kind, p.source,
                      count(e.id), coalesce(sum(e.amount_cents), 0))
        FROM ledger_posting p LEFT JOIN ledger_entry e ON e.posting_id = p.id
        GROUP BY p.id HAVING count(e.id) < 2 OR coalesce(sum(e.amount_cents), 0) <> 0 ORDER BY p.id""",
    "entries of no posting": """
        SELECT format('entry %s belongs to no posting', e.id)
        FROM ledger_entry e LEFT JOIN ledger_posting p ON p.id = e.posting_id WHERE p.id IS NULL ORDER BY e.id""",
    "earnings that differ from the ledger": """
        SELECT format('earning %s (%s %s) says %s cents, the ledger %s', e.public_id, e.kind, e.source,
                      e.pay_cents + e.tip_cents + e.topup_cents, coalesce(booked.cents, 0))
        FROM payouts_earning e JOIN drivers_driver d ON d.id = e.driver_id
        LEFT JOIN LATERAL (
            SELECT -sum(entry.amount_cents) AS cents FROM ledger_posting p
            JOIN ledger_entry entry ON entry.posting_id = p.id JOIN ledger_account a ON a.id = entry.account_id
            WHERE p.kind = 'earning.' || e.kind AND p.source = e.source
              AND a.code = 'driver:' || d.public_id || ':payable') booked ON true
        WHERE e.pay_cents + e.tip_cents + e.topup_cents <> coalesce(booked.cents, 0) ORDER BY e.id""",
    "postings of no earning": """
        SELECT format('posting %s (%s %s) is of no earning', p.id, p.kind, p.source)
        FROM ledger_posting p LEFT JOIN payouts_earning e ON p.kind = 'earning.' || e.kind AND p.source = e.source
        WHERE p.kind LIKE 'earning.%' AND e.id IS NULL ORDER BY p.id""",
    "statements that differ from earnings": """
        SELECT format('statement %s says %s cents, its earnings and what it carries %s', s.public_id, s.total_cents,
                      coalesce(earned.cents, 0) + coalesce(carried.cents, 0))
        FROM payouts_statement s
        LEFT JOIN LATERAL (SELECT sum(pay_cents + tip_cents + topup_cents) AS cents FROM payouts_earning e
            WHERE e.settlement_id = s.settlement_id AND e.driver_id = s.driver_id) earned ON true
        LEFT JOIN LATERAL (SELECT sum(total_cents) AS cents FROM payouts_statement old
            WHERE old.carried_to_id = s.id) carried ON true
        WHERE s.total_cents <> coalesce(earned.cents, 0) + coalesce(carried.cents, 0) ORDER BY s.id""",
    "earnings on no statement": """
        SELECT format('earning %s is settled and stands on no statement', e.public_id) FROM payouts_earning e
        WHERE e.settlement_id IS NOT NULL AND NOT EXISTS (SELECT FROM payouts_statement s
            WHERE s.settlement_id = e.settlement_id AND s.driver_id = e.driver_id) ORDER BY e.id""",
    "settlements that differ from what was sent": """
        SELECT format('settlement %s says %s cents, its paid statements %s, its bank file %s', t.public_id,
                      t.total_cents, coalesce(paid.cents, 0), coalesce(f.total_cents, 0))
        FROM payouts_settlement t LEFT JOIN payouts_bankfile f ON f.settlement_id = t.id
        LEFT JOIN LATERAL (SELECT sum(total_cents) AS cents FROM payouts_statement s
            WHERE s.settlement_id = t.id AND s.trace_number <> '') paid ON true
        WHERE t.sent_at IS NOT NULL AND (t.total_cents <> coalesce(paid.cents, 0)
            OR t.total_cents <> coalesce(f.total_cents, 0)) ORDER BY t.id""",
    "drivers who are owed another sum": """
        SELECT format('driver %s is owed %s cents by the ledger, %s by earnings and statements', d.public_id,
                      coalesce(owed.cents, 0), coalesce(earned.cents, 0) - coalesce(paid.cents, 0))
        FROM drivers_driver d
        LEFT JOIN LATERAL (SELECT -sum(e.amount_cents) AS cents
            FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
            WHERE a.code = 'driver:' || d.public_id || ':payable') owed ON true
        LEFT JOIN LATERAL (SELECT sum(pay_cents + tip_cents + topup_cents) AS cents FROM payouts_earning
            WHERE driver_id = d.id) earned ON true
        LEFT JOIN LATERAL (SELECT sum(total_cents) AS cents FROM payouts_statement
            WHERE driver_id = d.id AND trace_number <> '' AND returned_at IS NULL) paid ON true
        WHERE coalesce(owed.cents, 0) <> coalesce(earned.cents, 0) - coalesce(paid.cents, 0) ORDER BY d.id""",
}


def wrong_in_the_books() -> list[str]:
    """A sentence for each look that found something, naming the first rows; empty when every sum agrees."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        found = []
        for name, statement in LOOKS.items():
            cursor.execute(statement)
            found.append((name, [str(row[0]) for row in cursor.fetchall()]))
        found.append(("tips made good above the cap", list(_tips_above_the_cap())))
    return [_told(name, rows) for name, rows in found if rows]


def _tips_above_the_cap() -> Iterator[str]:
    """Orders for which the house gave more than its rules let it, each by the rules of its market today."""
    sums: dict[int, int] = {}
    orders = {}
    for change in TipChange.objects.exclude(made_good_cents=0).select_related("order__store__market"):
        sums[change.order_id] = sums.get(change.order_id, 0) + change.made_good_cents
        orders[change.order_id] = change.order
    for pk, cents in sums.items():
        market = orders[pk].store.market
        cap = pack_for(market.rule_pack, timezone.now().astimezone(market.zone).date()).tip_made_good_cap_cents
        if cents > cap:
            yield f"order {orders[pk].number} had {cents} cents of its tip made good, the cap is {cap}"


def _told(name: str, rows: list[str]) -> str:
    more = f"; and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
    return f"{len(rows)} {name}: {'; '.join(rows[:MOST_ROWS])}{more}"
