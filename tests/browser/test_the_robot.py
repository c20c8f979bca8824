"""The robot itself can fail: every fault that was put into a tiny house is told, and a sound page has none."""

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from tests.browser.robot import cover
from tests.browser.robot.crawl import Crawl
from tests.browser.robot.press import Press
from tests.browser.robot.told import Told
from tests.browser.robot.watch import Watch
from tests.browser.robot.words import english
from tests.browser.shop_journey import chrome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("the-robot")]

SEEDED = {
    "a page that breaks": "GET /broken/ answers 500 (ZeroDivisionError",
    "a link that leads nowhere": "GET /gone/ answers 404",
    "a place that is not on the page": "#nowhere is no place on the page",
    "a console error": "console: a console error",
    "a refused style": "Content Security Policy",
    "an error in JavaScript": "uncaught in JavaScript: a thrown error",
    "a live part that breaks": "pressed | GET /part/ answers 500",
    "a request that never answers": "/slow/ never answers",
    "a framework's sentence": "says “The limit has to be set. Select a valid choice.",
    "a toast": "toast: Something broke on our side",
    "a control under the tab bar": "<button> Claim is under <nav> Tabs",
    "a control beside the screen": "<a> Beside is beside the screen",
    "a menu that runs off the screen": "<a> Deep down is off the screen",
    "a menu longer than its panel": "<a> Spilled spills out of its panel",
    "a page wider than the phone": "px wide on a screen of 390",
    "a form refused by its page": "refuses its own values: We could not find that place.",
    "a form refused by the browser": "refuses its own values: step=7",
}


@pytest.fixture
def walked(live_server: LiveServer, settings: LazySettings) -> tuple[Told, Watch]:
    settings.ROOT_URLCONF = "tests.browser.robot.faulty"
    watch, told = Watch(live_server.url, patience_ms=2_000), Told("somebody")
    with chrome() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844})
        watch.attach(context)
        Press(Crawl(context, watch, told, ("house_",)), restore=lambda: None).run([f"{live_server.url}/"])
        watch.detach()
    return told, watch


def test_every_seeded_fault_is_told_and_a_sound_page_has_none(walked: tuple[Told, Watch]) -> None:
    told, watch = walked
    everything = "\n".join(told.lines)

    assert [fault for fault, words in SEEDED.items() if words not in everything] == [], everything
    assert [line for line in told.lines if "| house_sound |" in line] == []
    assert ("POST", "house_takes") in watch.reached


def test_an_address_that_was_never_reached_and_a_part_that_was_never_asked_for_are_told() -> None:
    assert "GET shop:search was never reached" in cover.missed("visitor", set())
    assert "ops/board.html#board was never asked for" in cover.unasked("operations", set())


def test_english_on_a_spanish_page_is_told_and_names_are_not() -> None:
    said = ["Tu pedido va en camino", "The bags are in your car", "Bag of apples on the tree", "PDF"]

    assert english(said, ["Bag of apples on the tree"]) == ["in Spanish it says “The bags are in your car”"]
