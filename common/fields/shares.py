"""Fields of the admin: dollars for cents, percent for basis points."""

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from common import cleaning
from common.fields.base import Ours, Said

MOST_DOLLARS = 10**7


class DollarsField(Ours, forms.Field):
    """An amount typed in dollars, kept in whole cents."""

    widget = UnfoldAdminTextInputWidget
    default_error_messages: ClassVar[Said] = {"invalid": "Enter an amount in dollars and whole cents, like 9.95."}

    def prepare_value(self, value: Any) -> Any:
        return f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Cents out of what was typed.

        Raises:
            ValidationError: not an amount in dollars and cents.
        """
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else int(value)
        typed = self.read(cleaning.money, str(value))
        if typed is not None and typed >= MOST_DOLLARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return None if typed is None else int(typed * 100)


class PercentField(Ours, forms.Field):
    """A share typed in percent, kept in hundredths of a percent (basis points)."""

    widget = UnfoldAdminTextInputWidget
    default_error_messages: ClassVar[Said] = {"invalid": "Enter a percentage between 0 and 100, like 9.75."}

    def prepare_value(self, value: Any) -> Any:
        return percent(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Basis points out of what was typed.

        Raises:
            ValidationError: not a percentage between 0 and 100 with at most two decimals.
        """
        if value in self.empty_values or isinstance(value, int):
            return None if value in self.empty_values else int(value)
        typed = self.read(cleaning.number, str(value).strip().removesuffix("%"))
        exact = None if typed is None else typed * 100
        if exact is not None and (exact != exact.to_integral_value() or exact > 10_000):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return None if exact is None else int(exact)


def percent(basis_points: int) -> str:
    """975 as "9.75"."""
    return f"{basis_points // 100}.{basis_points % 100:02d}"
