"""The local PostgreSQL and Valkey by hand.

python scripts/services.py up            start them, keep them running, print their URLs
python scripts/services.py status        how they are
python scripts/services.py run -- psql   run a program with the URLs set
python scripts/services.py down          stop them
python scripts/services.py purge         stop them and delete their data, those of the tests too
"""

import argparse
import os
import shlex
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from common.local_services.faults import ServiceFault
from common.local_services.place import default_folder
from common.local_services.session import LocalServices, ensure, read_env_file


def main() -> int:
    """Do one thing with the local services; the exit code is 1 when they are not as wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["up", "down", "purge", "status", "run"])
    parser.add_argument("program", nargs=argparse.REMAINDER)
    words = parser.parse_args()
    read_env_file()
    try:
        return _do(words.verb, words.program)
    except ServiceFault as fault:
        print(fault, file=sys.stderr)
        return 1


def _do(verb: str, program: list[str]) -> int:
    local = LocalServices(folder=default_folder())
    if verb == "down":
        local.stop()
        print("Stopped.")
        return 0
    if verb == "purge":
        for folder in (default_folder() / "test", default_folder()):
            LocalServices(folder=folder).purge()
        print("Stopped and deleted.")
        return 0
    if verb == "status":
        states = local.status()
        for state in states:
            print(f"{state.name}: {'up' if state.is_up else 'down'}, {state.detail}")
        return 0 if all(state.is_up for state in states) else 1
    if verb == "run":
        return _run(program[1:] if program[:1] == ["--"] else program)
    services = local.start()
    local.keep()
    urls = {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
    }
    for name, url in urls.items():
        print(f"export {name}={shlex.quote(url)}")
    return 0


def _run(program: list[str]) -> int:
    """Become the program; it keeps our seat among the users, so the services stay as long as it lives."""
    if not program:
        print("Say which program to run: scripts/services.py run -- <program>", file=sys.stderr)
        return 2
    ensure(survives_exec=True)
    try:
        os.execvp(program[0], program)
    except FileNotFoundError:
        print(f"There is no program {program[0]}.", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main())
