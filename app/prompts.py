"""The prompts for a language model: text files in `prompts/`, checked when they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

from app.settings import PROJECT
from ingest import WenceError

PROMPTS = PROJECT / "prompts"
VARIABLES = {
    "answer": frozenset({"sources", "question", "refusal"}),
    "rewrite": frozenset({"history", "question"}),
    "judge": frozenset({"quotations", "question", "answer"}),
}
"""The variables that the program fills in, by prompt."""

_BETWEEN = "\n---\n"  # what the model is told stands above, what it is given below


class PromptError(WenceError):
    """A prompt file is missing, or does not fit the program."""


@dataclass(frozen=True, slots=True)
class Messages:
    """A prompt filled in.

    Attributes:
        system: What the model is told.
        user: What it is given.
    """

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt.

    Attributes:
        name: That of its file, without `.txt`.
        system: What the model is told, with `$variables`.
        user: What it is given, with `$variables`.
        fingerprint: Changes when the file does.
    """

    name: str
    system: Template
    user: Template
    fingerprint: str

    def fill(self, **values: str) -> Messages:
        """Return the prompt with its variables filled in; a `$` in a value stays one."""
        return Messages(self.system.substitute(values), self.user.substitute(values))


@cache
def read_prompt(name: str, folder: Path = PROMPTS) -> Prompt:
    """Return a prompt, read once.

    Raises:
        PromptError: There is no such file, or its variables are not those that are filled in.
    """
    path = folder / f"{name}.txt"
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"提示词文件 {path} 无法读取。请恢复该文件后重试。") from error
    if text.count(_BETWEEN) != 1:
        raise PromptError(f"提示词文件 {path} 应以单独一行 --- 分为说明和材料两部分。")
    told, given = map(Template, text.split(_BETWEEN))
    if not (told.is_valid() and given.is_valid()):
        raise PromptError(f"提示词文件 {path} 中的 $ 后面应为变量名；要写 $ 本身，请写 $$。")
    found, wanted = {*told.get_identifiers(), *given.get_identifiers()}, VARIABLES[name]
    if found != wanted:
        names = "、".join(f"${variable}" for variable in sorted(wanted))
        raise PromptError(
            f"提示词文件 {path} 的变量应为 {names}，现为 {'、'.join(f'${v}' for v in sorted(found)) or '无'}。"
        )
    return Prompt(name, told, given, sha256(text.encode()).hexdigest()[:12])


def fingerprints() -> dict[str, str]:
    """Return the fingerprint of every prompt, by name."""
    return {name: read_prompt(name).fingerprint for name in VARIABLES}
