"""Static files as production serves them: hashed names, compressed, kept by browsers for ever."""

from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # it ships no types


class BuiltStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # for the same reason
    """Names files by their contents in a demo, too: Django does so only where DEBUG is off."""

    def url(self, name: str, force: bool = True) -> str:
        """The address of a file by its contents; `collectstatic` has run before."""
        address: str = super().url(name, force=True)
        return address

    def create_compressor(self, **kwargs: Any) -> Any:
        """Compress by gzip alone in a demo: Brotli at its best takes half a minute, and nobody downloads from there."""
        return super().create_compressor(**{"use_brotli": not settings.DEBUG, **kwargs})
