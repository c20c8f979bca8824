"""Two servers shared by every process of a checkout: started by the first, stopped by the last."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from common.local_services.addresses import read_addresses
from common.local_services.place import place_for
from common.local_services.session import LocalServices, Services, ServiceState, ensure
from tests.base.users import NOBODY, as_plain_user, leave, start_and_stop, urls_of, user, write_and_read

IS_ROOT = os.geteuid() == 0


def pids(folder: Path) -> tuple[int, int]:
    servers = place_for(folder).servers
    postgres = int((servers / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    return postgres, int((servers / "valkey" / "valkey.pid").read_text())


def is_up(folder: Path) -> list[bool]:
    return [state.is_up for state in LocalServices(folder=folder).status()]


def test_the_last_user_to_leave_stops_the_servers(folder: Path, bare_environment: dict[str, str]) -> None:
    first, second = user(bare_environment), user(bare_environment)
    assert urls_of(first) == urls_of(second)

    leave(first)
    after_first = is_up(folder)
    leave(second)

    assert after_first == [True, True]
    assert is_up(folder) == [False, False]


def test_started_twice_in_a_row_everything_is_still_there(folder: Path, local: LocalServices) -> None:
    before = local.start()
    rows = write_and_read(before)
    local.leave()
    between = is_up(folder)

    after = local.start()

    assert between == [False, False]
    assert after == before
    assert write_and_read(after) == rows + 1


def test_four_starts_at_once_make_one_server(folder: Path, bare_environment: dict[str, str]) -> None:
    everyone = [user(bare_environment) for _ in range(4)]

    answers = {tuple(urls_of(each)) for each in everyone}

    assert len(answers) == 1
    for each in everyone:
        leave(each)
    assert is_up(folder) == [False, False]


def test_a_killed_user_wedges_nothing(folder: Path, bare_environment: dict[str, str]) -> None:
    killed = user(bare_environment)
    urls = urls_of(killed)
    killed.kill()
    killed.communicate(timeout=30)

    heir = user(bare_environment)

    assert urls_of(heir) == urls
    leave(heir)
    assert is_up(folder) == [False, False]


def test_killed_servers_come_back_where_they_were_with_what_they_acknowledged(
    folder: Path, local: LocalServices
) -> None:
    before = local.start()
    rows = write_and_read(before)
    for pid in pids(folder):
        os.kill(pid, signal.SIGKILL)

    after = local.start()

    assert after == before
    assert write_and_read(after) == rows + 1


def test_kept_servers_outlive_their_users_until_they_are_stopped(folder: Path, local: LocalServices) -> None:
    local.start()
    local.keep()

    local.leave()
    kept = is_up(folder)
    local.stop()

    assert kept == [True, True]
    assert is_up(folder) == [False, False]


def test_taken_ports_are_replaced_and_said(
    folder: Path, local: LocalServices, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = local.start()
    local.leave()
    known = read_addresses(folder)
    assert known is not None

    with listening(known.postgres_port), listening(known.valkey_port):
        moved = local.start()

    assert moved.database_url != usual.database_url
    assert moved.redis_url != usual.redis_url
    assert write_and_read(moved) > 0
    said = capsys.readouterr().err
    assert f"PostgreSQL: port {known.postgres_port} is taken, using " in said
    assert f"Valkey: port {known.valkey_port} is taken, using " in said


def test_a_pid_file_whose_number_was_given_to_another_process_is_ignored(folder: Path, local: LocalServices) -> None:
    local.start()
    servers = place_for(folder).servers
    for pid in pids(folder):
        os.kill(pid, signal.SIGKILL)
    left_behind = (servers / "postgres" / "postmaster.pid").read_text().splitlines()
    (servers / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *left_behind[1:]]) + "\n")
    (servers / "valkey" / "valkey.pid").write_text(str(os.getpid()))

    services = local.start()

    assert write_and_read(services) > 0


def test_lost_passwords_are_replaced_and_the_data_stays(folder: Path, local: LocalServices) -> None:
    before = local.start()
    rows = write_and_read(before)
    local.leave()
    (folder / "services.json").unlink()

    after = local.start()

    assert after.database_url != before.database_url
    assert write_and_read(after) == rows + 1


def test_a_half_made_cluster_is_made_again() -> None:
    with open_folder() as folder:
        place = place_for(folder)
        place.make()
        half = place.servers / "postgres.part"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        place.give(half)

        outcome = start_and_stop(folder)

        assert outcome == "ran"
        assert not half.exists()


def test_named_servers_are_used_and_none_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://someone@elsewhere/shop")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    services = ensure(folder=folder)

    assert services == Services("postgres://someone@elsewhere/shop", "redis://elsewhere/0")
    assert is_up(folder) == [False, False]


def test_a_folder_that_may_not_be_written_is_told_in_one_line() -> None:
    with open_folder() as parent:
        parent.chmod(0o555)

        outcome = as_plain_user(parent / "inside") if IS_ROOT else start_and_stop(parent / "inside")

    assert outcome.startswith("No permission to write in ")
    assert "\n" not in outcome


def test_a_plain_user_needs_nothing_else() -> None:
    with open_folder() as folder:
        if IS_ROOT:
            os.chown(folder, NOBODY, NOBODY)

        outcome = as_plain_user(folder) if IS_ROOT else start_and_stop(folder)

    assert outcome == "ran"


def test_root_runs_them_as_nobody_even_below_a_closed_folder() -> None:
    """Only root can run this whole; for anyone else the same words must simply work in a closed folder."""
    with open_folder() as closed:
        closed.chmod(0o700)
        folder = closed / "local"

        outcome = start_and_stop(folder)
        servers = place_for(folder).servers

        assert outcome == "ran"
        assert servers.is_relative_to(closed) is not IS_ROOT
        assert servers.stat().st_uid == (NOBODY if IS_ROOT else os.geteuid())


def test_status_starts_nothing(tmp_path: Path) -> None:
    states = LocalServices(folder=tmp_path / "none").status()

    assert states == [
        ServiceState("PostgreSQL", False, "never started here"),
        ServiceState("Valkey", False, "never started here"),
    ]


def test_a_cut_short_address_file_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text('{"postgres_port": 2')

    assert read_addresses(tmp_path) is None


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that other users can pass through, gone afterwards with its servers."""
    folder = Path(tempfile.mkdtemp(prefix="homeward test ", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for inside in (folder, folder / "local"):  # before it is opened: what is closed decides where servers live
            LocalServices(folder=inside).purge()
        folder.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def listening(port: int) -> Iterator[None]:
    with closing(socket.create_server(("127.0.0.1", port))):
        yield
