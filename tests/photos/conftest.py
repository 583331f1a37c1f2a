"""What the tests of photos share: the event loop, one S3 server for all of them, and where photos go."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from photos.keeping import use_storage, use_storage_of_settings
from photos.storage import FolderStorage, S3Storage, Storage
from tests.photos.gate import Gate, gate_to
from tests.photos.seaweed import Seaweed, running_seaweed


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with running_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@pytest.fixture
def bucket(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket with versions, which this process may write to."""
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    name = f"photos-{uuid4().hex[:12]}"
    seaweed.make_bucket(name)
    return name


@dataclass
class Keeping:
    """Where the shop's photos are for good, and where they wait."""

    storage: Storage
    waiting: Path
    gate: Gate | None = None

    def left_waiting(self) -> list[str]:
        """The files that are not in the storage yet."""
        return sorted(path.name for path in self.waiting.glob("*"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Keeping]:
    """Photos in a folder of this machine."""
    keeping = Keeping(FolderStorage(tmp_path / "photos"), tmp_path / "waiting")
    use_storage(keeping.storage, keeping.waiting)
    yield keeping
    use_storage_of_settings()


@pytest.fixture
def s3(seaweed: Seaweed, bucket: str, tmp_path: Path) -> Iterator[Keeping]:
    """Photos in a bucket, behind a gate that can be closed."""
    with gate_to(seaweed.endpoint_url) as gate:
        keeping = Keeping(S3Storage(bucket, gate.url), tmp_path / "waiting", gate)
        use_storage(keeping.storage, keeping.waiting)
        yield keeping
        use_storage_of_settings()


@pytest.fixture(params=["folder", "s3"])
def keeping(request: pytest.FixtureRequest) -> Keeping:
    """Each of them in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Keeping)
    return found
