"""Photos as proof: what is stored is never what was sent."""

from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from dispatch.actions.run_steps.refusals import BadPhoto

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000  # a 20 KB file can unfold to hundreds of megabytes; phones take 12 to 24 million
LONGEST_SIDE = 1_600
FORMATS = ("JPEG", "PNG", "WEBP")
BROKEN = (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError)


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

    Memory stays bounded: the size is read from the header and refused before a pixel is unpacked.

    Raises:
        BadPhoto: not a JPEG, PNG or WebP, broken, larger than 10 MB or 25 million pixels.
    """
    if len(sent) > MAX_BYTES:
        raise BadPhoto
    try:
        with Image.open(BytesIO(sent), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadPhoto
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = upright.convert("RGB")
    except BROKEN as trouble:
        raise BadPhoto from trouble
    drawn.info.clear()
    out = BytesIO()
    drawn.save(out, format="JPEG", quality=82, optimize=True)
    return Photo(name=f"{uuid4()}.jpg", data=out.getvalue())
