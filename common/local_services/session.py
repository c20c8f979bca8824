"""Start, share and stop the servers that Homeward brings along.

Every process that uses them holds a shared file lock for as long as it lives, so the system itself
keeps count: a killed user is forgotten at once, and whoever leaves last stops the servers. A second
lock lets one process at a time start or stop them.
"""

import atexit
import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import environ

from common.local_services import postgres, valkey
from common.local_services.addresses import (
    NOWHERE,
    Addresses,
    new_addresses,
    read_addresses,
    write_addresses,
)
from common.local_services.faults import ServiceFault, disk_fault
from common.local_services.place import PROJECT, Place, default_folder, place_for
from common.local_services.processes import free_port, is_free

TURN_SECONDS = 120.0  # longer than the slowest honest start
KEEP = "keep"  # while this file exists the last user leaves the servers running


@dataclass(frozen=True, slots=True)
class Services:
    """Where the database and Redis are."""

    database_url: str
    redis_url: str
    owner_url: str = ""  # of the tables; empty where the environment names the database and no owner


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How one service is, for people."""

    name: str
    is_up: bool
    detail: str


@dataclass(slots=True)
class LocalServices:
    """The servers of one folder, and whether this process counts as a user of them.

    `durable=False` trades safety against power loss for speed and is for tests only.
    """

    folder: Path
    durable: bool = True
    wants_postgres: bool = True
    wants_valkey: bool = True
    _seat: int | None = field(default=None, init=False)
    _pid: int = field(default=0, init=False)

    def start(self) -> Services:
        """Start what does not run, join its users, and say where it is; a second call does nothing more."""
        place = place_for(self.folder)
        place.make()
        with self._turn():
            self._take_seat()
            addresses = self._addresses(place)
            self._start_postgres(place, addresses)
            addresses = read_addresses(self.folder) or addresses
            self._start_valkey(place, addresses)
        return _services(read_addresses(self.folder) or addresses)

    def leave(self) -> None:
        """Stop being a user; the last one to leave stops the servers, unless they are kept."""
        if self._seat is None or self._pid != os.getpid():  # a forked child leaves its parent's seat alone
            return
        if not self.folder.exists():
            self._give_up_seat()
            return
        with self._turn():
            self._give_up_seat()
            if not (self.folder / KEEP).exists() and self._nobody_left():
                self._stop_servers()

    def stop(self) -> None:
        """Stop the servers, whoever uses them."""
        if not self.folder.exists():
            return
        with self._turn():
            self._give_up_seat()
            (self.folder / KEEP).unlink(missing_ok=True)
            self._stop_servers()

    def purge(self) -> None:
        """Stop the servers and delete their data for good."""
        self.stop()
        place_for(self.folder).delete()

    def hand_on(self) -> None:
        """Stay a user across `exec`, until the program that follows ends."""
        if self._seat is not None:
            os.set_inheritable(self._seat, True)

    def keep(self) -> None:
        """Leave the servers running when the last user goes, until `stop()`."""
        (self.folder / KEEP).touch()

    def status(self) -> list[ServiceState]:
        """How each server is, without starting anything."""
        addresses = read_addresses(self.folder)
        if addresses is None:
            return [ServiceState(name, False, "never started here") for name in (postgres.NAME, valkey.NAME)]
        return [
            _state(postgres.NAME, postgres.is_up(addresses), addresses.postgres_port),
            _state(valkey.NAME, valkey.is_up(addresses), addresses.valkey_port),
        ]

    def _addresses(self, place: Place) -> Addresses:
        known = read_addresses(self.folder)
        if known is not None:
            return known
        fresh = new_addresses()
        valkey.stop(place)
        postgres.set_password(place, fresh)
        write_addresses(self.folder, fresh)
        return fresh

    def _start_postgres(self, place: Place, addresses: Addresses) -> None:
        if not self.wants_postgres:
            return
        if postgres.is_up(addresses):
            if not postgres.lets_in_the_app(addresses):  # it was started before there was such a role
                postgres.prepare(addresses)
            return
        postgres.stop(place)  # one that runs but does not answer, or answers elsewhere
        port = _port_for(postgres.NAME, addresses.postgres_port, other=addresses.valkey_port)
        moved = Addresses(port, addresses.valkey_port, addresses.password)
        write_addresses(self.folder, moved)
        postgres.start(place, moved, durable=self.durable)

    def _start_valkey(self, place: Place, addresses: Addresses) -> None:
        if not self.wants_valkey or valkey.is_up(addresses):
            return
        valkey.stop(place)
        port = _port_for(valkey.NAME, addresses.valkey_port, other=addresses.postgres_port)
        moved = Addresses(addresses.postgres_port, port, addresses.password)
        write_addresses(self.folder, moved)
        valkey.start(place, moved)

    def _stop_servers(self) -> None:
        place = place_for(self.folder)
        valkey.stop(place)
        postgres.stop(place)

    def _take_seat(self) -> None:
        if self._seat is not None:
            return
        self._seat = _open(self.folder / "users.lock")
        self._pid = os.getpid()
        fcntl.flock(self._seat, fcntl.LOCK_SH)
        atexit.register(_quietly, self.leave)

    def _give_up_seat(self) -> None:
        if self._seat is not None:
            os.close(self._seat)  # not LOCK_UN: that would also unlock for children that share the seat
            self._seat = None

    def _nobody_left(self) -> bool:
        seat = _open(self.folder / "users.lock")
        try:
            fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(seat)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the right to start and stop; wait while another process has it."""
        turn = _open(self.folder / "turn.lock")
        deadline = time.monotonic() + TURN_SECONDS
        try:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                if time.monotonic() > deadline:
                    raise ServiceFault(f"Another process has been starting the services in {self.folder} for too long.")
                time.sleep(0.02)
            yield
        finally:
            os.close(turn)


def ensure(*, folder: Path | None = None, durable: bool = True, survives_exec: bool = False) -> Services:
    """Make the database and Redis available and put their URLs into the environment.

    What `DATABASE_URL` or `REDIS_URL` already name is used as it is. Call it before Django reads its settings.
    `survives_exec` leaves the place among the users to the program that this process becomes.

    Raises:
        ServiceFault: with one plain line, when a server cannot run.
    """
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not (database_url and redis_url):
        local = LocalServices(
            folder=folder or default_folder(),
            durable=durable,
            wants_postgres=not database_url,
            wants_valkey=not redis_url,
        )
        started = local.start()
        if survives_exec:
            local.hand_on()
        if not database_url:
            os.environ["DATABASE_OWNER_URL"] = started.owner_url
        database_url, redis_url = database_url or started.database_url, redis_url or started.redis_url
    return _into_environment(Services(database_url, redis_url, os.environ.get("DATABASE_OWNER_URL", "")))


def read_env_file() -> None:
    """Take what `.env` says for variables that the environment itself does not set."""
    path = os.environ.get("HOMEWARD_ENV_FILE", str(PROJECT / ".env"))
    if path and Path(path).is_file():
        environ.Env.read_env(path)


def point_at() -> Services:
    """Put the URLs into the environment without starting anything, for commands that work without services."""
    addresses = NOWHERE
    with suppress(ServiceFault):
        addresses = read_addresses(default_folder()) or NOWHERE
    there = _services(addresses)
    return _into_environment(
        Services(
            os.environ.get("DATABASE_URL") or there.database_url,
            os.environ.get("REDIS_URL") or there.redis_url,
            os.environ.get("DATABASE_OWNER_URL", ""),
        )
    )


def are_external() -> bool:
    """Whether the environment names servers that are not ours to start."""
    ours = _services(read_addresses(default_folder()) or NOWHERE)
    return os.environ.get("DATABASE_URL") not in (None, ours.database_url, NOWHERE.database_url)


def _into_environment(services: Services) -> Services:
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = services.database_url, services.redis_url
    return services


def _services(addresses: Addresses) -> Services:
    return Services(addresses.database_url, addresses.redis_url, addresses.owner_url)


def _state(name: str, is_up: bool, port: int) -> ServiceState:
    return ServiceState(name, is_up, f"127.0.0.1:{port}" if is_up else "not running")


def _port_for(name: str, usual: int, *, other: int) -> int:
    if is_free(usual):
        return usual
    port = free_port(beside=[other])
    print(f"{name}: port {usual} is taken, using {port}.", file=sys.stderr)
    return port


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise disk_fault(error, path.parent) from error


def _quietly(leave: Callable[[], None]) -> None:
    """Leave at exit without a traceback: the command itself has already said what it had to say."""
    try:
        leave()
    except ServiceFault as fault:
        print(fault, file=sys.stderr)
