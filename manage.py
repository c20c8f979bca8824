#!/usr/bin/env python3
"""Django's command line; it starts the local PostgreSQL and Valkey when a command needs them."""

import os
import sys

# These read code and files only: they work where no service can run, such as in an image build.
WITHOUT_SERVICES = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "doctor",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "version",
    "--help",
    "--version",
    "-h",
}


# These change tables; all others run with the rights of the application, which cannot (DATABASE_OWNER_URL).
AS_OWNER = {"migrate", "sqlmigrate", "sqlflush", "flush", "grant_app_role"}


def main() -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from common.local_services.session import ensure, point_at, read_env_file
    except ImportError as error:
        print(f"Homeward's packages are not installed here ({error}): run `make env`.", file=sys.stderr)
        return 1
    from common.local_services.faults import ServiceFault

    read_env_file()
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        point_at() if command in WITHOUT_SERVICES else ensure()
    except ServiceFault as fault:
        print(f"{fault}\n`python manage.py doctor` tells more.", file=sys.stderr)
        return 1

    if command in AS_OWNER:
        os.environ["HOMEWARD_AS_OWNER"] = "on"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
