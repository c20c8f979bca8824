"""Measure travel times: how far the estimator and the cache are from the road graph, and how many pairs a second.

    python -m bench.routing --sizes 100,300,600 --seeds 1,2 [--osrm URL] [--valhalla URL] [--json FILE]

Over the made-up Nashville, and over every .osm.pbf in HOMEWARD_DATA/roads. Places lie beside the streets, and none of
them was fitted. A service given by its address is measured beside the rest over the first extract.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench._metros import DATA
from bench._report import machine, save
from common.geo import Point
from providers.routing.base import Routing, Table
from providers.routing.builtin import BuiltinRouting
from providers.routing.cached import CachedRouting
from providers.routing.calibrate import calibrate
from providers.routing.demo_streets import demo_streets
from providers.routing.graph import GraphRouting
from providers.routing.osm import build_roads
from providers.routing.osrm import OsrmRouting
from providers.routing.profile import Fitted
from providers.routing.valhalla import ValhallaRouting

AT = datetime(2026, 6, 3, 18, tzinfo=UTC)
NASHVILLE = Point(36.1627, -86.7816)
SERVICES = {"osrm": OsrmRouting, "valhalla": ValhallaRouting}
NEAREST_METRES = 300.0
SERVICES_UP_TO = 300  # places; a large table over HTTP takes minutes
GOALS = "goals (E8): estimator p50 <= 10 %, p90 <= 25 %; cache p50 <= 5 %, >= 500,000 pairs/s"


def engines(graph: GraphRouting, services: dict[str, str], seed: int) -> Iterator[tuple[str, Routing]]:
    """The ways to a travel time, the exact one first."""
    fitted = Fitted((calibrate(graph, seed=seed).region,))
    yield "graph", graph
    yield "formula", BuiltinRouting()
    yield "estimator", BuiltinRouting(fitted=fitted)
    yield "cache, cold", (cached := CachedRouting(graph, fill_seconds=600))
    yield "cache, warm", cached
    for name, url in services.items():
        yield name, SERVICES[name](base_url=url, budget_seconds=600)


def places(graph: GraphRouting, count: int, rng: np.random.Generator) -> list[Point]:
    """Places some 30 m beside streets."""
    drawn = rng.choice(graph.graph.crossings, count)
    near = np.column_stack([graph.graph.lat[drawn], graph.graph.lng[drawn]]) + rng.normal(0, 0.0003, (count, 2))
    return [Point(*place) for place in near.tolist()]


def measure(area: str, graph: GraphRouting, size: int, seed: int, services: dict[str, str]) -> list[dict[str, object]]:
    """One size and seed: a row for each engine."""
    rng, rows = np.random.default_rng(seed), []
    sources, targets = places(graph, size, rng), places(graph, size, rng)
    true = graph.table(sources, targets, AT)
    for name, engine in engines(graph, services if size <= SERVICES_UP_TO else {}, seed):
        started = time.perf_counter()
        found = engine.table(sources, targets, AT)
        seconds = time.perf_counter() - started
        p50, p90 = errors(found, true)
        row = {"area": area, "places": size, "seed": seed, "engine": name, "p50": p50, "p90": p90}
        rows.append(row | {"pairs_per_second": round(size * size / seconds)})
        print(f"  {area:<22} {size:>5} {seed:>4}  {name:<12} {p50:>7.1%} {p90:>7.1%} {size * size / seconds:>14,.0f}")
    return rows


def errors(found: Table, true: Table) -> tuple[float, float]:
    """Median and 90th percentile of the error against the graph's seconds; walks do not count."""
    counted = true.metres > NEAREST_METRES
    error = np.abs(found.seconds[counted] / true.seconds[counted] - 1)
    return float(np.median(error)), float(np.quantile(error, 0.9))


def main() -> None:
    """Print the table, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100,300,600")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the rows under bench/results by commit")
    for name in SERVICES:
        parser.add_argument(f"--{name}", default="")
    options = parser.parse_args()
    services = {name: getattr(options, name) for name in SERVICES if getattr(options, name)}
    extracts = sorted((DATA / "roads").glob("*.osm.pbf"))
    if not extracts:
        print(f"no extract in {DATA / 'roads'} (set HOMEWARD_DATA): only the made-up city is measured")
    print(f"{machine()}\n{GOALS}\n  area                  places seed  engine           p50     p90        pairs/s")
    rows: list[dict[str, object]] = []
    areas = [(path.name.split(".")[0], build_roads(path)) for path in extracts]
    for number, (area, roads) in enumerate([*areas, ("made-up Nashville", demo_streets(NASHVILLE))]):
        graph = GraphRouting(roads)
        for size in map(int, options.sizes.split(",")):
            for seed in map(int, options.seeds.split(",")):
                rows += measure(area, graph, size, seed, services if areas and number == 0 else {})
    result: dict[str, object] = {"rows": rows}
    if options.keep:
        print(f"kept in {save('routing', result)}")
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
