"""Which role of the database a test speaks as: the application's, save where tables are made, emptied or broken.

Connections of the tests are opened by the owner, who makes the test database, and then bound to the application's role:
whatever that role may not do fails in a test as it would in an installation. Processes that a test starts log in
as that role and could be nobody else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection

APP_ROLE: str = settings.APP_DATABASE["USER"]
BOUND = f" -c role={APP_ROLE}"


def be_the_owner() -> None:
    """Let connections opened from now on be the owner's."""
    connection.close()
    its = connection.settings_dict
    its.update({name: settings.OWNER_DATABASE[name] for name in ("USER", "PASSWORD")})
    its["OPTIONS"] = its["OPTIONS"] | {"options": str(its["OPTIONS"]["options"]).replace(BOUND, "")}


def be_the_app() -> None:
    """Give the application's role its rights in this database, and bind every connection to it."""
    if settings.OWNER_DATABASE["USER"] == APP_ROLE:
        raise RuntimeError("Tests need two roles: set DATABASE_OWNER_URL beside DATABASE_URL.")
    call_command("grant_app_role", APP_ROLE, stdout=StringIO())
    connection.close()
    its = connection.settings_dict
    its["OPTIONS"] = its["OPTIONS"] | {"options": str(its["OPTIONS"]["options"]) + BOUND}


@contextmanager
def as_owner() -> Iterator[None]:
    """Be the owner of the tables inside a block, in the transaction that is open if there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"SET ROLE {APP_ROLE}")


def app_url() -> str:
    """The database of this test as the application's processes name it."""
    app, its = settings.APP_DATABASE, connection.settings_dict
    return f"postgres://{app['USER']}:{quote(str(app['PASSWORD']))}@{its['HOST']}:{its['PORT']}/{its['NAME']}"


def app_parameters() -> dict[str, Any]:
    """The same for psycopg2."""
    app, its = settings.APP_DATABASE, connection.settings_dict
    place = {"host": its["HOST"], "port": its["PORT"], "dbname": its["NAME"]}
    return {"user": app["USER"], "password": app["PASSWORD"], **place}
