"""Photos as proof: what is stored is never what was sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from common.errors import Busy
from dispatch.actions.run_steps.refusals import BadPhoto

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000  # a 20 KB file can unfold to hundreds of megabytes; phones take 12 to 24 million, as JPEG
MAX_PIXELS_UNFOLDED = 16_000_000  # of PNG and WebP, which cannot be read at half size: a screen has 4 million
LONGEST_SIDE = 1_600
SHORTEST_SIDE = 100  # no phone takes a photo as small
LEAST_RANGE = 12  # of 256 shades between the darkest and the brightest part: below, nothing can be seen
GLANCE = (24, 24)
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError)
IN_WORK = threading.BoundedSemaphore(1)  # in each process: one large picture takes a hundred megabytes
WAITING = threading.BoundedSemaphore(4)  # each holds up to 10 MB meanwhile
LONGEST_WAIT = 10.0  # seconds; a picture takes half of one


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture drawn anew by us: JPEG bytes without any data of the camera, under a name of our making."""

    name: str
    data: bytes

    def file(self) -> ContentFile[bytes]:
        """The picture as a file to store."""
        return ContentFile(self.data, name=self.name)


def read_photo(sent: bytes) -> Photo:
    """Draw a sent picture anew: upright, at most 1,600 pixels a side, without the place and the camera it came with.

    Memory stays bounded, whatever is sent at once: the size is read from the header and refused before a pixel is
    unpacked, and one picture at a time is unpacked in each process.

    Raises:
        BadPhoto: not a JPEG, PNG or WebP, broken, larger than 10 MB, 25 million pixels or, but for a JPEG, 16 million,
            or nothing to be seen on it.
        Busy: too many pictures wait already; nothing was done.
    """
    if len(sent) > MAX_BYTES:
        raise BadPhoto
    with _turn():
        return _drawn(sent)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for the picture before; a few may wait, and not for long.

    Raises:
        Busy: too many wait, or the wait was too long.
    """
    if not WAITING.acquire(blocking=False):
        raise Busy
    try:
        if not IN_WORK.acquire(timeout=LONGEST_WAIT):
            raise Busy
        try:
            yield
        finally:
            IN_WORK.release()
    finally:
        WAITING.release()


def _drawn(sent: bytes) -> Photo:
    """Draw it. Small first: turning and converting would copy the large one."""
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as picture:
            most = MAX_PIXELS if picture.format == "JPEG" else MAX_PIXELS_UNFOLDED
            if picture.width * picture.height > most:
                raise BadPhoto
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
    except BROKEN as trouble:
        raise BadPhoto from trouble
    check_shows_something(drawn)
    drawn.info.clear()
    out = BytesIO()
    drawn.save(out, format="JPEG", quality=82, optimize=True)
    return Photo(name=f"{uuid4()}.jpg", data=out.getvalue())


def check_shows_something(drawn: Image.Image) -> None:
    """Refuse a photo on which there is nothing: a few pixels, or one color all over."""
    if min(drawn.size) < SHORTEST_SIDE:
        raise BadPhoto("This photo is too small to show anything. Take it again with the camera.")
    shades = drawn.convert("L").resize(GLANCE, Image.Resampling.BOX).getextrema()
    darkest, brightest = float(shades[0]), float(shades[1])  # type: ignore[arg-type]  # one band has two numbers
    if brightest - darkest < LEAST_RANGE:
        raise BadPhoto("This photo shows nothing: it is one color all over. Take it again, with more light.")
