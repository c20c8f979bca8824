"""What managers type."""

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from common import cleaning
from common.fields.base import Ours
from common.fields.texts import Mail, Text
from common.row_forms import RowForm
from stores.models import StoreStaff


class HireForm(RowForm):
    """A new member of staff, by e-mail address."""

    email = Mail(
        label="E-mail",
        widget=UnfoldAdminEmailInputWidget,
        help_text="Who has no account yet sets a password with “Forgot your password?” on the sign-in page.",
    )
    name = Text(max_length=80, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = StoreStaff
        fields: ClassVar[list[str]] = ["store", "role"]


class StagingPlacesField(Ours, forms.CharField):
    """Where bags wait: a line for each kind of cold, "chilled: C1, C2"; kept as {"chilled": ["C1", "C2"]}."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})
    kinds = ("ambient", "chilled", "frozen")
    longest_code = 12

    def __init__(self, **kwargs: Any) -> None:
        said = "A line for each kind of cold, with the codes of its shelves: chilled: C1, C2, C3"
        super().__init__(label="Staging places", help_text=said, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{kind}: {', '.join(value.get(kind, []))}" for kind in self.kinds)

    def to_python(self, value: Any) -> Any:
        """Codes by kind.

        Raises:
            ValidationError: a line that names no kind, a code that is too long or stands twice.
        """
        found: dict[str, list[str]] = {kind: [] for kind in self.kinds}
        for line in filter(str.strip, cleaning.lines(str(value or "")).splitlines()):
            kind, _colon, codes = line.partition(":")
            if kind.strip().lower() not in found:
                raise forms.ValidationError(f"“{line.strip()[:40]}” does not begin with ambient:, chilled: or frozen:.")
            found[kind.strip().lower()] += [code.strip().upper() for code in codes.split(",") if code.strip()]
        every = [code for codes in found.values() for code in codes]
        if any(len(code) > self.longest_code for code in every):
            raise forms.ValidationError(f"A shelf's code has at most {self.longest_code} letters and digits.")
        twice = sorted({code for code in every if every.count(code) > 1})
        if twice:
            raise forms.ValidationError(f"Each shelf stands once; {', '.join(twice)} stands twice.")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != {kind: (initial or {}).get(kind, []) for kind in self.kinds})
        except forms.ValidationError:
            return True
