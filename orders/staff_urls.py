"""Pages of the store desk that know orders; they hang under the admin site."""

from django.urls import URLPattern, path

from orders.views.staff import order, papers, pick, stage, start

staff: list[URLPattern] = [
    path("desk/orders/<uuid:order_id>/start/", start.start, name="pick_start"),
    path("desk/orders/<uuid:order_id>/pick/", pick.pick, name="pick"),
    path("desk/lines/<uuid:line_id>/pick/", pick.picked, name="pick_line"),
    path("desk/lines/<uuid:line_id>/short/", pick.short, name="short_line"),
    path("desk/lines/<uuid:line_id>/undo/", pick.undo, name="undo_line"),
    path("desk/lines/<uuid:line_id>/substitute/", pick.substitute, name="substitute"),
    path("desk/orders/<uuid:order_id>/", order.order, name="order"),
    path("desk/orders/<uuid:order_id>/cancel/", order.cancel, name="order_cancel"),
    path("desk/orders/<uuid:order_id>/stage/", stage.stage, name="stage"),
    path("desk/orders/<uuid:order_id>/labels.pdf", papers.labels, name="bag_labels"),
    path("desk/orders/<uuid:order_id>/pick-list.pdf", papers.pick_list, name="pick_list_pdf"),
    path("desk/orders/<uuid:order_id>/refund/", order.whole_refund, name="refund_order"),
    path("desk/orders/<uuid:order_id>/refund-fee/", order.fee_refund, name="refund_fee"),
    path("desk/lines/<uuid:line_id>/refund/", order.refund, name="refund_line"),
]
