"""The house: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ORDER = ("ingest", "vectorstore", "app", "eval")
HOMES = {
    "chromadb": {"vectorstore/chroma.py"},
    "docx": {"app/word.py"},
    "gradio": {"app/web/"},
    "langchain_core": {"app/chat_model.py", "vectorstore/langchain.py"},
    "langchain_openai": {"app/chat_model.py"},
    "onnxruntime": {"vectorstore/network.py"},
    "openai": {"app/chat_model.py"},
    "tiktoken": {"app/tokens.py"},
}
MODULES = sorted(p for package in ORDER for p in (PROJECT / package).rglob("*.py"))


def imported(module: Path) -> set[str]:
    """The top-level names of all imports of a module, those inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


IMPORTS = {module: imported(module) for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(PROJECT)))
def test_imports_point_down_only(module: Path) -> None:
    package = module.relative_to(PROJECT).parts[0]
    above = set(ORDER[ORDER.index(package) + 1 :])
    assert not IMPORTS[module] & above


@pytest.mark.parametrize("framework", HOMES)
def test_a_framework_has_one_home(framework: str) -> None:
    users = {str(m.relative_to(PROJECT)) for m in MODULES if framework in IMPORTS[m]}
    homes = HOMES[framework]
    assert {next((home for home in homes if user.startswith(home)), user) for user in users} == homes


@pytest.mark.parametrize("package", ["ingest", "vectorstore"])
def test_a_package_lists_what_it_offers(package: str) -> None:
    module = __import__(package)
    assert list(module.__all__) == sorted(module.__all__, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(module, name) for name in module.__all__)
