"""Forms of rows, as the admin has them: what the database refuses is said in words, never by a constraint's name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, Model, UniqueConstraint

NOT_NEGATIVE = "An amount cannot be below zero."
ONE_OF_THE_LIST = "Choose one of the list."
# By the constraint's name: what a person is told who runs into it. A constraint that says so itself needs no line here.
VIOLATIONS: Mapping[str, str] = {
    "user_email_once": "Somebody has an account with this e-mail address already.",
    "store_on_earth": "That is not a position on the map. Latitude is -90 to 90, longitude -180 to 180.",
    "store_minimum_not_negative": NOT_NEGATIVE,
    "service_zip_once": "This store delivers to that ZIP code already.",
    "staff_once_a_store": "This person works in this store already. Change the role there.",
    "staff_role_known": ONE_OF_THE_LIST,
    "item_once_on_a_shelf": "This item is on this store's shelf already.",
    "shelf_price_positive": "A price is at least one cent.",
    "shelf_stock_not_negative": "There cannot be fewer than none on the shelf.",
    "aisle_once": "This store has an aisle of that name already.",
    "item_weighed_has_piece_weight": "What is sold by weight needs the usual weight of one piece.",
    "item_cold_class_known": ONE_OF_THE_LIST,
    "item_marks_known": ONE_OF_THE_LIST,
    "item_allergens_known": ONE_OF_THE_LIST,
    "window_not_oversold": "More seats than that are taken already.",
    "window_ends_after_start": "A window ends after it starts.",
    "window_fee_not_negative": NOT_NEGATIVE,
    "window_no_overlap": "Another window of this store covers part of that time.",
    "window_rule_once": "This store has a window that starts then on that weekday already.",
    "window_rule_ends_after_start": "A window ends after it starts.",
    "window_rule_fee_not_negative": NOT_NEGATIVE,
    "closing_day_once": "This store is closed on that day already.",
    "hours_once_a_weekday": "This store has hours for that weekday already. Change those.",
    "hours_real_weekday": ONE_OF_THE_LIST,
    "hours_close_after_open": "A store closes after it opens.",
    "firm_member_once": "This person belongs to this firm already. Change the role there.",
    "firm_role_known": ONE_OF_THE_LIST,
    "block_once": "This store has a block at that time already.",
    "block_not_overbooked": "More places than that are booked already.",
    "block_has_places": "A block has at least one place.",
    "block_guarantee_not_negative": NOT_NEGATIVE,
    "block_rule_once": "This store has a block at that time on that weekday already.",
    "block_rule_real_weekday": ONE_OF_THE_LIST,
    "block_rule_has_places": "A block has at least one place.",
    "block_rule_guarantee_not_negative": NOT_NEGATIVE,
    "van_once_a_store": "This store has a van of that name already.",
    "van_back_after_it_left": "A van comes back after it leaves.",
    "van_costs_and_room": "A van has room, carries some weight, and costs nothing below zero.",
    "pay_rates_not_negative": "No rate can be below zero.",
}
TAKEN = "Another one has this already. Choose something else."


class RowForm(forms.ModelForm[Any]):
    """A row to add or to change."""

    def _update_errors(self, errors: ValidationError) -> None:
        """Say in words what the model found; Django calls this with all of it."""
        for error in _every(errors):
            words = words_for(self._meta.model, error)
            if words:
                error.message, error.params = words, None
        super()._update_errors(errors)  # type: ignore[misc]  # the stubs do not know it


def words_for(model: type[Model], error: ValidationError) -> str:
    """The sentence for one complaint of a model; empty where it has words of ours already."""
    if error.code == "unique":
        return TAKEN
    if error.code == "unique_together":
        fields = set((error.params or {}).get("unique_check", ()))
        unique = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
        return next((said_by(one) for one in unique if set(one.fields) == fields), TAKEN)
    return next((said_by(one) for one in model._meta.constraints if _names(error, one)), "")


def said_by(constraint: BaseConstraint) -> str:
    """What a constraint says to who runs into it: its own words, or those kept here; empty where there are none."""
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return str(constraint.violation_error_message)
    return VIOLATIONS.get(constraint.name, "")


def _names(error: ValidationError, constraint: BaseConstraint) -> bool:
    return bool(re.search(rf"\b{re.escape(constraint.name)}\b", str(error.message)))


def _every(errors: ValidationError) -> Iterator[ValidationError]:
    """Each single complaint in a bundle of them."""
    if hasattr(errors, "error_dict"):
        for found in errors.error_dict.values():
            yield from found
    else:
        yield from errors.error_list
