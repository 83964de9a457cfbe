"""The settings, read once by the doors from the environment and `.env`, and passed on explicitly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from ingest import Limits, WenceError

PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "WENCE_"


class SettingsError(WenceError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default. `WENCE_` + the name in capitals sets it.

    Attributes:
        index: Folder of the index, or address of a Chroma server.
        data: Folder for the files derived from an index that is on a server.
        embedding_model: Name or folder of a sentence-transformers model; None for the bundled one.
        embedding_query_prefix: What the model's card puts before a question.
        embedding_passage_prefix: What the model's card puts before a passage.
        host: Where the page is served.
        port: Where the page is served.
        limits: How much of the machine a file may take; `WENCE_MAX_` + the name in capitals sets each.
    """

    index: str = str(PROJECT / "data" / "index")
    data: Path = PROJECT / "data"
    embedding_model: str | None = None
    embedding_query_prefix: str = ""
    embedding_passage_prefix: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    limits: Limits = Limits()

    @property
    def cache(self) -> Path:
        """Folder of the files derived from the index: inside it, or among the data for one on a server."""
        if self.index.startswith(("http://", "https://")):
            return self.data / "lexical" / "".join(c if c.isalnum() else "-" for c in self.index)
        return Path(self.index) / "lexical"


def read_settings(**given: Any) -> Settings:
    """Return the settings: those given, then the environment, then `.env`, then the defaults.

    Args:
        given: Settings from the command line; None means not given.

    Raises:
        SettingsError: A value cannot be used.
    """
    environment: Mapping[str, str | None] = {**dotenv_values(PROJECT / ".env"), **os.environ}
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        if setting.name == "limits":
            continue
        text = environment.get(PREFIX + setting.name.upper())
        if given.get(setting.name) is not None:
            values[setting.name] = given[setting.name]
        elif text:
            values[setting.name] = _convert(setting.name, text)
    limits = {limit.name: environment.get(f"{PREFIX}MAX_{limit.name.upper()}") for limit in fields(Limits)}
    values["limits"] = Limits(**{name: _limit(name, text) for name, text in limits.items() if text})
    return Settings(**values)


def _limit(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"设置 {PREFIX}MAX_{name.upper()} 应为正整数，现为「{text}」。请在环境变量或 .env 中改正。")
    return int(text)


def _convert(name: str, text: str) -> str | int | Path:
    if name == "data":
        return Path(text)
    if name != "port":
        return text
    if not (text.isdigit() and 0 < int(text) < 2**16):
        raise SettingsError(
            f"设置 {PREFIX}PORT 应为 1 到 65535 之间的整数，现为「{text}」。请在环境变量或 .env 中改正。"
        )
    return int(text)
