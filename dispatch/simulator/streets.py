"""The streets of the demo's cities, in the file that `ROUTING_GRAPH` names."""

from pathlib import Path

from common.geo import Point
from providers.routing.demo_streets import demo_streets
from providers.routing.roads import merge_roads, save_roads
from stores.world_data import markets


def write_streets(file: Path) -> None:
    """Draw the streets of both cities once and keep them; an existing file stays."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.stem}.part.npz")
    save_roads(merge_roads([demo_streets(Point(city.lat, city.lng)) for city in markets()]), half)
    half.rename(file)
