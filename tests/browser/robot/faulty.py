"""A tiny house with one of each fault in it, and one sound page: what the robot is tried on."""

import time

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from config.own_pages import favicon

HEAD = '<!doctype html><html lang="en"><head><title>House</title><link rel="stylesheet" href="/house.css">'
STYLE = """
.bar { position: fixed; bottom: 0; left: 0; right: 0; height: 30vh; background: #fff; }
.low { position: fixed; bottom: 5vh; left: 1rem; }
.aside { position: fixed; left: 2000px; width: 90px; }
.wide { width: 1400px; }
.box { position: fixed; top: 0; right: 0; width: 80px; height: 60vh; overflow: hidden; }
.menu { height: 20px; }
.deep { display: block; margin-top: 120vh; }
"""
SCRIPT = """
console.error("a console error");
document.getElementById("throws").addEventListener("click", () => { throw new Error("a thrown error"); });
document.getElementById("toasts").hidden = false;
document.getElementById("part").addEventListener("click", () => fetch("/part/"));
document.getElementById("slow").addEventListener("click", () => fetch("/slow/"));
"""
BODY = """
<p>The limit has to be set. Select a valid choice. That is not one.</p>
<p class="wide">A line too wide.</p>
<p style="color: red">Styled where the policy forbids it.</p>
<a href="/broken/">A page that breaks</a> <a href="/gone/">A page that is gone</a>
<a href="#nowhere">A place that is not</a>
<button class="low" type="button">Claim</button>
<nav class="bar">Tabs</nav>
<a class="aside" href="/sound/">Beside</a>
<nav class="menu"><ul><li>One</li><li>Two</li>
<li><a href="/sound/">Spilled</a></li></ul></nav>
<div class="box"><a class="deep" href="/sound/">Deep down</a></div>
<button type="button" id="throws">Throw</button> <button type="button" id="part">Show part</button>
<button type="button" id="slow">Wait</button>
<form method="post" action="/refuses/">%(token)s<input name="place" value="Vanderbilt"><button>Declare</button></form>
<form method="post" action="/refuses/"><input name="step" type="number" min="0" value="7" step="5">
<button>Step</button></form>
<div id="toasts" hidden>Something broke on our side.</div>
<script type="module" src="/house.js"></script>
"""
SOUND = """
<p>Everything is as it should be.</p><a href="/">Back</a>
<form method="post" action="/takes/">%(token)s<input name="place" value="Vanderbilt" required>
<button>Send</button></form>
<details><summary>More</summary><p>And more.</p></details>
<select name="which"><option value="1">One</option><option value="2">Two</option></select>
"""


def page(request: HttpRequest, body: str, status: int = 200) -> HttpResponse:
    """Some HTML in the frame that every page has."""
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return HttpResponse(f"{HEAD}<body><main>{body % {'token': token}}</main></body></html>", status=status)


def faulty(request: HttpRequest) -> HttpResponse:
    """The page with the faults."""
    return page(request, BODY)


def sound(request: HttpRequest) -> HttpResponse:
    """The page without."""
    return page(request, SOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """A page with a fault of ours."""
    raise ZeroDivisionError("a seeded fault")


def slow(request: HttpRequest) -> HttpResponse:
    """What answers when nobody waits any more."""
    time.sleep(4)
    return HttpResponse("late")


def refuses(request: HttpRequest) -> HttpResponse:
    """A form that refuses what it was itself filled with."""
    return page(request, '<p role="alert">We could not find that place.</p>', status=400)


def takes(request: HttpRequest) -> HttpResponse:
    """A form that takes what it gets."""
    return page(request, "<p>Thank you.</p>")


def style(request: HttpRequest) -> HttpResponse:
    """What lays one thing over another."""
    return HttpResponse(STYLE, content_type="text/css")


def script(request: HttpRequest) -> HttpResponse:
    """What goes wrong in the browser."""
    return HttpResponse(SCRIPT, content_type="text/javascript")


urlpatterns = [
    path("", faulty, name="house_faulty"),
    path("sound/", sound, name="house_sound"),
    path("broken/", broken, name="house_broken"),
    path("slow/", slow, name="house_slow"),
    path("part/", broken, name="house_part"),
    path("refuses/", refuses, name="house_refuses"),
    path("takes/", takes, name="house_takes"),
    path("house.css", style, name="house_style"),
    path("house.js", script, name="house_script"),
    path("favicon.ico", favicon, name="favicon"),
    path("healthz", takes, name="house_health"),
]
