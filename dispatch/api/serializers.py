"""What the API takes and gives."""

from typing import Any

from rest_framework import serializers

from dispatch.actions.commands import StepKind
from dispatch.actions.proof import MAX_BYTES


class DeclineIn(serializers.Serializer[Any]):
    """Why an offer is declined; may be empty and is never scored."""

    reason = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class CommandIn(serializers.Serializer[Any]):
    """One step of a run. Its key goes into the header `Idempotency-Key`."""

    kind = serializers.ChoiceField(choices=StepKind.choices)
    stop = serializers.UUIDField(required=False)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    code = serializers.RegexField(r"^[0-9]{4}$", required=False)
    bags = serializers.IntegerField(required=False, min_value=0, max_value=99)
    reason = serializers.CharField(required=False, max_length=30)
    why = serializers.CharField(
        required=False, max_length=20, help_text="Why the phone does not show the driver at the stop."
    )
    age = serializers.IntegerField(required=False, min_value=0, help_text="Seconds from the position to the tap.")
    id_checked = serializers.BooleanField(required=False)
    photo = serializers.FileField(required=False, help_text="JPEG, PNG or WebP; send as multipart.")
    phone_at = serializers.DateTimeField(required=False, help_text="The phone's clock; kept, never believed.")

    def validate_photo(self, photo: object) -> object:
        """Refuse what is too large before it is read."""
        if getattr(photo, "size", 0) > MAX_BYTES:
            raise serializers.ValidationError("A photo may have 10 MB at most.")
        return photo


class PositionIn(serializers.Serializer[Any]):
    """Where the phone is."""

    lat = serializers.FloatField(min_value=-90, max_value=90)
    lng = serializers.FloatField(min_value=-180, max_value=180)
    heading = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=360)


class AnswerOut(serializers.Serializer[Any]):
    """What became of a command: `done`, or the code of a refusal with its sentence."""

    code = serializers.CharField()
    message = serializers.CharField(allow_blank=True)


class TakenOut(serializers.Serializer[Any]):
    """Whether a position was taken; too frequent ones are not."""

    taken = serializers.BooleanField()


class OfferOut(serializers.Serializer[Any]):
    """What became of an offer."""

    offer = serializers.UUIDField()
    status = serializers.CharField()


class StepOut(serializers.Serializer[Any]):
    """One step to do; a door's address comes once its bags are in the car."""

    kind = serializers.CharField()
    stop = serializers.UUIDField(source="stop.public_id")
    place = serializers.CharField()
    address = serializers.CharField()
    lat = serializers.FloatField(source="stop.lat")
    lng = serializers.FloatField(source="stop.lng")
    eta_at = serializers.DateTimeField()
    bay = serializers.IntegerField(source="stop.bay", allow_null=True)
    bags = serializers.IntegerField()
    order_number = serializers.CharField(source="order.number")
    needs_code = serializers.BooleanField()
    needs_passcode = serializers.BooleanField()
    needs_photo = serializers.BooleanField()
    needs_id = serializers.BooleanField()


class RunOut(serializers.Serializer[Any]):
    """A run under way: its steps up to the next address that is still to be told."""

    run = serializers.UUIDField(source="run.public_id")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    offered_cents = serializers.IntegerField()
    steps = StepOut(many=True)
