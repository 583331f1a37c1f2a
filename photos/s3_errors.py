"""What a bucket's refusals mean to the person who set it up."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from photos.keys import StorageDown

_SAFE = "Photos saved before are not affected; no photo was added now."
_WRONG_KEYS = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "Forbidden"}
_NO_BUCKET = {"404", "NoSuchBucket"}


def code_of(error: ClientError) -> str:
    """The server's own word for what went wrong, such as `NoSuchKey`; HEAD gives `404`."""
    return str(error.response.get("Error", {}).get("Code", "unknown"))


@contextmanager
def said_plainly(bucket: str) -> Iterator[None]:
    """Turn S3's errors into StorageDown with what to do."""
    try:
        yield
    except NoCredentialsError as error:
        raise StorageDown(
            f"There are no keys for the bucket {bucket}. {_SAFE} "
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and start again."
        ) from error
    except ClientError as error:
        raise StorageDown(_refusal(bucket, code_of(error))) from error
    except BotoCoreError as error:
        raise StorageDown(
            f"The bucket {bucket} cannot be reached. {_SAFE} "
            f"Try again in a minute; if it stays, check its address and network. ({error})"
        ) from error


def _refusal(bucket: str, code: str) -> str:
    if code in _WRONG_KEYS:
        return (
            f"The bucket {bucket} refuses our keys ({code}). {_SAFE} Check AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, and that they may read and write this bucket."
        )
    if code in _NO_BUCKET:
        return f"There is no bucket {bucket}. {_SAFE} Make it, or correct WORKSHOP_S3_BUCKET."
    return f"The bucket {bucket} answered {code}. {_SAFE} Try again in a minute."
