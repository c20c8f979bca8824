from payouts.models.accounts import AccountChange, PayoutAccount
from payouts.models.earnings import Earning, PayScheme
from payouts.models.settlements import BankFile, Settlement, Statement

__all__ = ["AccountChange", "BankFile", "Earning", "PayScheme", "PayoutAccount", "Settlement", "Statement"]
