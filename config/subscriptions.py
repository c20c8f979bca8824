"""Who listens to which fact: topic -> tasks. Each task takes the event's ids by keyword and may be called twice."""

from collections.abc import Mapping, Sequence

SUBSCRIPTIONS: Mapping[str, Sequence[str]] = {
    "order.placed": ["dispatch.tasks.plan_delivery"],
    "order.ready": ["dispatch.tasks.ready_delivery"],
    "order.cancelled": ["dispatch.tasks.cancel_delivery", "orders.tasks.money.release_payment"],
    "order.delivered": ["orders.tasks.money.capture_order"],
    "order.returned": ["orders.tasks.money.release_payment"],
    "tip.changed": ["dispatch.tasks.pay_tip_change"],
    "refund.booked": ["orders.tasks.money.pay_refund"],
    "payout_account.confirmed": ["payouts.tasks.tell_account_change"],
    "payment.troubled": ["dispatch.tasks.tell_of_payment", "orders.tasks.money.tell_shopper"],
    "payment.failed": ["dispatch.tasks.tell_of_payment"],
    "payment.lapsed": ["dispatch.tasks.note_authorisation"],
    "payment.held_again": ["dispatch.tasks.note_authorisation"],
    "gateway.reported": ["orders.tasks.money.apply_report"],
    "trip.declared": ["dispatch.tasks.match_market"],
    "trip.closed": ["dispatch.tasks.sweep_offers"],
}
