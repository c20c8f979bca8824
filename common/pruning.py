"""Forgetting rows whose time is over, a few at a time, so that nobody waits for it."""

from django.db import models, transaction


@transaction.atomic(durable=True)
def prune_batch(rows: models.QuerySet[models.Model], *, most: int) -> int:
    """Delete the oldest rows of a set, at most so many, with what hangs on them; return how many of the set went.

    Rows that somebody holds are passed over, so two sweeps share the work and neither waits. A repeat goes on.
    """
    oldest = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    keys = list(oldest.values_list("pk", flat=True)[:most])
    rows.model._base_manager.filter(pk__in=keys).delete()
    return len(keys)
