"""Who listens to which fact: topic -> tasks. Each task takes the event's ids by keyword and may be called twice."""

from collections.abc import Mapping, Sequence

SUBSCRIPTIONS: Mapping[str, Sequence[str]] = {}
