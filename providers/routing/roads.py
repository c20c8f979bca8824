"""A road network as arrays: made from a map or invented, kept in one file, drawn as GeoJSON."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypedDict
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

KINDS = ("freeway", "arterial", "collector", "local")  # widest first; `kind` holds the index
FREEWAY, ARTERIAL, COLLECTOR, LOCAL = range(4)


class BadRoads(ValueError):
    """The file is not a road network that can be searched."""


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Directed road network of n crossings and m edges; a street driven both ways is two edges.

    Shapes and units: `lat`, `lng` degrees float64 (n,); `tail`, `head` crossing indices int32 (m,);
    `seconds` of free flow and `metres` float32 (m,); `kind` index into KINDS int8 (m,).
    """

    lat: NDArray[np.float64]
    lng: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float32]
    metres: NDArray[np.float32]
    kind: NDArray[np.int8]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together: a search over them would read past their ends."""
        n, m = len(self.lat), len(self.tail)
        edges = (self.head, self.seconds, self.metres, self.kind)
        if len(self.lng) != n or any(len(column) != m for column in edges):
            raise BadRoads("The arrays of a road network must have one row per crossing or per edge.")
        if m and (min(self.tail.min(), self.head.min()) < 0 or max(self.tail.max(), self.head.max()) >= n):
            raise BadRoads("An edge names a crossing that is not there.")
        if not (np.isfinite(self.seconds).all() and np.isfinite(self.metres).all() and (self.seconds > 0).all()):
            raise BadRoads("Every edge needs a length and a time above 0.")

    @property
    def crossings(self) -> int:
        """Number of crossings."""
        return len(self.lat)

    @property
    def edges(self) -> int:
        """Number of directed edges."""
        return len(self.tail)


class Geometry(TypedDict):
    """GeoJSON geometry of many lines or polygons."""

    type: str
    coordinates: list[list[list[float]]]


class Feature(TypedDict):
    """One GeoJSON feature."""

    type: str
    properties: dict[str, str]
    geometry: Geometry


class FeatureCollection(TypedDict):
    """GeoJSON for the map."""

    type: str
    features: list[Feature]


def save_roads(graph: RoadGraph, path: Path) -> None:
    """Write a network to one compressed .npz file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, **{field.name: getattr(graph, field.name) for field in fields(RoadGraph)})
    partial.replace(path)


def load_roads(path: Path) -> RoadGraph:
    """Read a network written by `save_roads`.

    Raises:
        BadRoads: the file is not one.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return RoadGraph(**{field.name: stored[field.name] for field in fields(RoadGraph)})
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise BadRoads(f"{path} is not a road network: {error}") from error


def merge_roads(graphs: Sequence[RoadGraph]) -> RoadGraph:
    """Lay several networks side by side: one file for several markets."""
    offsets = np.cumsum([0, *(graph.crossings for graph in graphs)])[:-1]
    return RoadGraph(
        lat=np.concatenate([graph.lat for graph in graphs]),
        lng=np.concatenate([graph.lng for graph in graphs]),
        tail=np.concatenate([g.tail + o for g, o in zip(graphs, offsets, strict=True)]).astype(np.int32),
        head=np.concatenate([g.head + o for g, o in zip(graphs, offsets, strict=True)]).astype(np.int32),
        seconds=np.concatenate([graph.seconds for graph in graphs]),
        metres=np.concatenate([graph.metres for graph in graphs]),
        kind=np.concatenate([graph.kind for graph in graphs]),
    )


def largest_connected(graph: RoadGraph) -> RoadGraph:
    """Keep the crossings that can all be driven to from each other: car parks cut off by the map's edge go."""
    n = graph.crossings
    reach = csr_array((np.ones(graph.edges, np.int8), (graph.tail, graph.head)), shape=(n, n))
    _, label = connected_components(reach, directed=True, connection="strong")
    kept = label == np.bincount(label).argmax()
    number = np.cumsum(kept) - 1
    inside = kept[graph.tail] & kept[graph.head]
    return RoadGraph(
        lat=graph.lat[kept],
        lng=graph.lng[kept],
        tail=number[graph.tail[inside]].astype(np.int32),
        head=number[graph.head[inside]].astype(np.int32),
        seconds=graph.seconds[inside],
        metres=graph.metres[inside],
        kind=graph.kind[inside],
    )


def roads_geojson(graph: RoadGraph, digits: int = 5) -> FeatureCollection:
    """Draw a network: one feature per kind of street, widest last so that it lies on top; each street once."""
    once = (graph.tail < graph.head) | ~np.isin(
        graph.head.astype(np.int64) * graph.crossings + graph.tail,
        graph.tail.astype(np.int64) * graph.crossings + graph.head,
    )
    features: list[Feature] = []
    for kind in range(len(KINDS) - 1, -1, -1):
        rows = np.flatnonzero(once & (graph.kind == kind))
        if len(rows) == 0:
            continue
        ends = np.stack([graph.tail[rows], graph.head[rows]], axis=1)
        lines = np.round(np.stack([graph.lng[ends], graph.lat[ends]], axis=2), digits).tolist()
        geometry = Geometry(type="MultiLineString", coordinates=lines)
        features.append(Feature(type="Feature", properties={"kind": KINDS[kind]}, geometry=geometry))
    return FeatureCollection(type="FeatureCollection", features=features)
