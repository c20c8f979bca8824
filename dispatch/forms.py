"""What a driver's phone sends about a run, from a page or as JSON."""

import hashlib
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.fields.texts import Passcode, Text
from common.fields.values import Choice, Degrees, Id, Moment, Tick, Upload, Whole
from common.geo import Point
from dispatch.actions.commands import StepKind, StepOrder
from dispatch.actions.proof import MAX_BYTES, read_photo
from dispatch.actions.run_steps.refusals import BadPhoto


class StepForm(forms.Form):
    """One step of a run with the key that makes it once."""

    key = Id()
    kind = Choice(choices=StepKind.choices)
    stop = Id(required=False)
    lat = Degrees(required=False, min_value=-90, max_value=90)
    lng = Degrees(required=False, min_value=-180, max_value=180)
    code = Passcode(required=False)
    bags = Whole(required=False, min_value=0, max_value=99)
    reason = Text(required=False, max_length=30)
    why = Text(required=False, max_length=20)
    age = Whole(required=False, min_value=0)
    id_checked = Tick(required=False)
    photo = Upload(required=False)
    phone_at = Moment(required=False)

    def order(self) -> StepOrder:
        """The step that was asked for.

        Raises:
            BadPhoto: the file is not a photo we can keep.
        """
        told = self.cleaned_data
        photo: UploadedFile[bytes] | None = told["photo"]
        sent = read_sent(photo) if photo else b""
        return StepOrder(
            kind=StepKind(told["kind"]),
            stop=told["stop"],
            lat=told["lat"],
            lng=told["lng"],
            code=told["code"],
            bags=told["bags"] or 0,
            reason=told["reason"],
            why=told["why"],
            age=told["age"],
            id_checked=told["id_checked"],
            photo=read_photo(sent) if photo else None,
            photo_sha256=hashlib.sha256(sent).hexdigest() if photo else "",
            phone_at=told["phone_at"],
        )

    def sentence(self) -> str:
        """The first complaint about what was sent."""
        complaints: list[Any] = [message for messages in self.errors.values() for message in messages]
        return str(complaints[0]) if complaints else ""


class PinForm(forms.Form):
    """Where a shopper's door really is."""

    lat = Degrees(min_value=-90, max_value=90)
    lng = Degrees(min_value=-180, max_value=180)

    def point(self) -> Point:
        """The place that was told."""
        return Point(self.cleaned_data["lat"], self.cleaned_data["lng"])


def read_sent(photo: "UploadedFile[bytes]") -> bytes:
    """The bytes of an upload; one that is too large is refused unread."""
    if (photo.size or 0) > MAX_BYTES:
        raise BadPhoto
    return bytes(photo.read())
