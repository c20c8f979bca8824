"""The base of every admin page that shows rows of stores: own stores only, and each role its own doings."""

from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest

from common.desk_admin import DeskAdmin
from common.http import UserRequest
from stores.access import Desk, desk_of
from stores.models import Store
from stores.models.staff import StaffRole


class OwnStores(RelatedFieldListFilter):
    """A filter by store that names own stores only, and hides itself for who works in one."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        own = desk(request).scope(Store.objects.order_by("name"), "pk")
        return [(str(pk), name) for pk, name in own.values_list("pk", "name")]


OWN_STORES = ("store", OwnStores)


class StoreScoped(DeskAdmin):
    """Rows of the stores a person works in: in lists, in forms, in choices, in actions and in searches.

    `store_path` leads from a row to its store's pk. A role of None means that nobody in a store may, only head
    office where Django's own permissions say so.
    """

    store_path = "store_id"
    view_role: str | None = StaffRole.PICKER
    change_role: str | None = StaffRole.MANAGER
    add_role: str | None = StaffRole.MANAGER
    delete_role: str | None = StaffRole.MANAGER

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        return desk(request).scope(rows, self.store_path, self.view_role or StaffRole.MANAGER)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """No column that says the same store in every row."""
        return [one for one in super().get_list_display(request) if not (one == "store" and self.only_store(request))]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who works in one store need not choose it."""
        said: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"store": self.only_store(request), **said}

    @staticmethod
    def only_store(request: HttpRequest) -> int | None:
        """The one store this person works in, if it is one."""
        held = desk(request)
        return None if held.is_head_office or len(held.roles) != 1 else next(iter(held.roles))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, self.view_role, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, self.change_role, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, self.add_role, None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows(request, self.delete_role, obj)

    def allows(self, request: HttpRequest, role: str | None, obj: Model | None) -> bool:
        """Whether the person holds a role: in the row's own store, or in any when no row is meant yet."""
        held = desk(request)
        if role is None:
            return False
        if obj is None or held.is_head_office:
            return held.may_somewhere(role)
        return held.may(self.store_of(obj), role)

    def store_of(self, obj: Model) -> int:
        """The pk of the store a row belongs to."""
        found: Any = obj
        for name in self.store_path.split("__"):
            found = getattr(found, name)
        return int(found)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer only own stores, and only rows of own stores, wherever a form lets one choose."""
        choices = self.choices_of(db_field, request)
        if choices is not None:
            kwargs["queryset"] = choices
        found: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return found

    def choices_of(self, db_field: "Field[Any, Any]", request: HttpRequest) -> "QuerySet[Any] | None":
        """Rows of another kind that a form may offer, or None where all are."""
        other = db_field.related_model
        if not isinstance(other, type):
            return None
        role = self.change_role or StaffRole.MANAGER
        if other is Store:
            return desk(request).scope(Store.objects.order_by("name"), "pk", role)
        if any(field.name == "store" for field in other._meta.get_fields()):
            return desk(request).scope(other._default_manager.all(), "store_id", role)
        return None


def desk(request: HttpRequest) -> Desk:
    """What the person behind a request may do."""
    user: Any = request.user
    return desk_of(user)


def actor(request: HttpRequest) -> str:
    """How the person behind a request is named in histories."""
    signed_in: UserRequest = request  # type: ignore[assignment]  # the admin lets nobody else in
    return signed_in.user.actor
