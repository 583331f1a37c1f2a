"""A printed label held before the tablet's camera is read in the browser: real pixels, real decoding."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Playwright, expect

from tests.journeys.conftest import ARGUMENTS, Opener, Shop, chromium_path


def film_of(picture: bytes, path: Path) -> Path:
    """The picture lying on a bench, as a camera sees it: a short uncompressed film (Y4M, 640 × 480)."""
    label = Image.open(io.BytesIO(picture)).convert("RGB")
    label.thumbnail((560, 420))
    frame = Image.new("RGB", (640, 480), "#8d8375")
    turned = label.rotate(4, expand=True, fillcolor="#8d8375", resample=Image.Resampling.BICUBIC)
    frame.paste(turned, ((640 - turned.width) // 2, (480 - turned.height) // 2))
    y, cb, cr = frame.convert("YCbCr").split()
    half = [plane.resize((320, 240)).tobytes() for plane in (cb, cr)]
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for _ in range(10):
            film.write(b"FRAME\n" + y.tobytes() + half[0] + half[1])
    return path


def test_the_camera_reads_a_printed_label(
    the_shop: Shop, visit: Opener, playwright: Playwright, tmp_path: Path
) -> None:
    counter = visit("tablet", "noor")
    one = the_shop.rows("SELECT code, number FROM envelope WHERE number = 'HR-24813-1'")[0]
    token = the_shop.command("token", "create", "--name", "camera", "--role", "counter").stdout.strip()
    label = counter.request.get(f"/api/envelopes/{one['code']}/label.png", headers={"Authorization": f"Bearer {token}"})
    film = film_of(label.body(), tmp_path / "label.y4m")
    chromium = playwright.chromium.launch(
        executable_path=chromium_path(),
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
              f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    try:
        bench = visit("tablet", "ines", chromium)
        bench.goto("/bench")
        bench.click("form[data-scan-target] [data-camera-scan]")
        expect(bench.locator("h1.number")).to_have_text(one["number"], timeout=20_000)
    finally:
        chromium.close()


def test_a_photo_of_a_label_is_read_where_there_is_no_camera(the_shop: Shop, visit: Opener, tmp_path: Path) -> None:
    one = the_shop.rows("SELECT code, number FROM envelope WHERE number = 'HR-24813-1'")[0]
    token = the_shop.command("token", "create", "--name", "photo", "--role", "counter").stdout.strip()
    bench = visit("phone", "ines")
    label = bench.request.get(f"/api/envelopes/{one['code']}/label.png", headers={"Authorization": f"Bearer {token}"})
    photo = tmp_path / "label.jpg"
    picture = Image.new("RGB", (1600, 1200), "#8d8375")
    picture.paste(Image.open(io.BytesIO(label.body())).convert("RGB"), (300, 200))
    picture.rotate(7, fillcolor="#8d8375").save(photo, quality=70)
    bench.goto("/bench")
    bench.click("form[data-scan-target] [data-camera-scan]")
    bench.set_input_files("[data-code-photo]", photo)
    expect(bench.locator("h1.number")).to_have_text(one["number"], timeout=20_000)
