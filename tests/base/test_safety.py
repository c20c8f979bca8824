"""A demo, whose keys everybody knows, does not start where everybody can reach it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from config.safety import DEMO_SEAL_KEY, DEMO_SECRET_KEY, exposures, is_private

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = "https://shop.example.com"


def found(*, debug: bool = True, secret: str = DEMO_SECRET_KEY, seals: Sequence[str] = (DEMO_SEAL_KEY,),
          base_url: str = PUBLIC, hosts: Sequence[str] = ()) -> list[str]:  # fmt: skip
    return exposures(debug=debug, secret_key=secret, seal_keys=seals, base_url=base_url, allowed_hosts=hosts)


@pytest.mark.parametrize(
    "host",
    ["localhost", "shop.localhost", ".localhost", "127.0.0.1", "[::1]", "0.0.0.0", "192.168.1.20", "10.0.0.4",
     "172.20.0.2", "fd00::1", "laptop", "laptop.local", "web.internal"],
)  # fmt: skip
def test_a_demo_may_run_on_this_machine_and_its_own_network(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["shop.example.com", ".example.com", "8.8.8.8", "*", "", "local.example.com"])
def test_whatever_else_is_open_to_the_world(host: str) -> None:
    assert not is_private(host)


def test_each_thing_that_is_the_demos_is_named() -> None:
    assert [line.split(" ")[0] for line in found()] == ["DEBUG", "SECRET_KEY", "SEAL_KEYS"]
    assert [line.split(" ")[0] for line in found(debug=False, secret="own")] == ["SEAL_KEYS"]
    assert found(debug=False, secret="own", seals=["new"]) == []
    assert found(base_url="http://localhost:8000") == []
    assert len(found(base_url="http://localhost:8000", hosts=["*"])) == 3


def started(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "SECRET_KEY", "SEAL_KEYS"}}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=known | env, capture_output=True, text=True, timeout=120, check=False
    )


def test_commands_and_the_web_process_say_why_they_do_not_start() -> None:
    command = started("manage.py", "check", BASE_URL=PUBLIC)
    web = started("-c", "import config.wsgi", BASE_URL=PUBLIC)

    assert command.returncode == 1
    assert "homeward.E001" in command.stderr
    assert web.returncode == 1
    assert web.stderr.strip().splitlines()[-1].startswith("Homeward does not start: DEBUG is on, and ")


def test_worker_and_beat_refuse_as_well() -> None:
    for signal in ("worker_init", "beat_init"):
        code = f"import django; django.setup(); from celery.signals import {signal} as s; s.send(sender=None)"
        told = started("-c", code, BASE_URL=PUBLIC, DJANGO_SETTINGS_MODULE="config.settings")

        assert "Homeward does not start" in told.stderr
