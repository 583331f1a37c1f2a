"""One shop at a time in a data folder: a lock that ends with the last process that holds it."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from workshop.errors import WorkshopError


@dataclass
class FolderClaim:
    """Our claim on a data folder. Parts started with `descriptor` keep it until they end too."""

    descriptor: int

    def release(self) -> None:
        """Give the folder up; it stays claimed while a part of ours still runs."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def claim_folder(folder: Path, purpose: str) -> FolderClaim | None:
    """Claim the folder for `purpose`; None when somebody else has it (see `holder_of`)."""
    make_folder(folder)
    descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()} {purpose}\n".encode(), 0)
    return FolderClaim(descriptor)


def holder_of(folder: Path) -> tuple[int, str] | None:
    """The process that claimed the folder and what for; None when that process has ended."""
    try:
        number, _, purpose = (folder / "run.lock").read_text().strip().partition(" ")
        os.kill(int(number), 0)
    except PermissionError:
        return int(number), purpose
    except (OSError, ValueError):
        return None
    return int(number), purpose


def make_folder(folder: Path) -> None:
    """Make the data folder; one that cannot be used is said in a sentence."""
    # Run as root, the database's account has to pass through; what lies inside stays closed.
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise WorkshopError(
            f"The data folder {folder} cannot be made ({error.strerror}). "
            "Set WORKSHOP_DATA_DIR to a folder that is yours."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WorkshopError(
            f"The data folder {folder} belongs to somebody else. Nothing was changed; run as its owner, "
            "or set WORKSHOP_DATA_DIR to a folder that is yours."
        )
