"""The shop's addresses."""

from django.urls import URLPattern, path

from orders.views import address_book, area, basket, browse, challenge, checkout, history, place, receipt, webhooks

shop: list[URLPattern] = [
    path("", browse.home, name="home"),
    path("area/", area.area, name="area"),
    path("places/", area.suggestions, name="place_suggestions"),
    path("search/", browse.search, name="search"),
    path("d/<slug:slug>/", browse.department, name="department"),
    path("i/<uuid:item_id>/", browse.item, name="item"),
    path("basket/", basket.basket, name="basket"),
    path("basket/put/", basket.put, name="put"),
    path("basket/wish/", basket.wish, name="wish"),
    path("basket/clear/", basket.clear, name="clear"),
    path("basket/undo/", basket.undo, name="undo"),
    path("times/", browse.times, name="times"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/address/", checkout.address, name="checkout_address"),
    path("checkout/window/", checkout.window, name="checkout_window"),
    path("checkout/notes/", checkout.notes, name="checkout_notes"),
    path("checkout/tip/", checkout.tip, name="checkout_tip"),
    path("checkout/place/", place.place, name="checkout_place"),
    path("checkout/resume/<uuid:payment_id>/", place.resume, name="checkout_resume"),
    path("pay/challenge/<str:challenge_id>/", challenge.challenge, name="challenge"),
    path("addresses/", address_book.address_book, name="addresses"),
    path("addresses/<uuid:address_id>/pin/", address_book.pin, name="address_pin"),
    path("addresses/<uuid:address_id>/forget/", address_book.forget, name="address_forget"),
    path("orders/", history.orders, name="orders"),
    path("orders/<uuid:order_id>/receipt/", receipt.receipt, name="receipt"),
    path("orders/<uuid:order_id>/receipt.pdf", receipt.receipt_pdf, name="receipt_pdf"),
    path("orders/<uuid:order_id>/again/", history.again, name="again"),
]
webhooks_in: list[URLPattern] = [path("payments/", webhooks.payments, name="payments")]
