"""Steps of a run as a driver and a store make them, with a photo where one is asked for."""

from datetime import datetime
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from common.geo import Point
from dispatch.actions.proof import read_photo
from dispatch.actions.run_steps.doors import DropProof
from dispatch.actions.running import arrive, complete_drop, confirm_handover, load_delivery, return_delivery
from dispatch.models import Proof, Stop
from dispatch.queries.proofs import proofs_needed


def next_stop(run_id: int) -> Stop | None:
    """Where a run goes next, with its order at hand."""
    left = Stop.objects.filter(run=run_id, done_at__isnull=True, is_dropped=False)
    return left.select_related("delivery__order__store", "run__driver__user").order_by("position").first()


def arrive_at_stop(stop: Stop, *, now: datetime) -> None:
    """Tell that the driver is there, a few metres off the pin."""
    arrive(stop_id=stop.pk, lat=stop.lat + 0.0001, lng=stop.lng, now=now)


def do_stop(stop: Stop, staff_actor: str, *, now: datetime) -> None:
    """Do what is to be done at a stop: take the bags over, hand them over, or give them back."""
    order = stop.delivery.order
    if stop.kind == Stop.Kind.PICKUP:
        confirm_handover(stop_id=stop.pk, code=order.handover_code, bags=order.bag_count, by=staff_actor, now=now)
        load_delivery(stop_id=stop.pk, bags=order.bag_count, now=now)
    elif stop.kind == Stop.Kind.RETURN:
        return_delivery(stop_id=stop.pk, code=order.handover_code, by=staff_actor, now=now)
    else:
        complete_drop(stop_id=stop.pk, proof=proof_for(stop), now=now)


def proof_for(stop: Stop) -> DropProof:
    """What this door asks for."""
    order = stop.delivery.order
    needed = proofs_needed(order.age_limit, bool(order.passcode))
    return DropProof(
        passcode=order.passcode,
        photo=read_photo(_doorstep()) if Proof.Kind.PHOTO in needed else None,
        id_checked=Proof.Kind.ID_CHECK in needed,
        where=Point(stop.lat, stop.lng),
    )


@cache
def _doorstep() -> bytes:
    """A drawn picture of bags before a door."""
    picture = Image.new("RGB", (640, 480), "#cfd8cc")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 380, 640, 480), fill="#9aa58f")
    pen.rectangle((230, 60, 410, 380), fill="#3f5f4d", outline="#2b4537", width=6)
    pen.ellipse((380, 220, 396, 236), fill="#e8c15a")
    for left in (120, 190, 430):
        pen.rectangle((left, 310, left + 70, 410), fill="#b98a56", outline="#8d6538", width=4)
        pen.arc((left + 18, 285, left + 52, 335), 180, 360, fill="#8d6538", width=5)
    out = BytesIO()
    picture.save(out, format="JPEG", quality=70)
    return out.getvalue()
