from accounts.models.people import User, UserManager
from accounts.models.tries import Tries

__all__ = ["Tries", "User", "UserManager"]
