"""A demo's keys are known to everybody, so a demo must not be reachable by everybody."""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

DEMO_SECRET_KEY = "demo-only-key-not-for-real-use-000000000000000000000000"  # noqa: S105  # worth nothing by design
DEMO_SEAL_KEY = "ZGVtby1vbmx5LXNlYWwta2V5LW5vdC1mb3ItdXNlISE="
DEMO_HOSTS = ["localhost", ".localhost", "127.0.0.1", "[::1]", "0.0.0.0"]  # noqa: S104  # names, nothing is bound
PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")


def is_private(host: str) -> bool:
    """Whether only this machine or its own network can mean it: a loopback or private address, or a local name."""
    name = host.strip("[]").lower().rstrip(".")
    try:
        return ip_address(name).is_private
    except ValueError:
        return bool(name) and name != "*" and ("." not in name.lstrip(".") or name.endswith(PRIVATE_ENDINGS))


def exposures(
    *, debug: bool, secret_key: str, seal_keys: Sequence[str], base_url: str, allowed_hosts: Sequence[str]
) -> list[str]:
    """Say, one sentence each, what of a demo would be open to the world; nothing where it is kept at home."""
    public = sorted({host for host in [urlsplit(base_url).hostname or "", *allowed_hosts] if not is_private(host)})
    if not public:
        return []
    where = ", ".join(host or "an empty BASE_URL" for host in public)
    found = []
    if debug:
        found.append(f"DEBUG is on, and {where} is open to the world: set DEBUG=off.")
    if secret_key == DEMO_SECRET_KEY:
        found.append(f"SECRET_KEY is the demo's and {where} is open to the world: set your own.")
    if DEMO_SEAL_KEY in seal_keys:
        found.append(f"SEAL_KEYS holds the demo's and {where} is open to the world: set your own.")
    return found


def exposed_here() -> list[str]:
    """What of this installation is open to the world and must not be."""
    return exposures(
        debug=settings.DEBUG, secret_key=settings.SECRET_KEY, seal_keys=settings.SEAL_KEYS, base_url=settings.BASE_URL,
        allowed_hosts=settings.ALLOWED_HOSTS,
    )  # fmt: skip


@register(Tags.security)
def demo_stays_at_home(**_: object) -> list[Error]:
    """Stop every command of an installation that is a demo open to the world."""
    return [
        Error(sentence, hint="`.env.example` and docs/how-to/deploy.md say how.", id="homeward.E001")
        for sentence in exposed_here()
    ]


def refuse_exposed(**_: object) -> None:
    """Do not start a process of such an installation; says why in a line. Commands are stopped by the check above."""
    found = exposed_here()
    if found:
        raise SystemExit("Homeward does not start: " + " ".join(found))
