"""Photos in a bucket of AWS S3 or anything that speaks its protocol."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar, cast

import anyio
import boto3
from anyio import to_thread
from botocore.config import Config
from botocore.exceptions import ClientError

from photos.keys import PROBE, StorageDown, StoredKey, check_content, check_key, is_key, key_of
from photos.keys import missing as missing_file
from photos.s3_errors import code_of, said_plainly
from workshop.errors import WorkshopError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_FOLDER = "photos/"  # a bucket may hold other things, which the sweep must never see
_REFUSE_ME = "photos/wrong-checksum"  # not a key, so nothing ever reads it
_LONGEST_URL_SECONDS = 300
_CALLS_AT_ONCE = 8
_ABSENT = {"404", "NoSuchKey"}
_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")


class S3Storage:
    """Keeps each file at `photos/<key>`. Keys of the account come from AWS's own variables."""

    is_local = False

    def __init__(self, bucket: str, endpoint_url: str = "", checksums: str = "when_required") -> None:
        self._bucket = bucket
        self._endpoint_url = endpoint_url
        self._checksums = cast(Literal["when_required", "when_supported"], checksums)
        self._calls = anyio.CapacityLimiter(_CALLS_AT_ONCE)
        self._lock = Lock()
        self._made: S3Client | None = None

    async def put(self, data: bytes) -> str:
        """Store bytes, ask the server what it kept, and give their key."""
        key = key_of(data)
        await self._call(self._put, key, data)
        return key

    async def get(self, key: str) -> bytes:
        """The stored bytes. Raises NotFound, StoredFileChanged or StorageDown."""
        check_key(key)
        return check_content(key, await self._call(self._get, key))

    async def exists(self, key: str) -> bool:
        """Whether the file is there, by HEAD."""
        check_key(key)
        return await self._call(self._size, key) is not None

    async def url(self, key: str, seconds: int = _LONGEST_URL_SECONDS) -> str | None:
        """A signed address of the photo, good for `seconds` (300 at most)."""
        check_key(key)
        return await self._call(self._url, key, min(seconds, _LONGEST_URL_SECONDS))

    async def keys(self) -> AsyncIterator[StoredKey]:
        """Every stored file in the order of their keys, a page of the listing at a time."""
        after = ""
        while page := await self._call(self._page, after):
            for name, stored in page:
                if is_key(stored.key):
                    yield stored
                after = name

    async def delete(self, key: str) -> None:
        """Remove a file that no record mentions; a bucket with versions still remembers it."""
        check_key(key)
        await self._call(self._delete, key)

    async def probe(self) -> list[str]:
        """What is missing for photos to be safe in the bucket, in sentences."""
        try:
            await self._call(self._find_bucket)
            found = [await self._call(self._versions_missing)]
            key = await self.put(PROBE)
            await self.get(key)
            found.append(await self._call(self._checksum_ignored))
        except WorkshopError as wrong:
            return [wrong.message]
        return [sentence for sentence in found if sentence]

    async def _call(
        self,
        function: Callable[_Asked, _Given],
        *args: _Asked.args,
        **kwargs: _Asked.kwargs,
    ) -> _Given:
        def call() -> _Given:
            with said_plainly(self._bucket):
                return function(*args, **kwargs)

        return await to_thread.run_sync(call, limiter=self._calls)

    @property
    def _client(self) -> "S3Client":
        # Made on first use, in a thread: looking for the account's keys may ask the network.
        with self._lock:
            if self._made is None:
                self._made = self._connect()
            return self._made

    def _connect(self) -> "S3Client":
        session = boto3.session.Session()
        return session.client(
            "s3",
            endpoint_url=self._endpoint_url or None,
            # Other servers do not care about the region, but signing needs one.
            region_name=session.region_name or ("us-east-1" if self._endpoint_url else None),
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 3, "mode": "standard"},
                signature_version="s3v4",
                s3={"addressing_style": "path" if self._endpoint_url else "auto"},
                request_checksum_calculation=self._checksums,
                response_checksum_validation=self._checksums,
                max_pool_connections=_CALLS_AT_ONCE,
            ),
        )

    def _put(self, key: str, data: bytes) -> None:
        self._client.put_object(
            Bucket=self._bucket,
            Key=_FOLDER + key,
            Body=data,
            ContentType="image/jpeg",
            ChecksumSHA256=_checksum(data),
        )
        if self._size(key) != len(data):
            raise StorageDown(
                f"The bucket {self._bucket} did not keep the whole photo, so it was not added. "
                "Nothing else was lost. Add it again."
            )

    def _get(self, key: str) -> bytes:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=_FOLDER + key)
        except ClientError as error:
            if code_of(error) in _ABSENT:
                raise missing_file(key) from None
            raise
        return found["Body"].read()

    def _size(self, key: str) -> int | None:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=_FOLDER + key)["ContentLength"]
        except ClientError as error:
            if code_of(error) in _ABSENT:
                return None
            raise

    def _url(self, key: str, seconds: int) -> str:
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _FOLDER + key,
                "ResponseContentType": "image/jpeg",
                "ResponseContentDisposition": "inline",
                "ResponseCacheControl": f"private, max-age={seconds}",
            },
            ExpiresIn=seconds,
        )

    def _page(self, after: str) -> list[tuple[str, StoredKey]]:
        listed = self._client.list_objects_v2(
            Bucket=self._bucket, Prefix=_FOLDER, StartAfter=after or _FOLDER
        )
        return [
            (entry["Key"], StoredKey(entry["Key"].removeprefix(_FOLDER), entry["LastModified"]))
            for entry in listed.get("Contents", [])
        ]

    def _delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=_FOLDER + key)

    def _find_bucket(self) -> None:
        self._client.head_bucket(Bucket=self._bucket)

    def _versions_missing(self) -> str | None:
        advice = "Turn versioning on, so that no photo can be replaced or removed for good."
        try:
            state = self._client.get_bucket_versioning(Bucket=self._bucket)
        except ClientError as error:
            return (
                f"Whether the bucket {self._bucket} keeps old versions cannot be seen "
                f"({code_of(error)}). Allow s3:GetBucketVersioning. {advice}"
            )
        if state.get("Status") == "Enabled":
            return None
        return f"The bucket {self._bucket} does not keep old versions. {advice}"

    def _checksum_ignored(self) -> str | None:
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=_REFUSE_ME,
                Body=PROBE,
                ChecksumSHA256=_checksum(b"something else"),
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.BAD_REQUEST:
                return None
            raise
        return (
            f"The server of the bucket {self._bucket} takes bytes that do not match their "
            "checksum, so a photo damaged on its way would be noticed only when it is read. "
            "Use a server that checks SHA-256."
        )


def _checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
