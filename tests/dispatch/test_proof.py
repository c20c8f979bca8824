"""What is stored of a photo is never what was sent (R26)."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from dispatch.actions.proof import LONGEST_SIDE, MAX_BYTES, read_photo
from dispatch.actions.run_steps.refusals import BadPhoto
from tests.dispatch.walk import picture


def with_place() -> bytes:
    """A photo that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SPY CAMERA"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"
    return picture((400, 200), exif=exif.tobytes())


def bomb() -> bytes:
    """A small PNG that unfolds to 400 million pixels."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_as_a_jpeg_under_a_name_of_ours(form: str) -> None:
    sent = picture(form=form)

    kept = read_photo(sent)

    assert kept.data != sent
    assert kept.name.endswith(".jpg")
    assert Image.open(BytesIO(kept.data)).format == "JPEG"


def test_place_and_camera_are_dropped_and_the_photo_stands_upright() -> None:
    sent = with_place()

    kept = read_photo(sent)

    drawn = Image.open(BytesIO(kept.data))
    assert b"SPY CAMERA" in sent
    assert b"SPY" not in kept.data
    assert not drawn.getexif()
    assert drawn.size == (200, 400)


def test_a_large_photo_is_made_smaller() -> None:
    assert max(Image.open(BytesIO(read_photo(picture((4_000, 3_000))).data)).size) == LONGEST_SIDE


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.4 not a photo",
        b"GIF89a" + b"\0" * 100,
        picture()[:200],
        bomb(),
        b"\xff\xd8\xff" + b"\0" * MAX_BYTES,
    ],
    ids=["empty", "svg", "pdf", "gif", "cut short", "bomb", "too large"],
)
def test_what_is_no_photo_is_refused_plainly(sent: bytes) -> None:
    with pytest.raises(BadPhoto):
        read_photo(sent)


def test_what_hides_behind_a_photo_is_left_behind() -> None:
    polyglot = picture() + b"<script>alert(1)</script>PK\x03\x04"

    assert b"<script>" not in read_photo(polyglot).data
