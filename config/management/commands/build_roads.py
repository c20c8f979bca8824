"""`python manage.py build_roads FILE.osm.pbf`: make the road network that the graph engine searches."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from providers.routing.calibrate import TooSmall, calibrate
from providers.routing.graph import GraphRouting
from providers.routing.osm import ATTRIBUTION, build_roads
from providers.routing.profile import Fitted, Region, profile_beside, save_profile
from providers.routing.roads import BadRoads, RoadGraph, merge_roads, save_roads


class Command(BaseCommand):
    help = "Make a road network from OpenStreetMap extracts and say how well the estimator agrees with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("extracts", nargs="+", type=Path, metavar="FILE.osm.pbf", help="one per market, or more")
        parser.add_argument("--output", type=Path, default=Path(".local/roads.npz"))
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            graphs = [build_roads(path) for path in options["extracts"]]
        except BadRoads as bad:
            raise CommandError(str(bad)) from bad
        graph = graphs[0] if len(graphs) == 1 else merge_roads(graphs)
        regions = tuple(region for region in map(self._fit, options["extracts"], graphs) if region)
        if not options["dry_run"]:
            save_roads(graph, options["output"])
            save_profile(Fitted(regions), profile_beside(options["output"]))
        took = time.perf_counter() - started
        self.stdout.write(f"{graph.crossings} crossings, {graph.edges} edges in {took:.1f} s. {ATTRIBUTION}.")
        if not options["dry_run"]:
            self.stdout.write(f"To search it: ROUTING_PROVIDER=graph ROUTING_GRAPH={options['output'].resolve()}")
            self.stdout.write(f"The estimator knows it from {profile_beside(options['output'])} (ROUTING_PROFILE).")

    def _fit(self, path: Path, graph: RoadGraph) -> Region | None:
        try:
            fit = calibrate(GraphRouting(graph))
        except TooSmall:
            self.stdout.write(f"{path.name}: {graph.crossings} crossings, too few to fit the estimator to")
            return None
        self.stdout.write(
            f"{path.name}: {graph.crossings} crossings; the estimator fitted to it is off by "
            f"{fit.median_error:.1%} in the middle and {fit.p90_error:.1%} at the 90th percentile "
            f"({fit.pairs} drives between crossings it was not fitted to)"
        )
        return fit.region
