"""What a person is told about variables, services and commands is true."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from common.local_services.faults import plainly
from common.local_services.place import PROJECT

READ = re.compile(r"""(?:env\.\w+\(\s*|environ\.get\(|environ\[)"([A-Z_]+)\"""")
READERS = ("config", "common", "scripts", "tests/chromium.py")
OUR_OWN = {"DJANGO_SETTINGS_MODULE", "HOMEWARD_AS_OWNER"}  # set by the programs themselves


def variables_read() -> set[str]:
    files = [
        path
        for each in READERS
        for path in ([PROJECT / each] if each.endswith(".py") else (PROJECT / each).rglob("*.py"))
    ]
    return {name for path in files for name in READ.findall(path.read_text())} - OUR_OWN


def variables_documented() -> set[str]:
    lines = (PROJECT / ".env.example").read_text().splitlines()
    return {match[1] for line in lines if (match := re.match(r"#?([A-Z_]+)=", line))}


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    without = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    }
    return subprocess.run(
        [sys.executable, PROJECT / "manage.py", *words],
        cwd="/",
        env={**without, "HOMEWARD_LOCAL_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_variable_that_is_read_is_documented() -> None:
    of_a_request = {"REQUEST_METHOD", "PATH_INFO"}  # what a web server tells, not what an operator sets

    assert variables_read() - of_a_request <= variables_documented()


def test_doctor_explains_when_nothing_runs(tmp_path: Path) -> None:
    answer = manage(tmp_path, "doctor", "--json")

    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout)
    states = {check["name"]: check["state"] for check in report["checks"]}
    details = {check["name"]: check["detail"] for check in report["checks"]}
    assert not report["ok"]
    assert states["database"] == states["redis"] == states["worker"] == "problem"
    assert "`make demo`" in details["services"]
    assert not any("\n" in detail for detail in details.values())


def test_doctor_can_be_strict(tmp_path: Path) -> None:
    assert manage(tmp_path, "doctor", "--strict").returncode == 1


def test_a_command_that_cannot_have_its_services_says_so_in_plain_words(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("in the way")

    answer = manage(folder, "migrate")

    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "doctor" in answer.stderr


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("could not write: No space left on device", "PostgreSQL cannot run: the disk is full"),
        ("FATAL: could not open file: Permission denied", "PostgreSQL cannot run: no permission to use its folder"),
        ("LOG: could not bind IPv4 address: Address already in use", "PostgreSQL cannot run: its port is taken"),
        ("HINT: x\nFATAL:  data directory is odd\nLOG: bye", "PostgreSQL cannot run: FATAL:  data directory is odd"),
        ("", "PostgreSQL cannot run: it gave no reason"),
    ],
)
def test_what_a_server_says_becomes_one_plain_line(said: str, understood: str) -> None:
    line = str(plainly("PostgreSQL", said))

    assert line.startswith(understood)
    assert "\n" not in line
