"""What the tests of photos share: the event loop and one S3 server for all of them."""

from collections.abc import Iterator

import pytest

from tests.photos.seaweed import Seaweed, running_seaweed


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with running_seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server
