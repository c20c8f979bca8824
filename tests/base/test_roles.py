"""R46: whatever runs connects as a role that owns nothing, in the tests, in the demo and in Compose."""

import os
import re
import subprocess
import sys
from typing import Any

import psycopg2
import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from common.local_services.place import PROJECT
from common.local_services.session import LocalServices
from tests.roles import app_parameters, as_owner

OWNED = """
SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)
    OR EXISTS (SELECT FROM pg_proc WHERE proowner = r.oid)
    OR EXISTS (SELECT FROM pg_database WHERE datdba = r.oid)
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)
FROM pg_roles r WHERE rolname = current_user
"""


def owns_something(**parameters: Any) -> bool:
    with psycopg2.connect(**parameters) as there, there.cursor() as cursor:
        cursor.execute(OWNED)
        row = cursor.fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.django_db
def test_tests_speak_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.APP_DATABASE["USER"],)

    assert not owns_something(**app_parameters())


@pytest.mark.django_db
def test_the_application_may_use_every_table_and_knows_every_sequence() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT'))"
        )
        assert cursor.fetchall() == [("django_migrations",)]
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'"
            " AND NOT CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE') END"
        )
        assert cursor.fetchall() == []


def test_a_release_makes_the_role_and_what_runs_after_it_owns_nothing(
    local: LocalServices, bare_environment: dict[str, str]
) -> None:
    services = local.start()
    with psycopg2.connect(services.owner_url) as there, there.cursor() as cursor:
        cursor.execute("DROP ROLE homeward_app")  # an installation of an older version
    named = {"DATABASE_URL": services.database_url, "DATABASE_OWNER_URL": services.owner_url}
    environment = bare_environment | named | {"REDIS_URL": services.redis_url, "HOMEWARD_ENV_FILE": ""}
    del environment["HOMEWARD_LOCAL_DIR"]

    for _ in range(2):
        subprocess.run([PROJECT / "scripts" / "run.sh", "release"], env=environment, check=True, timeout=300)

    assert not owns_something(dsn=services.database_url)
    del environment["DATABASE_OWNER_URL"]
    command = [
        sys.executable,
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from stores.models import Market; print(Market.objects.count())",
    ]
    told = subprocess.run(
        command, cwd=PROJECT, env=environment, check=True, capture_output=True, text=True, timeout=120
    )
    assert told.stdout.strip() == "0"


def test_compose_gives_the_owner_to_release_alone() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    ours = {name: each for name, each in services.items() if str(each.get("image")).startswith("homeward:")}

    assert set(ours) >= {"release", "web", "events", "dispatch", "worker", "beat"}
    for name, service in ours.items():
        environment = service["environment"]
        assert re.match(r"postgres://homeward_app:\$\{POSTGRES_APP_PASSWORD", environment["DATABASE_URL"]), name
        assert environment["POSTGRES_PASSWORD"] == "", "the file .env would bring it in"
        assert ("DATABASE_OWNER_URL" in environment) == (name == "release")


def test_the_demo_gives_the_owner_to_release_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from common.local_services.session import Services
    from scripts.demo import Ports, _environment

    monkeypatch.setitem(os.environ, "DATABASE_OWNER_URL", "postgres://homeward:secret@127.0.0.1/homeward")

    handed = _environment(Services("postgres://homeward_app@127.0.0.1/homeward", "redis://", "x"), Ports("h", 1, 2))

    assert "DATABASE_OWNER_URL" not in handed
    assert "secret" not in str({name: handed[name] for name in handed if "DATABASE" in name})


@pytest.mark.django_db
def test_a_superuser_is_never_made_the_application() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE careless SUPERUSER")
        with pytest.raises(CommandError, match="superuser"):
            call_command("grant_app_role", "careless")
