"""The road engine this installation uses."""

from functools import cache
from pathlib import Path

from django.conf import settings

from providers.routing.base import Routing
from providers.routing.builtin import BuiltinRouting
from providers.routing.graph import GraphRouting
from providers.routing.roads import load_roads


@cache
def gateway() -> Routing:
    """Return the engine that settings name: `ROUTING_PROVIDER` is `builtin` or `graph`, `ROUTING_GRAPH` its file."""
    name = getattr(settings, "ROUTING_PROVIDER", "builtin")
    if name == "builtin":
        return BuiltinRouting()
    if name == "graph":
        return GraphRouting(load_roads(Path(getattr(settings, "ROUTING_GRAPH", ""))))
    raise ValueError(f"ROUTING_PROVIDER is {name!r}; it must be builtin or graph.")
