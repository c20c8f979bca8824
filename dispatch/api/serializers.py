"""What the API takes and gives."""

from typing import Any

from rest_framework import serializers

from common.api_fields import Choice, Degrees, Id, Moment, Passcode, Text, Tick, Upload, Whole
from dispatch.actions.commands import StepKind
from dispatch.actions.proof import MAX_BYTES


class DeclineIn(serializers.Serializer[Any]):
    """Why an offer is declined; may be empty and is never scored."""

    reason = Text(max_length=60, required=False, allow_blank=True, default="")


class CommandIn(serializers.Serializer[Any]):
    """One step of a run. Its key goes into the header `Idempotency-Key`."""

    kind = Choice(choices=StepKind.choices)
    stop = Id(required=False)
    lat = Degrees(required=False, min_value=-90, max_value=90)
    lng = Degrees(required=False, min_value=-180, max_value=180)
    code = Passcode(required=False)
    bags = Whole(required=False, min_value=0, max_value=99)
    reason = Text(required=False, max_length=30)
    why = Text(required=False, max_length=20, help_text="Why the phone does not show the driver at the stop.")
    age = Whole(required=False, min_value=0, help_text="Seconds from the position to the tap.")
    id_checked = Tick(required=False)
    photo = Upload(required=False, help_text="JPEG, PNG or WebP; send as multipart.")
    phone_at = Moment(required=False, help_text="The phone's clock; kept, never believed.")

    def validate_photo(self, photo: object) -> object:
        """Refuse what is too large before it is read."""
        if getattr(photo, "size", 0) > MAX_BYTES:
            raise serializers.ValidationError("A photo may have 10 MB at most.")
        return photo


class PositionIn(serializers.Serializer[Any]):
    """Where the phone is."""

    lat = Degrees(min_value=-90, max_value=90)
    lng = Degrees(min_value=-180, max_value=180)
    heading = Degrees(required=False, allow_null=True, min_value=0, max_value=360)


class AnswerOut(serializers.Serializer[Any]):
    """What became of a command: `done`, or the code of a refusal with its sentence."""

    code = Text()
    message = Text(allow_blank=True)


class TakenOut(serializers.Serializer[Any]):
    """Whether a position was taken; too frequent ones are not."""

    taken = Tick()


class OfferOut(serializers.Serializer[Any]):
    """What became of an offer."""

    offer = Id()
    status = Text()


class StepOut(serializers.Serializer[Any]):
    """One step to do; a door's address comes once its bags are in the car."""

    kind = Text()
    stop = Id(source="stop.public_id")
    place = Text()
    address = Text()
    lat = Degrees(source="stop.lat")
    lng = Degrees(source="stop.lng")
    eta_at = Moment()
    bay = Whole(source="stop.bay", allow_null=True)
    bags = Whole()
    order_number = Text(source="order.number")
    needs_code = Tick()
    needs_passcode = Tick()
    needs_photo = Tick()
    needs_id = Tick()


class RunOut(serializers.Serializer[Any]):
    """A run under way: its steps up to the next address that is still to be told."""

    run = Id(source="run.public_id")
    done = Whole()
    total = Whole()
    offered_cents = Whole()
    steps = StepOut(many=True)
