"""Whatever a file does to the process that opens it, the counter goes on."""

import asyncio
import os
import sys
from pathlib import Path

import anyio
import pytest

from photos.darkroom import Closing, Darkroom, Limits
from photos.sanitise import close_darkroom, sanitise
from tests.photos import hostile
from tests.photos.pictures import RED, four_corners, opened, pixel, saved, telling
from workshop.errors import WorkshopError

pytestmark = pytest.mark.anyio

DAMAGED = "This photo is damaged and cannot be opened. Nothing else was lost."
NOT_A_PHOTO = "This file is not a JPEG, PNG, WEBP or HEIC photo"
TOO_MANY = "50 megapixels at most"
MIB = 1 << 20


def program(text: str) -> tuple[str, ...]:
    """A decoder that misbehaves."""
    return (sys.executable, "-c", text)


async def refusal(data: bytes, darkroom: Darkroom | None = None) -> str:
    """What the person who sent a file reads; empty when it was taken."""
    try:
        await sanitise(data, darkroom)
    except WorkshopError as refused:
        return refused.message
    return ""


async def refusals(files: dict[str, bytes]) -> dict[str, str]:
    said = await asyncio.gather(*(refusal(data) for data in files.values()))
    return dict(zip(files, said, strict=True))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (hostile.not_photos(), NOT_A_PHOTO),
        (hostile.too_many_pixels(), TOO_MANY),
        (hostile.broken(), ""),
    ],
    ids=["not photos", "bombs", "broken"],
)
async def test_bad_files_are_refused_and_the_next_photo_is_fine(
    files: dict[str, bytes], sentence: str
) -> None:
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = peak_memory()
    for name, said in (await refusals(files)).items():
        assert said, name
        assert sentence in said, name
        assert "Nothing else was lost" in said, name
    assert peak_memory() - before < 300 * MIB
    assert (await sanitise(telling("JPEG"))).width == 480


async def test_a_scratched_file_is_either_a_photo_or_a_clear_sentence() -> None:
    for name, said in (await refusals(hostile.scratched(24))).items():
        assert said == "" or "Nothing else was lost" in said, name
    assert (await sanitise(telling("HEIF"))).width == 480


def peak_memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


async def test_odd_files_with_a_picture_give_the_picture_and_nothing_else() -> None:
    files = hostile.odd_but_good()
    photos = await asyncio.gather(*map(sanitise, files.values()))
    for name, photo in zip(files, photos, strict=True):
        assert b"<script" not in photo.shown + photo.thumb, name
        assert max(photo.width, photo.height) <= 2560, name


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
async def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    shown = opened((await sanitise(hostile.animated(kind))).shown)
    assert max(abs(a - b) for a, b in zip(pixel(shown, (32, 32)), RED, strict=True)) < 12


@pytest.mark.parametrize(
    "text",
    [
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import signal, time; signal.alarm(1); time.sleep(600)",
        "raise SystemExit(3)",
        "import sys; sys.stdin.buffer.read(); raise SystemExit(3)",
    ],
    ids=["aborts", "is killed", "never ends", "gives up unread", "gives up"],
)
async def test_a_decoder_that_ends_badly_is_one_clear_sentence(text: str) -> None:
    original = bytes(5 * MIB)
    assert (await refusal(original, Darkroom(program=program(text)))).startswith(DAMAGED)


async def test_a_photo_that_would_take_forever_is_given_up() -> None:
    endless = hostile.endless_scans(2_000)
    assert (await refusal(endless, Darkroom(Limits(cpu_seconds=1)))).startswith(DAMAGED)


async def test_a_photo_that_needs_too_much_memory_is_given_up() -> None:
    big = saved(four_corners(6000, 4000), "PNG")
    assert await refusal(big, Darkroom(Limits(memory=100 * MIB)))
    assert await refusal(big) == ""


async def test_the_decoder_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSHOP_SECRET_KEY", "of the shop")
    darkroom = Darkroom(program=program("import os; print(sorted(os.environ))"))
    assert b"WORKSHOP" not in await darkroom.open(b"")


async def test_the_counter_goes_on_while_a_photo_is_opened() -> None:
    async def serve_customers() -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    photo = asyncio.create_task(sanitise(saved(four_corners(4032, 3024), "JPEG")))
    customers = asyncio.create_task(serve_customers())
    done, _ = await asyncio.wait({photo, customers}, return_when=asyncio.FIRST_COMPLETED)
    assert done == {customers}
    assert (await photo).width == 2560


async def test_a_burst_of_photos_is_opened_two_at_a_time(tmp_path: Path) -> None:
    log = tmp_path / "log"
    text = (
        "import os, time\n"
        f"log = os.open({str(log)!r}, os.O_APPEND | os.O_CREAT | os.O_WRONLY)\n"
        "os.write(log, b'+'); time.sleep(0.1); os.write(log, b'-')"
    )
    darkroom = Darkroom(program=program(text))
    await asyncio.gather(*(darkroom.open(b"photo") for _ in range(6)))
    marks = log.read_text()
    at_once = [marks[:end].count("+") - marks[:end].count("-") for end in range(len(marks))]
    assert marks.count("-") == 6
    assert max(at_once) == 2


async def test_closing_ends_every_process_and_says_so_to_whoever_waits(tmp_path: Path) -> None:
    text = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(tmp_path)!r}, str(os.getpid())).touch(); time.sleep(600)"
    )
    darkroom = Darkroom(program=program(text))
    waiting = [asyncio.create_task(refusal(b"photo", darkroom)) for _ in range(4)]
    while len(started := [int(mark.name) for mark in tmp_path.iterdir()]) < 2:
        await asyncio.sleep(0.01)
    with anyio.fail_after(30):  # the decoder would sleep for ten minutes
        await asyncio.to_thread(darkroom.close)
    assert all("Send it again in a minute" in said for said in await asyncio.gather(*waiting))
    for process_id in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process_id, 0)
    with pytest.raises(Closing):
        await darkroom.open(b"photo")


async def test_the_darkroom_opens_again_after_the_server_restarted() -> None:
    await close_darkroom()
    await close_darkroom()
    assert (await sanitise(telling("JPEG"))).content_format == "JPEG"
