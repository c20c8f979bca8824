"""Which proof a delivery asks for."""

from dispatch.models import Proof


def proofs_needed(age_limit: int, needs_passcode: bool) -> list[Proof.Kind]:
    """Which proofs a delivery needs: an ID check for age-restricted goods, its passcode, else a photo."""
    needed = [Proof.Kind.ID_CHECK] if age_limit else []
    needed += [Proof.Kind.PASSCODE] if needs_passcode else []
    return needed or [Proof.Kind.PHOTO]
