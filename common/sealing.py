"""Sealing what must not be readable at rest: bank numbers and files that hold them."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(ValueError):
    """What was sealed can no longer be read: its key is gone, or somebody changed it."""


def _box() -> MultiFernet:
    # The first key seals; every key opens, so that keys can be rotated.
    return MultiFernet([Fernet(key) for key in settings.SEAL_KEYS])


def seal(text: str) -> bytes:
    """Encrypt a text with the newest key (AES-128-CBC with HMAC, Fernet)."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt what `seal` made, with any key still known.

    Raises:
        SealBroken: no key known opens it.
    """
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise SealBroken from None
