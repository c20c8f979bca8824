"""What a store does every week, in the admin: a change of the rule makes the coming week's rows at once."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Field
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from common.fields.values import TypedChoice
from stores.models.places import WEEKDAYS
from stores.models.staff import StaffRole
from stores.scoped import OWN_STORES, StoreScoped


class ScheduleAdmin(StoreScoped):
    """What rows are made from: `maker` makes what a store asks for and tells how many are new; `made_of` names them."""

    maker: ClassVar[Callable[..., int]]
    made_of: ClassVar[str]
    view_role = StaffRole.MANAGER
    list_select_related = ("store",)
    list_filter = (OWN_STORES,)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Weekdays are chosen by name."""
        if db_field.name == "weekday":
            return TypedChoice(choices=list(enumerate(WEEKDAYS)), coerce=int, widget=UnfoldAdminSelectWidget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        made = self.maker(now=timezone.now(), store_id=obj.store_id)
        if made:
            what = self.made_of.removesuffix("s") if made == 1 else self.made_of
            messages.info(request, f"{made} {what} added. Existing {self.made_of} are unchanged.")
