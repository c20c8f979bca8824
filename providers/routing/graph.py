"""A road engine of our own: shortest paths over a road network held in memory."""

import hashlib
import itertools
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from common.geo import EARTH_RADIUS_METRES, Point
from providers.routing.base import Bools, Int32s, Leg, Route, Table
from providers.routing.builtin import BuiltinRouting, degrees
from providers.routing.roads import RoadGraph
from providers.routing.traffic import slowness

ACCESS_CIRCUITY = 1.3
ACCESS_METRES_PER_SECOND = 5.0  # from the door to the nearest crossing: drives, car parks, side streets
TREES_KEPT = 128
SOURCES_A_CHUNK = 32
NO_NODE = -9999  # scipy's mark for "no predecessor"


@dataclass(frozen=True, slots=True)
class Tree:
    """Shortest paths from one crossing: free-flow seconds and metres (n,), and the crossing before each (n,)."""

    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    before: Int32s


@dataclass(frozen=True, slots=True)
class Snapped:
    """Points moved to their nearest crossings: its index, and the metres driven to reach it."""

    node: NDArray[np.intp]
    access: NDArray[np.float64]


class GraphRouting:
    """Searches a `RoadGraph`; where no road connects two points it answers with the estimator."""

    name = "graph"

    def __init__(self, graph: RoadGraph, estimator: BuiltinRouting | None = None) -> None:
        """Index a network once; searching it afterwards takes some milliseconds a source."""
        if graph.edges == 0:
            raise ValueError("A road network without streets cannot be searched.")
        self.graph = graph
        self._estimator = estimator or BuiltinRouting()
        self._tree = cKDTree(_on_sphere(np.column_stack([graph.lat, graph.lng])))
        self._keys, self._edge_metres, self._weights = _one_edge_a_pair(graph)
        self._weights_back = self._weights.T.tocsr()
        self._kept: OrderedDict[int, Tree] = OrderedDict()
        self._lock = Lock()
        self._version = _digest(graph)

    @property
    def version(self) -> str:
        """Digest over the network."""
        return self._version

    @property
    def estimator(self) -> BuiltinRouting:
        """The formula for points that no road connects."""
        return self._estimator

    def leg(self, a: Point, b: Point, at: datetime) -> Leg:
        """Drive the quickest way from one point to another."""
        return self.route([a, b], at).legs[0]

    def route(self, points: Sequence[Point], at: datetime) -> Route:
        """Drive the quickest way through the points; the path is drawn along the streets."""
        legs: list[Leg] = []
        path = list(points[:1])
        ends = self._snap(points)
        for i, (a, b) in enumerate(itertools.pairwise(points)):
            tree = self._from(int(ends.node[i]))
            seconds, metres = self._drive(tree, Snapped(ends.node[[i + 1]], ends.access[[i + 1]]), ends.access[i])
            if np.isfinite(seconds[0]) and a != b:
                path.extend(self._along(tree, int(ends.node[i + 1])))
            path.append(b)
            legs.append(self._whole(a, b, seconds[0], metres[0], at))
        return Route(sum(leg.seconds for leg in legs), sum(leg.metres for leg in legs), tuple(legs), tuple(path))

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        """Drive from every source to every target: one search per different crossing on the shorter side."""
        fallback = self._estimator.table(sources, targets, at)
        if fallback.seconds.size == 0:
            return fallback
        seconds, metres = fallback.seconds, fallback.metres
        starts, ends = self._snap(sources), self._snap(targets)
        same = (degrees(sources)[:, None, :] == degrees(targets)[None, :, :]).all(axis=2)
        factor = slowness(at, sources[0].lng)
        backwards = len(np.unique(ends.node)) < len(np.unique(starts.node))
        roots, leaves = (ends, starts) if backwards else (starts, ends)
        took_by, drove_by, same = (seconds.T, metres.T, same.T) if backwards else (seconds, metres, same)
        nodes, row_of = np.unique(roots.node, return_inverse=True)
        for start in range(0, len(nodes), SOURCES_A_CHUNK):
            trees = self._search(nodes[start : start + SOURCES_A_CHUNK], backwards=backwards)
            for offset, tree in enumerate(trees):
                for row in np.flatnonzero(row_of == start + offset):
                    took, drove = self._drive(tree, leaves, roots.access[row])
                    known = np.isfinite(took) & ~same[row]
                    took_by[row, known] = np.ceil(took[known] * factor)
                    drove_by[row, known] = np.ceil(drove[known])
        return Table(seconds, metres)

    def from_crossings(self, crossings: NDArray[np.int64], *, backwards: bool = False) -> NDArray[np.float64]:
        """Seconds of free flow from some crossings to all, or from all to them, (k, n); inf where no road goes."""
        weights = self._weights_back if backwards else self._weights
        return np.asarray(dijkstra(weights, directed=True, indices=crossings), np.float64)

    def between_crossings(
        self, sources: NDArray[np.int64], targets: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds of free flow (inf where no road goes) and metres between crossings, (n, m)."""
        trees = [self._search(sources[[i]])[0] for i in range(len(sources))]
        return np.stack([tree.seconds[targets] for tree in trees]), np.stack([tree.metres[targets] for tree in trees])

    def _snap(self, points: Sequence[Point]) -> Snapped:
        if not points:
            return Snapped(np.zeros(0, np.intp), np.zeros(0))
        distance, node = self._tree.query(_on_sphere(degrees(points)))
        access = np.asarray(distance) * EARTH_RADIUS_METRES * ACCESS_CIRCUITY
        return Snapped(np.asarray(node, np.intp), access)

    def _drive(self, tree: Tree, ends: Snapped, access: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Free-flow seconds (inf where no road goes) and metres to each end, with both ways to the road."""
        extra = ends.access + access
        return tree.seconds[ends.node] + extra / ACCESS_METRES_PER_SECOND, tree.metres[ends.node] + extra

    def _whole(self, a: Point, b: Point, seconds: float, metres: float, at: datetime) -> Leg:
        if a == b:
            return Leg(0, 0)
        if not np.isfinite(seconds):
            return replace(self._estimator.leg(a, b, at), is_estimated=True)
        return Leg(int(np.ceil(seconds * slowness(at, a.lng))), int(np.ceil(metres)))

    def _along(self, tree: Tree, node: int) -> list[Point]:
        """Crossings from the tree's root to a node, root first."""
        found: list[Point] = []
        while node >= 0:
            found.append(Point(float(self.graph.lat[node]), float(self.graph.lng[node])))
            node = int(tree.before[node])
        return found[::-1]

    def _from(self, node: int) -> Tree:
        """Shortest paths from one crossing; the last few are kept, since a route is asked for again and again."""
        with self._lock:
            tree = self._kept.get(node)
            if tree is not None:
                self._kept.move_to_end(node)
                return tree
        tree = self._search(np.array([node]))[0]
        with self._lock:
            self._kept[node] = tree
            while len(self._kept) > TREES_KEPT:
                self._kept.popitem(last=False)
        return tree

    def _search(self, nodes: NDArray[np.intp], *, backwards: bool = False) -> list[Tree]:
        """Trees out of some crossings; backwards, of the ways that lead to them."""
        weights = self._weights_back if backwards else self._weights
        seconds, before = dijkstra(weights, directed=True, indices=nodes, return_predecessors=True)
        return [Tree(s, self._metres(b, backwards=backwards), b) for s, b in zip(seconds, before, strict=True)]

    def _metres(self, before: Int32s, *, backwards: bool) -> NDArray[np.float64]:
        """Metres along the tree to every node: pointer doubling, log2(depth) vectorised passes."""
        n = self.graph.crossings
        nodes = np.arange(n)
        rooted = before < 0
        parent = np.where(rooted, nodes, before)
        tail, head = (nodes, parent.astype(np.int64)) if backwards else (parent.astype(np.int64), nodes)
        edge = np.searchsorted(self._keys, tail * n + head)
        metres = np.where(rooted, 0.0, self._edge_metres[np.minimum(edge, len(self._keys) - 1)])
        while (parent[parent] != parent).any():
            metres = metres + metres[parent]
            parent = parent[parent]
        return metres


def _one_edge_a_pair(graph: RoadGraph) -> tuple[NDArray[np.int64], NDArray[np.float64], csr_array]:
    """Quickest edge between each pair of crossings: sorted keys tail*n+head, metres, and the matrix of seconds."""
    n = graph.crossings
    key = graph.tail.astype(np.int64) * n + graph.head
    order = np.lexsort((graph.seconds, key))
    keys, first = np.unique(key[order], return_index=True)
    rows = order[first]
    shape = (n, n)
    weights = csr_array((graph.seconds[rows].astype(np.float64), (graph.tail[rows], graph.head[rows])), shape=shape)
    return keys, graph.metres[rows].astype(np.float64), weights


def _on_sphere(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees (n, 2) to points of the unit sphere (n, 3), where near is near at every latitude."""
    lat, lng = np.radians(places).T
    return np.column_stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)])


def _digest(graph: RoadGraph) -> str:
    digest = hashlib.sha256()
    for column in (graph.lat, graph.lng, graph.tail, graph.head, graph.seconds, graph.metres):
        digest.update(np.ascontiguousarray(column).tobytes())
    return "1:" + digest.hexdigest()[:12]
