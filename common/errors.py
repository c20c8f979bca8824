"""Refusals: what the business says no to, in words a person can read."""

from typing import ClassVar

from django.utils.translation import gettext, override


class DomainError(Exception):
    """Something was asked for that the rules of the business refuse."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    retry_after: ClassVar[int] = 0  # seconds after which the same may be asked again; 0: it would be refused again

    def __init__(self, sentence: str | None = None, **facts: object) -> None:
        """Take a sentence for the person; without one, the class's docstring is the sentence.

        A sentence that tells facts names them, "%(days)s days", so that it can be said in another language.
        """
        self.sentence = sentence or (type(self).__doc__ or "That is not possible.").strip()
        self.facts = facts
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The sentence in English, for histories and logs."""
        with override("en"):
            return self.spoken

    @property
    def spoken(self) -> str:
        """The sentence in the reader's language."""
        told = gettext(self.sentence)
        return told % self.facts if self.facts else told

    def __str__(self) -> str:
        return self.message


class Busy(DomainError):
    """Many people are at this at the same moment. Nothing was done; try again."""

    code = "busy"
    retry_after = 2


class DatabaseAway(DomainError):
    """We cannot look anything up right now. Nothing was done; try again in a moment."""

    code = "away"
    status = 503
    retry_after = 5


class InvalidInput(DomainError):
    """Something in what was sent cannot be used."""

    code = "invalid"
    status = 400
