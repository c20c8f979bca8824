"""The streets under every map: the same for everybody, kept by browsers for a day."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_GET

from common.geo import Point
from dispatch.access.ops import market_of
from dispatch.queries.base_map import streets_around

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Drawn:
    """Streets as they go over the wire."""

    packed: bytes
    etag: str


@lru_cache(maxsize=32)
def drawn_streets(centre: Point) -> Drawn:
    """Draw the streets of a market once a process."""
    roads = streets_around(centre, cache=Path(settings.LOCAL_DIR) / "streets", is_demo=settings.DEBUG)
    body = json.dumps(roads, separators=(",", ":")).encode()
    return Drawn(gzip.compress(body, mtime=0), f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def _etag(request: HttpRequest, code: str) -> str:
    return drawn_streets(market_of(code).point).etag


@require_GET
@condition(etag_func=_etag)
def streets(request: HttpRequest, code: str) -> HttpResponse:
    """The streets of a market as GeoJSON, public: they are the map, not what moves on it."""
    found = drawn_streets(market_of(code).point)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    body = found.packed if takes_gzip else gzip.decompress(found.packed)
    answer = HttpResponse(body, content_type="application/geo+json")
    if takes_gzip:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Cache-Control"] = f"public, max-age={DAY}, stale-while-revalidate={7 * DAY}"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer
