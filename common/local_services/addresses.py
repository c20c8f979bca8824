"""Ports and passwords of the embedded servers, kept between starts in a file only we can read."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.local_services.faults import disk_fault
from common.local_services.processes import free_port

FILE = "services.json"


@dataclass(frozen=True, slots=True)
class Addresses:
    """How to reach the servers of one folder."""

    postgres_port: int
    valkey_port: int
    password: str

    @property
    def database_url(self) -> str:
        """The URL that Django and psycopg2 read."""
        return f"postgres://homeward:{self.password}@127.0.0.1:{self.postgres_port}/homeward"

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
