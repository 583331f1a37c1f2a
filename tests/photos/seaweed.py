"""A real S3 server on this machine for tests: SeaweedFS, one process, gone at the end."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from types_boto3_s3 import S3Client

_PORTS = ("master", "volume", "filer", "s3")
_READY_SECONDS = 60
_TECHNICIAN = "technician"


@dataclass(frozen=True)
class Seaweed:
    """Where the server listens, and the keys of the product's account."""

    endpoint_url: str
    access_key: str = "shop"
    secret_key: str = "a secret of the tests"

    @property
    def environment(self) -> dict[str, str]:
        """AWS's own variables for this account."""
        return {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}

    @cached_property
    def technician(self) -> S3Client:
        """Whoever looks after the server: may make buckets and change files behind the product's back."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=_TECHNICIAN,
            aws_secret_access_key=_TECHNICIAN,
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )

    def make_bucket(self, name: str, versions: bool = True) -> None:
        """A new bucket, keeping old versions unless told not to."""
        client = self.technician
        client.create_bucket(Bucket=name)
        if versions:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


@contextmanager
def running_seaweed(folder: Path) -> Iterator[Seaweed]:
    """Start the server with its files in `folder`, wait until it answers, end it at the end."""
    ports = _free_ports(2 * len(_PORTS))
    seaweed = Seaweed(f"http://127.0.0.1:{ports[2 * _PORTS.index('s3')]}")
    with (folder / "seaweed.log").open("wb") as log:
        process = subprocess.Popen(
            _command(folder, ports, seaweed),
            stdout=log,
            stderr=log,
            # One volume a bucket: the usual seven would use up the server after a few tests.
            env={"HOME": str(folder), "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"},
        )
    try:
        _wait(process, seaweed, folder / "seaweed.log")
        yield seaweed
    finally:
        process.kill()
        process.wait()
        for port in ports:  # it puts these into /tmp whatever it is told
            for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):
                left.unlink()


def _command(folder: Path, ports: list[int], seaweed: Seaweed) -> list[str]:
    data, config = folder / "data", folder / "s3.json"
    data.mkdir()
    config.write_text(json.dumps(_accounts(seaweed)))
    listening = [
        option
        for name, http, grpc in zip(_PORTS, ports[::2], ports[1::2], strict=True)
        for option in (f"-{name}.port={http}", f"-{name}.port.grpc={grpc}")
    ]
    return [
        str(Path(sys.executable).with_name("weed")),
        "server",
        f"-dir={data}",
        "-s3",
        f"-s3.config={config}",
        "-s3.iam=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.localSocket={folder / 's3.sock'}",
        f"-filer.localSocket={folder / 'filer.sock'}",
        # Alone: with an election the volume server may come too early and wait five seconds.
        "-master.peers=none",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-volume.max=1000",
        "-master.volumeSizeLimitMB=64",
        "-master.volumePreallocate=false",
        "-master.telemetry=false",
        *listening,
    ]


def _accounts(seaweed: Seaweed) -> dict[str, object]:
    shop = {"accessKey": seaweed.access_key, "secretKey": seaweed.secret_key}
    technician = {"accessKey": _TECHNICIAN, "secretKey": _TECHNICIAN}
    return {
        "identities": [
            {"name": "shop", "credentials": [shop], "actions": ["Read", "Write", "List"]},
            {"name": "technician", "credentials": [technician], "actions": ["Admin"]},
        ]
    }


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _wait(process: "subprocess.Popen[bytes]", seaweed: Seaweed, log: Path) -> None:
    client, deadline = seaweed.technician, time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            client.create_bucket(Bucket="ready")
            client.put_object(Bucket="ready", Key="ready", Body=b"ready")
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("SeaweedFS did not start:\n" + log.read_text()[-4000:])
