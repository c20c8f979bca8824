"""The road engine this installation uses."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from providers.routing.base import Routing
from providers.routing.builtin import BuiltinRouting
from providers.routing.cached import CachedRouting
from providers.routing.graph import GraphRouting
from providers.routing.osrm import OsrmRouting
from providers.routing.profile import load_profile
from providers.routing.roads import RoadGraph, load_roads
from providers.routing.shared import SharedStrips
from providers.routing.steady import SteadyRouting
from providers.routing.valhalla import ValhallaRouting

SERVICES = {"osrm": OsrmRouting, "valhalla": ValhallaRouting}
NAMES = ("builtin", "graph", *SERVICES)


def gateway() -> Routing:
    """Return the engine that `ROUTING_PROVIDER` names; one for each process. It always answers: see SteadyRouting.

    Every engine has the estimator behind it, fitted by the file that `ROUTING_PROFILE` names where there is one.
    """
    return _made(
        settings.ROUTING_PROVIDER,
        settings.ROUTING_GRAPH,
        settings.ROUTING_PROFILE,
        settings.ROUTING_URL,
        settings.ROUTING_BUDGET_SECONDS,
    )


def is_away(engine: Routing) -> bool:
    """Whether an engine failed when it was last asked, so that times are estimated."""
    inner = engine.engine if isinstance(engine, CachedRouting) else engine
    return isinstance(inner, SteadyRouting) and inner.is_resting


def road_graph(engine: Routing) -> RoadGraph | None:
    """The streets an engine searches in memory; None where it has none."""
    inner = engine.engine if isinstance(engine, CachedRouting) else engine
    return inner.graph if isinstance(inner, GraphRouting) else None


@lru_cache(maxsize=8)  # by what settings say, so that settings changed in a test take effect
def _made(name: str, graph: str, profile: str, url: str, budget_seconds: float) -> Routing:
    known = Path(profile) if profile else None
    shared = SharedStrips(settings.REDIS_URL)
    estimator = BuiltinRouting(fitted=load_profile(known) if known and known.is_file() else None)
    if name == "builtin":
        return estimator
    if name == "graph":
        return CachedRouting(GraphRouting(load_roads(Path(graph)), estimator), shared)
    if name in SERVICES:
        service = SERVICES[name](base_url=url, budget_seconds=budget_seconds, estimator=estimator)
        return CachedRouting(SteadyRouting(service), shared)
    raise ValueError(f"ROUTING_PROVIDER is {name!r}; it must be one of {', '.join(NAMES)}.")
