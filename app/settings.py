"""The settings, read once by the doors from the environment and `.env`, and passed on explicitly."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from ingest import Limits, WenceError

PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "WENCE_"


class SettingsError(WenceError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the language model is. `WENCE_LLM_` + the name in capitals sets each.

    Attributes:
        base_url: Address of a server of OpenAI's protocol, up to the version: `https://api.deepseek.com/v1`.
        model: The model's name, as the server knows it.
        api_key: What the server asks for; shown nowhere.
        context: Tokens that the model reads and writes at most.
        vocabulary: A tiktoken vocabulary file to count tokens with; without one they are bounded.
        connect_seconds: How long to wait for a connection.
        first_token_seconds: How long to wait for the first words, and between words.
        total_seconds: How long an answer may take in all.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    context: int = 8192
    vocabulary: Path | None = None
    connect_seconds: float = 5
    first_token_seconds: float = 30
    total_seconds: float = 120


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default. `WENCE_` + the name in capitals sets it.

    Attributes:
        index: Folder of the index, or address of a Chroma server.
        data: Folder for uploads, feedback, evaluation reports, and what is derived from an index on a server.
        embedding_model: Name or folder of a sentence-transformers model; None for the bundled one.
        embedding_query_prefix: What the model's card puts before a question.
        embedding_passage_prefix: What the model's card puts before a passage.
        host: Where the page is served.
        port: Where the page is served.
        limits: How much of the machine a file may take; `WENCE_MAX_` + the name in capitals sets each.
        language_model: What writes answers; None to answer in the documents' words only.
        admin_password: What staff administer documents with; shown nowhere. None: nobody can in the page.
    """

    index: str = str(PROJECT / "data" / "index")
    data: Path = PROJECT / "data"
    embedding_model: str | None = None
    embedding_query_prefix: str = ""
    embedding_passage_prefix: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    limits: Limits = Limits()
    language_model: ModelSettings | None = None
    admin_password: str | None = field(default=None, repr=False)

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
        if setting.name in ("limits", "language_model"):
            continue
        text = environment.get(PREFIX + setting.name.upper())
        if given.get(setting.name) is not None:
            values[setting.name] = given[setting.name]
        elif text:
            values[setting.name] = _convert(setting.name, text)
    limits = {limit.name: environment.get(f"{PREFIX}MAX_{limit.name.upper()}") for limit in fields(Limits)}
    values["limits"] = Limits(**{name: _limit(name, text) for name, text in limits.items() if text})
    values["language_model"] = _language_model(environment)
    return Settings(**values)


_LLM = f"{PREFIX}LLM_"
_LEAST_CONTEXT = 4096  # the answer takes 2,000 tokens of it, what the model is told up to 1,300


def _language_model(environment: Mapping[str, str | None]) -> ModelSettings | None:
    """Return the settings of the language model; None if none is set.

    Raises:
        SettingsError: They are incomplete, or one cannot be used. The key is never part of the message.
    """
    given = {
        setting.name: text.strip()
        for setting in fields(ModelSettings)
        if (text := environment.get(_LLM + setting.name.upper())) and text.strip()
    }
    base_url, model = given.get("base_url", ""), given.get("model", "")
    if not given:
        return None
    if not base_url or not model:
        missing = "MODEL" if base_url else "BASE_URL"
        raise SettingsError(f"语言模型的设置不完整：缺少 {_LLM}{missing}。请在环境变量或 .env 中补上，或全部去掉。")
    base_url = base_url.rstrip("/").removesuffix("/chat/completions")
    if not re.fullmatch(r"https?://[^\s/@?#]+(?:/[^\s?#]*)?", base_url):
        raise SettingsError(
            f"设置 {_LLM}BASE_URL 应为 http:// 或 https:// 开头的地址，不含用户名和参数。请在环境变量或 .env 中改正。"
        )
    if not given.get("api_key", "").isascii():
        raise SettingsError(f"设置 {_LLM}API_KEY 含有密钥中不会有的字符。请在环境变量或 .env 中改正。")
    converted: dict[str, Any] = {"api_key": given.get("api_key", "")}
    converted |= {name: _seconds(name, text) for name, text in given.items() if name.endswith("_seconds")}
    if "context" in given:
        converted["context"] = _context(given["context"])
    if "vocabulary" in given:
        converted["vocabulary"] = Path(given["vocabulary"])
    return ModelSettings(base_url, model, **converted)


def _seconds(name: str, text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text, re.ASCII) or float(text) <= 0:
        raise SettingsError(f"设置 {_LLM}{name.upper()} 应为正数（秒），现为「{text}」。请在环境变量或 .env 中改正。")
    return float(text)


def _context(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < _LEAST_CONTEXT:
        raise SettingsError(
            f"设置 {_LLM}CONTEXT 应为不小于 {_LEAST_CONTEXT} 的整数，现为「{text[:20]}」。请在环境变量或 .env 中改正。"
        )
    return int(text)


def _limit(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"设置 {PREFIX}MAX_{name.upper()} 应为正整数，现为「{text}」。请在环境变量或 .env 中改正。")
    return int(text)


_SHORTEST_PASSWORD = 8  # characters


def _convert(name: str, text: str) -> str | int | Path:
    """Return a setting's value.

    Raises:
        SettingsError: It cannot be used. The password is never part of the message.
    """
    if name == "data":
        return Path(text)
    if name == "admin_password" and len(text) < _SHORTEST_PASSWORD:
        raise SettingsError(
            f"设置 {PREFIX}ADMIN_PASSWORD 过短，应不少于 {_SHORTEST_PASSWORD} 个字符。请在环境变量或 .env 中改正。"
        )
    if name != "port":
        return text
    if not (text.isdigit() and 0 < int(text) < 2**16):
        raise SettingsError(
            f"设置 {PREFIX}PORT 应为 1 到 65535 之间的整数，现为「{text}」。请在环境变量或 .env 中改正。"
        )
    return int(text)
