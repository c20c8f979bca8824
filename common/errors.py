"""Refusals: what the business says no to, in words a person can read."""

from typing import ClassVar

from django.utils.translation import gettext, override


class DomainError(Exception):
    """Something was asked for that the rules of the business refuse."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

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


class InvalidInput(DomainError):
    """Something in what was sent cannot be used."""

    code = "invalid"
    status = 400
