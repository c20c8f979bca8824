"""Pages of the store desk that know drivers; they hang under the admin site."""

from django.urls import URLPattern, path

from dispatch.views.staff import arrivals, queue, vans

staff: list[URLPattern] = [
    path("desk/queue/", queue.queue, name="queue"),
    path("desk/arrivals/", arrivals.arrivals, name="arrivals"),
    path("desk/stops/<uuid:stop_id>/hand-over/", arrivals.hand_over, name="hand_over"),
    path("desk/stops/<uuid:stop_id>/take-back/", arrivals.take_back, name="take_back"),
    path("desk/vans/", vans.vans, name="vans"),
    path("desk/vans/<uuid:van_id>/out/", vans.out, name="van_out"),
    path("desk/vans/<uuid:van_id>/back/", vans.back, name="van_back"),
]
