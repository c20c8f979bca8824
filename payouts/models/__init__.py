from payouts.models.earnings import Earning, PayScheme
from payouts.models.settlements import BankFile, PayoutAccount, Settlement, Statement

__all__ = ["BankFile", "Earning", "PayScheme", "PayoutAccount", "Settlement", "Statement"]
