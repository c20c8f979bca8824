"""Who may do what in which store: the only road from a member of staff to the rows of their stores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import User
from stores.models import Market, Store, StoreStaff
from stores.models.staff import StaffRole

M = TypeVar("M", bound=Model)
RANKS: Mapping[str, int] = {StaffRole.PICKER: 1, StaffRole.LEAD: 2, StaffRole.MANAGER: 3}


@dataclass(frozen=True, slots=True)
class Desk:
    """What one member of staff may see and do: their role in each store (by pk); head office may do all everywhere."""

    is_head_office: bool
    roles: Mapping[int, str]
    timezone: str = "UTC"

    def may(self, store_id: int, role: str = StaffRole.PICKER) -> bool:
        """Whether this person holds at least a role in a store."""
        return self.is_head_office or RANKS.get(self.roles.get(store_id, ""), 0) >= RANKS[role]

    def may_somewhere(self, role: str = StaffRole.PICKER) -> bool:
        """Whether this person holds at least a role in some store."""
        return self.is_head_office or bool(self.store_ids(role))

    def store_ids(self, role: str = StaffRole.PICKER) -> list[int]:
        """Stores in which this person holds at least a role by membership."""
        return [pk for pk, held in self.roles.items() if RANKS[held] >= RANKS[role]]

    def scope(self, rows: "QuerySet[M]", path: str, role: str = StaffRole.PICKER) -> "QuerySet[M]":
        """The rows that belong to this person's stores; `path` leads from a row to its store's pk."""
        return rows if self.is_head_office else rows.filter(**{f"{path}__in": self.store_ids(role)})


def desk_of(user: User) -> Desk:
    """What a person may do in stores; asked once a request. Nobody, and who left, may do nothing."""
    kept: Desk | None = getattr(user, "_desk", None)
    if kept is None:
        kept = read_desk(user) if user.is_active and user.is_staff else Desk(is_head_office=False, roles={})
        user._desk = kept  # type: ignore[attr-defined]  # for this request's user object only
    return kept


def read_desk(user: User) -> Desk:
    """The memberships of a member of staff, with the clock they live by. One query, or two."""
    held = StoreStaff.objects.filter(user_id=user.pk).order_by("pk")
    rows = list(held.values_list("store_id", "role", "store__market__timezone"))
    zones = [zone for _, _, zone in rows]
    if user.is_superuser and not zones:
        zones = list(Market.objects.order_by("pk").values_list("timezone", flat=True)[:1])
    return Desk(
        is_head_office=user.is_superuser,
        roles={pk: role for pk, role, _ in rows},
        timezone=zones[0] if zones else "UTC",
    )


def stores_of(user: User) -> list[Store]:
    """The stores a person works in, by name; all of them for head office."""
    return list(desk_of(user).scope(Store.objects.select_related("market"), "pk").order_by("name"))


def chosen_store(stores: list[Store], slug: str) -> Store:
    """The store a page is about: the one named, or the first; not one that is somebody else's.

    Raises:
        Http404: no such store for this person.
    """
    found = next((store for store in stores if store.slug == slug or not slug), None)
    if found is None:
        raise Http404
    return found


def needs_role(user: User, store_id: int, role: str) -> None:
    """Refuse who works in a store but not in this role.

    Raises:
        PermissionDenied: the role held there is lower.
    """
    if not desk_of(user).may(store_id, role):
        raise PermissionDenied(f"This is for a {StaffRole(role).label.lower()} of the store.")
