"""Documents that would rot if nothing held them to the code."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from app.cli import cli

PROJECT = Path(__file__).parents[1]
READMES = {name: (PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}


def commands(text: str) -> list[str]:
    """The commands of a README, without what is said about them."""
    found = re.findall(r"^    (?:\$ )?((?:scripts/|wence )[^#\n]*)", text, re.MULTILINE)
    return [command.strip() for command in found]


def test_both_readmes_have_the_same_commands() -> None:
    assert commands(READMES["README.md"]) == commands(READMES["README.zh-CN.md"])
    assert commands(READMES["README.md"])[1:3] == ["scripts/start", "scripts/test"]


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_a_readme_exists(name: str) -> None:
    for command in commands(READMES[name]):
        program, *arguments = command.split()
        if program == "wence":
            assert cli.get_command(None, arguments[0]) is not None, command  # type: ignore[arg-type]
        else:
            assert (PROJECT / program).is_file(), command


@pytest.mark.parametrize(
    "page",
    [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), PROJECT / "prompts" / "README.md"],
    ids=lambda p: str(p.relative_to(PROJECT)),
)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_page_of_commands_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate", PROJECT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.COMMANDS.read_text(encoding="utf-8") == generate.commands_page()


def test_every_decision_in_the_code_is_written() -> None:
    for module in PROJECT.glob("[aivet]*/**/*.py"):
        for named in re.findall(r"docs/decisions/[\w-]+\.md", module.read_text(encoding="utf-8")):
            assert (PROJECT / named).is_file(), f"{module}: {named}"
