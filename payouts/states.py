"""How a settlement moves."""

from django.db import models

from common.states import table


class SettlementStatus(models.TextChoices):
    """How far a period has come on its way to the bank."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    APPROVED = "approved", "Approved"
    SENT = "sent", "Sent to the bank"
    SETTLED = "settled", "Settled"


SETTLEMENT_MOVES = table(
    {
        SettlementStatus.OPEN: {SettlementStatus.CLOSED},
        SettlementStatus.CLOSED: {SettlementStatus.APPROVED},
        SettlementStatus.APPROVED: {SettlementStatus.SENT},
        SettlementStatus.SENT: {SettlementStatus.SETTLED},
        SettlementStatus.SETTLED: set(),
    }
)
