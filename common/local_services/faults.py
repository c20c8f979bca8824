"""What can go wrong with the services we start ourselves, told in one plain line."""

import errno
from pathlib import Path

# What a server or the system says, and what a person should read instead.
PLAIN_WORDS = (
    ("no space left on device", "the disk is full: free some space and try again"),
    ("permission denied", "no permission to use its folder: check who owns it, or set HOMEWARD_LOCAL_DIR"),
    (
        "read-only file system",
        "its folder is on a read-only disk: set HOMEWARD_LOCAL_DIR to a folder that can be written",
    ),
    ("address already in use", "its port is taken by another program"),
    ("cannot allocate memory", "the machine is out of memory"),
    ("could not map anonymous shared memory", "the machine is out of memory"),
    ("no such file or directory: 'ps'", "the program ps is missing"),
    ("glibc", "this system's C library is too old for the bundled binaries: set DATABASE_URL and REDIS_URL instead"),
)


class ServiceFault(RuntimeError):
    """A service cannot be started, reached or stopped; the message is one line for a person."""


def plainly(service: str, detail: str) -> ServiceFault:
    """Turn what a server or the system said into a fault with one plain line."""
    said = detail.lower()
    for words, meaning in PLAIN_WORDS:
        if words in said:
            return ServiceFault(f"{service} cannot run: {meaning}.")
    return ServiceFault(f"{service} cannot run: {_last_telling_line(detail)}")


def disk_fault(error: OSError, folder: Path) -> ServiceFault:
    """Say what an operating-system error on our own folder means."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return ServiceFault(
            f"No permission to write in {folder}: it belongs to another user. "
            "Remove it, or set HOMEWARD_LOCAL_DIR to a folder of your own."
        )
    if error.errno == errno.ENOSPC:
        return ServiceFault(f"The disk that holds {folder} is full: free some space and try again.")
    if error.errno == errno.EROFS:
        return ServiceFault(f"{folder} is on a read-only disk: set HOMEWARD_LOCAL_DIR to a folder that can be written.")
    return ServiceFault(f"{folder} cannot be used: {error.strerror or error}.")


def _last_telling_line(detail: str) -> str:
    lines = [line.strip() for line in detail.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (telling or lines or ["it gave no reason"])[-1]
