"""What is stored of a photo is never what was sent (R26)."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image

from dispatch.actions.proof import LONGEST_SIDE, MAX_BYTES, read_photo
from dispatch.actions.run_steps.refusals import BadPhoto
from scripts.supervisor import PROJECT
from tests.dispatch.walk import picture

MANY_AT_ONCE = """
import os, resource, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from common.errors import Busy
from dispatch.actions.proof import read_photo
from tests.dispatch.test_proof import largest

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def one(sent):
    try:
        return len(read_photo(sent).data) > 0
    except Busy:
        return False

sent = largest(sys.argv[1])
before = peak()
with ThreadPoolExecutor(24) as pool:
    kept = sum(pool.map(one, [bytes(sent) for _ in range(48)]))
print(kept, peak() - before)
"""


def largest(form: str) -> bytes:
    """The largest picture that is still taken, in a few kilobytes."""
    if form == "PNG":  # made by hand: drawing it would take the memory that is to be measured
        head = struct.pack(">IIBBBBB", 4_000, 4_000, 8, 6, 0, 0, 0)
        dark, bright = b"\0" * (1 + 4_000 * 4), b"\0" + b"\xff" * (4_000 * 4)
        packer = zlib.compressobj()
        pixels = b"".join([*(packer.compress(dark if n < 2_000 else bright) for n in range(4_000)), packer.flush()])
        return png((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    out = BytesIO()
    drawn = Image.new("L", (5_000, 5_000))
    drawn.paste(255, (0, 0, 2_500, 5_000))
    drawn.save(out, form, progressive=True)
    return out.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of some chunks."""
    body = b"".join(struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


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
    return png((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b""))


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


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_however_many_photos_come_at_once_a_process_takes_less_than_300_megabytes(form: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", MANY_AT_ONCE, form], cwd=PROJECT, check=True, capture_output=True, text=True, timeout=300
    ).stdout.split()

    assert int(told[0]) >= 4
    assert int(told[1]) < 300
