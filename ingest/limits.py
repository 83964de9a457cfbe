"""How much of a machine one file may take. A hostile file is refused by name before it fills memory or hangs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Each is a setting: `WENCE_MAX_` + the name in capitals.

    Attributes:
        file_mb: Size of a file, MiB. The longest national laws are under 1 MB of text; the rest is for scans.
        unpacked_mb: Size of what a ZIP, DOCX or XLSX unpacks to, MiB; a law with pictures unpacks to about 20.
        characters: Of text in one file; the Civil Code has 130,000.
        pages: Of a PDF.
        cells: Of the tables in one file.
        seconds: To read one file.
    """

    file_mb: int = 50
    unpacked_mb: int = 200
    characters: int = 5_000_000
    pages: int = 2_000
    cells: int = 500_000
    seconds: int = 60
