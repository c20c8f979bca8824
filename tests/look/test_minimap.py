"""The map drawn on the server."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from common.geo import Point
from common.minimap import HEIGHT, WIDTH, MapStop, MiniMap, draw_minimap

WORK, STORE, HOME = Point(36.157, -86.778), Point(36.177, -86.789), Point(36.207, -86.748)
points = st.builds(Point, st.floats(-60, 60), st.floats(-179, 179))


def scene(**parts: object) -> MiniMap:
    return MiniMap(**{"title": "Your trip", "description": "From work to home.", **parts})  # type: ignore[arg-type]  # parts vary by test


def test_a_map_says_what_it_shows() -> None:
    drawing = ET.fromstring(draw_minimap(scene(without=[WORK, HOME], uid="offer-1")))

    texts = [element.text for element in drawing if element.tag.endswith(("title", "desc"))]
    assert texts == ["Your trip", "From work to home."]
    assert drawing.get("aria-labelledby") == "offer-1-t offer-1-d"


def test_words_from_outside_cannot_leave_their_place() -> None:
    hostile = '"><script>alert(1)</script>'

    drawing = draw_minimap(
        scene(title=hostile, description=hostile, uid=hostile, stops=[MapStop(STORE, "<b", hostile)])
    )

    assert "<script" not in drawing
    ET.fromstring(drawing)


def test_a_map_carries_no_style_of_its_own() -> None:
    drawing = draw_minimap(scene(without=[WORK, HOME], with_delivery=[WORK, STORE, HOME], added=[[WORK, STORE]]))

    assert "style=" not in drawing
    assert all(name in drawing for name in ("mm-without", "mm-with", "mm-added"))


def test_streets_out_of_sight_are_left_out() -> None:
    far = [Point(40.0, -80.0), Point(40.1, -80.1)]
    near = [Point(36.16, -86.80), Point(36.20, -86.74)]

    assert "mm-street" not in draw_minimap(scene(without=[WORK, HOME], streets=[far]))
    assert "mm-street" in draw_minimap(scene(without=[WORK, HOME], streets=[near]))


def test_nothing_to_draw_is_an_empty_map() -> None:
    assert "polyline" not in draw_minimap(scene())


@given(st.lists(points, min_size=1, max_size=6))
def test_every_stop_lies_inside_the_frame(places: list[Point]) -> None:
    drawing = ET.fromstring(draw_minimap(scene(stops=[MapStop(place, "A", "stop") for place in places])))

    circles = [element for element in drawing.iter() if element.tag.endswith("circle")]
    assert len(circles) == len(places)
    assert all(0 <= float(c.get("cx", "-1")) <= WIDTH and 0 <= float(c.get("cy", "-1")) <= HEIGHT for c in circles)
