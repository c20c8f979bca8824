"""Signed webhooks: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, Stripe's scheme for both gateways.

Own code rather than the vendor's helper because that reads the clock itself.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from providers.payments.base import BadSignature

TOLERANCE_SECONDS = 300


def sign(body: bytes, secret: str, at: int) -> str:
    """Signature header of a body sent at a moment in unix seconds."""
    return f"t={at},v1={_digest(body, secret, str(at))}"


def check(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Accept a body signed with one of the secrets within 300 s of now.

    Several secrets are accepted while one is being replaced by another.

    Raises:
        BadSignature: anything else.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    digests = [value for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not (stamps[0].isascii() and stamps[0].isdigit()) or len(stamps[0]) > 12:
        raise BadSignature("The signature has no time.")
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE_SECONDS:
        raise BadSignature("The signature is too old, or from the future.")
    wanted = [_digest(body, secret, stamps[0]) for secret in secrets if secret]
    if not any(hmac.compare_digest(want.encode(), got.encode()) for want in wanted for got in digests):
        raise BadSignature("The signature does not match.")


def _digest(body: bytes, secret: str, stamp: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, sha256).hexdigest()
