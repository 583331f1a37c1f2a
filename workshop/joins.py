"""What packages that must not know each other give one another: said once by each program, web and worker.

Only the roots import features, and this is one of them.
"""

from uuid import UUID

from photos.keeping import read_photo
from printing.photo_files import use_photos


async def _large(photo: UUID) -> bytes:
    picture, _ = await read_photo(photo, thumb=False)
    return picture


def join_features() -> None:
    """Papers may carry stored photos."""
    use_photos(_large)
