"""Refusals: what the business says no to, in words a person can read."""

from typing import ClassVar


class DomainError(Exception):
    """Something was asked for that the rules of the business refuse."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message: str | None = None) -> None:
        """Take a sentence for the person; without one, the class's docstring is the sentence."""
        self.message = message or (type(self).__doc__ or "That is not possible.").strip()
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class InvalidInput(DomainError):
    """Something in what was sent cannot be used."""

    code = "invalid"
    status = 400
