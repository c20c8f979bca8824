"""Addresses of offers and runs, of a shopper's order page, of operations, and of the API."""

from django.urls import URLPattern, path

from dispatch.api import driver
from dispatch.views import fairness as fairness_views
from dispatch.views import ops as ops_views
from dispatch.views import ops_levers as lever_views
from dispatch.views import order_page, streets
from dispatch.views import portal as portal_pages
from dispatch.views import run as run_pages

portal: list[URLPattern] = [
    path("", portal_pages.home, name="home"),
    path("offers/<uuid:offer_id>/", portal_pages.offer, name="offer"),
    path("offers/<uuid:offer_id>/claim/", portal_pages.claim, name="claim"),
    path("offers/<uuid:offer_id>/decline/", portal_pages.decline, name="decline"),
    path("run/", run_pages.run, name="run"),
    path("run/<uuid:run_id>/steps/", run_pages.step, name="step"),
    path("proofs/<uuid:proof_id>/", run_pages.proof, name="proof"),
]
track: list[URLPattern] = [
    path("<uuid:order_id>/", order_page.order, name="order"),
    path("<uuid:order_id>/part/", order_page.part, name="part"),
    path("<uuid:order_id>/live/", order_page.live, name="live"),
    path("<uuid:order_id>/map/", order_page.map_data, name="map"),
    path("<uuid:order_id>/cancel/", order_page.cancel, name="cancel"),
    path("<uuid:order_id>/tip/", order_page.tip, name="tip"),
    path("<uuid:order_id>/pin/", order_page.pin, name="pin"),
    path("<uuid:order_id>/photo/", order_page.photo, name="photo"),
    path("<uuid:order_id>/substitutes/<uuid:substitution_id>/", order_page.answer, name="substitute"),
]
ops: list[URLPattern] = [
    path("", ops_views.board, name="board"),
    path("markets/<slug:code>/board/", ops_views.board_part, name="board_part"),
    path("markets/<slug:code>/map.geojson", ops_views.map_data, name="map"),
    path("markets/<slug:code>/pause/", ops_views.pause_of_market, name="pause_market"),
    path("stores/<uuid:public_id>/pause/", ops_views.pause_of_store, name="pause_store"),
    path("deliveries/<uuid:public_id>/", ops_views.delivery, name="delivery"),
    path("deliveries/<uuid:public_id>/assign/", ops_views.assign, name="assign"),
    path("deliveries/<uuid:public_id>/raise/", lever_views.raise_the_pay, name="raise"),
    path("deliveries/<uuid:public_id>/van/", lever_views.by_van, name="van"),
    path("deliveries/<uuid:public_id>/cancel/", lever_views.cancel, name="cancel"),
    path("deliveries/<uuid:public_id>/release/", ops_views.release, name="release"),
    path("alarms/", ops_views.alarms, name="alarms"),
    path("alarms/<uuid:public_id>/resolve/", ops_views.resolve, name="resolve"),
    path("places/", ops_views.places, name="places"),
    path("fairness/", fairness_views.fairness, name="fairness"),
]
api: list[URLPattern] = [
    path("me/run/", driver.MyRunView.as_view(), name="my_run"),
    path("offers/<uuid:offer_id>/claim/", driver.ClaimView.as_view(), name="claim"),
    path("offers/<uuid:offer_id>/decline/", driver.DeclineView.as_view(), name="decline"),
    path("runs/<uuid:run_id>/commands/", driver.CommandView.as_view(), name="commands"),
    path("runs/<uuid:run_id>/position/", driver.PositionView.as_view(), name="position"),
    path("markets/<slug:code>/streets.geojson", streets.streets, name="streets"),
]
