"""Rules that hold for every table."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from events.models import StatusChange

OURS = ["accounts", "events", "stores", "orders", "drivers", "dispatch", "payouts", "ledger"]


def our_models() -> Iterator[type[models.Model]]:
    for label in OURS:
        yield from apps.get_app_config(label).get_models()


def our_fields() -> Iterator[tuple[str, models.Field[object, object]]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.Field):
                yield f"{model._meta.label}.{field.name}", field


def test_money_is_whole_cents() -> None:
    wrong = [
        name for name, field in our_fields() if name.endswith("_cents") and type(field) is not models.BigIntegerField
    ]

    assert wrong == []


def test_only_weights_are_decimal() -> None:
    decimals = {name.rsplit(".", 1)[1] for name, field in our_fields() if isinstance(field, models.DecimalField)}

    assert decimals <= {"pounds", "piece_pounds", "estimated_pounds", "picked_pounds", "unit_amount"}


def test_no_money_or_rate_is_a_float() -> None:
    floats = {name.rsplit(".", 1)[1] for name, field in our_fields() if isinstance(field, models.FloatField)}

    assert all(name.endswith(("lat", "lng")) for name in floats)


def test_moments_and_dates_are_named_as_such() -> None:
    moments = [name for name, field in our_fields() if type(field) is models.DateTimeField]

    allowed = ("_at", ".at", "_by", "_until", "_from", ".last_login", ".date_joined")
    assert [name for name in moments if not name.endswith(allowed)] == []


def test_every_relation_says_what_it_is_called_from_the_other_side() -> None:
    unnamed = [
        name
        for name, field in our_fields()
        if isinstance(field, models.ForeignKey) and not field.remote_field.related_name and "User." not in name
    ]

    assert unnamed == []


def test_no_column_scores_a_driver() -> None:
    columns = [
        field.name
        for model in ("Driver", "Limits", "Vehicle")
        for field in apps.get_model("drivers", model)._meta.fields
    ]

    forbidden = ("rate", "score", "rating", "rank", "accept")
    assert [name for name in columns if any(word in name for word in forbidden)] == []


@pytest.mark.parametrize("model", [m for m in our_models() if hasattr(m, "MOVES")], ids=lambda m: m.__name__)
def test_every_status_is_known_to_its_table_and_guarded(model: type[models.Model]) -> None:
    moves = model.MOVES  # type: ignore[attr-defined]
    field = model._meta.get_field("status")
    codes = {code for code, _ in getattr(field, "choices", ())}

    assert set(moves) == codes
    assert any(trigger.name == "only_allowed_moves" for trigger in model._meta.triggers)  # type: ignore[attr-defined]


def test_history_is_kept_for_everything_that_moves() -> None:
    assert StatusChange._meta.get_field("actor").default == "system"


def test_every_model_says_what_one_row_means() -> None:
    silent = [m._meta.label for m in our_models() if not m.__doc__ or m.__doc__.startswith(f"{m.__name__}(")]

    assert silent == []
