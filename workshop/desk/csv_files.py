"""Tables as files that spreadsheets open, in which no cell is taken for a formula."""

import csv
import io
from typing import Any

from litestar import Response


def csv_file(name: str, lines: list[tuple[Any, ...]]) -> Response[bytes]:
    """Lines as a file that spreadsheets open; no cell is taken for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(str(cell)) for cell in line] for line in lines])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(("\ufeff" + out.getvalue()).encode(), media_type="text/csv; charset=utf-8", headers=headers)


def harmless(cell: str) -> str:
    """A spreadsheet takes what begins with a sign for a formula; ours begin with a quote then."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
