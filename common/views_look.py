"""The living style page: every component as pages use them. Shown in DEBUG only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe

from common.fields.texts import Lines, Mail
from common.fields.values import Choice, Tick
from common.geo import Point
from common.minimap import MapStop, MiniMap, draw_minimap

WORK, STORE, DROP, HOME = (
    Point(36.157, -86.778),
    Point(36.177, -86.789),
    Point(36.188, -86.765),
    Point(36.207, -86.748),
)
WITHOUT = [WORK, Point(36.166, -86.772), Point(36.178, -86.760), Point(36.195, -86.752), HOME]
WITH = [WORK, Point(36.166, -86.783), STORE, Point(36.181, -86.776), DROP, Point(36.195, -86.752), HOME]
STREETS = [[Point(36.15 + i * 0.006, -86.84), Point(36.155 + i * 0.006, -86.68)] for i in range(12)] + [
    [Point(36.14, -86.82 + i * 0.011), Point(36.22, -86.815 + i * 0.011)] for i in range(11)
]
PRODUCTS: list[dict[str, Any]] = [
    {
        "name": "Bananas",
        "picture": "banana",
        "department": "produce",
        "price": 69,
        "unit": "69¢ / lb",
        "note": "about 1.3 lb",
        "quantity": 2,
    },
    {
        "name": "Whole milk, half gallon",
        "picture": "glass-of-milk",
        "department": "dairy",
        "price": 349,
        "unit": "5.5¢ / fl oz",
        "badge": "$0.50 off",
    },
    {
        "name": "Sourdough loaf, stone-baked, sliced thick, with sesame and sunflower",
        "picture": "bread",
        "department": "bakery",
        "price": 599,
    },
    {
        "name": "Atlantic salmon fillet",
        "picture": "fish",
        "department": "meat",
        "price": 1499,
        "unit": "$14.99 / lb",
        "sold_out": True,
    },
    {
        "name": "Fair-trade ground coffee, dark roast",
        "picture": "pouch-brown-hot-beverage",
        "department": "breakfast",
        "price": 1129,
        "unit": "94¢ / oz",
    },
]
TIMELINE = [
    {"title": "Ordered", "when": "2:04 pm", "state": "done", "text": "14 items, card held for $86.40"},
    {"title": "Picked", "when": "3:31 pm", "state": "done", "text": ""},
    {"title": "On the way", "when": "5:22 pm", "state": "now", "text": "Ann in a blue Corolla"},
    {"title": "At your door", "when": "by 6:00 pm", "state": "next", "text": ""},
]
PARTS = [
    {"name": "Your driver", "cents": 620},
    {"name": "The store", "cents": 175},
    {"name": "Card fees", "cents": 60},
    {"name": "Homeward", "cents": 140},
]
TONES = ["quiet", "go", "money", "time", "refuse", "info"]
DEPARTMENTS = ["Produce", "Bakery", "Dairy & eggs", "Meat & seafood", "Deli", "Frozen"]
DESK_LINKS = [
    {"url": "#", "label": "Live board", "icon": "map", "current": True},
    {"url": "#", "label": "Applications", "icon": "identification", "current": False},
    {"url": "#", "label": "Settlements", "icon": "banknotes", "current": False},
]


class SampleForm(forms.Form):
    """One field of each kind."""

    email = Mail(label="E-mail", help_text="Receipts go here.")
    window = Choice(label="Ends at", choices=[("1", "5 pm"), ("2", "6 pm")])
    note = Lines(label="Note for the driver", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    tip = Choice(label="Tip", choices=[("0", "None"), ("300", "$3.00"), ("500", "$5.00")], widget=forms.RadioSelect)
    leave = Tick(label="Leave it at the door", required=False)


def look(request: HttpRequest) -> HttpResponse:
    """Every component, in the theme the browser asks for or in `?theme=`; `?layout=` shows it in another layout."""
    if not settings.DEBUG:
        raise Http404
    layout = {"portal": "portal.html", "desk": "desk.html"}.get(request.GET.get("layout", ""), "shop.html")
    form = SampleForm({"email": "sam", "window": "1", "tip": "300"} if "refused" in request.GET else None)
    scene = MiniMap(
        title="Your trip with this delivery",
        description="From work to home by way of the Germantown store and one drop-off.",
        without=WITHOUT,
        with_delivery=WITH,
        added=[WITH[1:5]],
        stops=[MapStop(STORE, "A", "Germantown store"), MapStop(DROP, "B", "37206")],
        streets=STREETS,
        uid="look",
    )
    context = {
        "layout": layout,
        "form": form,
        "minimap": mark_safe(draw_minimap(scene)),  # noqa: S308  # it escapes its texts
        "products": PRODUCTS,
        "timeline": TIMELINE,
        "parts": PARTS,
        "until": timezone.now() + timedelta(seconds=74),
        "delivery_area": "37206",
        "basket_badge": 7,
        "dock": "home",
        "tones": TONES,
        "departments": [{"name": name, "url": "#", "current": name == "Produce"} for name in DEPARTMENTS],
        "desk_links": DESK_LINKS,
    }
    return render(request, "look.html", context)


def look_map(request: HttpRequest) -> JsonResponse:
    """A made-up live map for the style page."""
    if not settings.DEBUG:
        raise Http404
    drift = timezone.now().second / 60
    features = [_line("without", WITHOUT), _line("with", WITH), _line("added", WITH[1:5])]
    features += [
        _point("store", STORE, "Germantown store", "A"),
        _point("stop", DROP, "Drop-off in 37206", "B"),
        _point("driver", Point(36.157 + 0.02 * drift, -86.778 - 0.011 * drift), "Ann", "AL"),
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def look_streets(request: HttpRequest) -> JsonResponse:
    """Made-up streets for the style page's map."""
    if not settings.DEBUG:
        raise Http404
    return JsonResponse({"type": "FeatureCollection", "features": [_line("street", street) for street in STREETS]})


def _line(kind: str, points: list[Point]) -> dict[str, Any]:
    places = [[p.lng, p.lat] for p in points]
    return {"type": "Feature", "properties": {"kind": kind}, "geometry": {"type": "LineString", "coordinates": places}}


def _point(kind: str, at: Point, label: str, letter: str) -> dict[str, Any]:
    words = {"kind": kind, "id": label, "label": label, "letter": letter}
    return {"type": "Feature", "properties": words, "geometry": {"type": "Point", "coordinates": [at.lng, at.lat]}}


urlpatterns = [
    path("", look, name="look"),
    path("map.json", look_map, name="look_map"),
    path("streets.json", look_streets, name="look_streets"),
]
