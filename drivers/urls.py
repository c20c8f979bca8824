"""The portal's addresses about a driver's own trips, blocks and limits."""

from django.urls import URLPattern, path

from drivers.views import blocks, me, online, places, trips

portal: list[URLPattern] = [
    path("trips/", trips.trips, name="trips"),
    path("trips/new/", trips.new_trip, name="trip_new"),
    path("trips/<uuid:trip_id>/", trips.edit_trip, name="trip"),
    path("trips/<uuid:trip_id>/more/", trips.more, name="trip_more"),
    path("trips/<uuid:trip_id>/cancel/", trips.drop_trip, name="trip_cancel"),
    path("trips/repeating/<uuid:recurring_id>/stop/", trips.stop_repeating, name="trip_stop"),
    path("places/", places.suggestions, name="place_suggestions"),
    path("places/saved/", places.saved, name="places"),
    path("places/saved/<uuid:place_id>/forget/", places.forget, name="place_forget"),
    path("online/", online.online, name="online"),
    path("offline/", online.offline, name="offline"),
    path("blocks/", blocks.blocks, name="blocks"),
    path("blocks/<uuid:block_id>/book/", blocks.book, name="block_book"),
    path("blocks/booked/<uuid:booking_id>/", blocks.booking, name="booking"),
    path("blocks/booked/<uuid:booking_id>/check-in/", blocks.start, name="booking_check_in"),
    path("blocks/booked/<uuid:booking_id>/release/", blocks.release, name="booking_release"),
    path("blocks/booked/<uuid:booking_id>/leave/", blocks.leave, name="booking_leave"),
    path("limits/", me.limits, name="limits"),
    path("me/", me.me, name="me"),
    path("worker.js", me.worker, name="worker"),
]
