"""Ports and passwords of the embedded servers, kept between starts in a file only we can read."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.local_services.faults import disk_fault
from common.local_services.processes import free_port

FILE = "services.json"
OWNER_ROLE, APP_ROLE = "homeward", "homeward_app"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How to reach the servers of one folder."""

    postgres_port: int
    valkey_port: int
    password: str

    @property
    def app_password(self) -> str:
        """The password of the application's role: it follows from the owner's, and leads nowhere back to it."""
        return hashlib.sha256(f"{APP_ROLE} {self.password}".encode()).hexdigest()

    @property
    def database_url(self) -> str:
        """The URL that the application connects with: a role that owns nothing."""
        return f"postgres://{APP_ROLE}:{self.app_password}@127.0.0.1:{self.postgres_port}/homeward"

    @property
    def owner_url(self) -> str:
        """The URL that migrations connect with: the role that owns the tables."""
        return f"postgres://{OWNER_ROLE}:{self.password}@127.0.0.1:{self.postgres_port}/homeward"

    @property
    def redis_url(self) -> str:
        """The URL that Celery and redis-py read."""
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/0"


NOWHERE = Addresses(1, 1, "none")  # well-formed, and nothing answers there


def new_addresses() -> Addresses:
    """Choose free ports and a password for a folder that has none yet."""
    postgres_port = free_port()
    return Addresses(postgres_port, free_port(beside=[postgres_port]), secrets.token_urlsafe(24))


def read_addresses(folder: Path) -> Addresses | None:
    """The addresses a folder already has; none when the file is absent or was cut short."""
    try:
        kept = json.loads((folder / FILE).read_text())
        return Addresses(int(kept["postgres_port"]), int(kept["valkey_port"]), str(kept["password"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return None
    except OSError as error:
        raise disk_fault(error, folder) from error


def write_addresses(folder: Path, addresses: Addresses) -> None:
    """Keep the addresses, whole or not at all."""
    half = folder / f"{FILE}.part"
    text = json.dumps(
        {
            "postgres_port": addresses.postgres_port,
            "valkey_port": addresses.valkey_port,
            "password": addresses.password,
        }
    )
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        half.rename(folder / FILE)
    except OSError as error:
        raise disk_fault(error, folder) from error
