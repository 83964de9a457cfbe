import re
from pathlib import Path

import pytest

from app.prompts import PROMPTS, VARIABLES, PromptError, fingerprints, read_prompt

PROJECT = Path(__file__).parents[2]


def test_every_file_is_a_prompt_and_every_prompt_is_used() -> None:
    assert {path.stem for path in PROMPTS.glob("*.txt")} == set(VARIABLES)
    code = "\n".join(p.read_text(encoding="utf-8") for room in ("app", "eval") for p in (PROJECT / room).glob("*.py"))
    for name in VARIABLES:
        assert f'read_prompt("{name}")' in code, name


def test_the_table_names_every_prompt_with_its_variables() -> None:
    rows = re.findall(
        r"^\| \[`(\w+)\.txt`\][^|]*\| [^|]+ \| (.+?) \|$", (PROMPTS / "README.md").read_text("utf-8"), re.M
    )
    assert {name: set(re.findall(r"\$(\w+)", variables)) for name, variables in rows} == VARIABLES


@pytest.mark.parametrize("name", VARIABLES)
def test_a_prompt_is_short_chinese_and_fills_whole(name: str) -> None:
    prompt = read_prompt(name)
    filled = prompt.fill(**{variable: f"<{variable} 值 $5>" for variable in VARIABLES[name]})
    text = filled.system + filled.user
    assert all(f"<{variable} 值 $5>" in text for variable in VARIABLES[name])
    assert len(text) < 700
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > len(re.findall(r"[A-Za-z]", text))


def test_a_fingerprint_changes_with_its_file(tmp_path: Path) -> None:
    text = (PROMPTS / "rewrite.txt").read_text(encoding="utf-8")
    (tmp_path / "rewrite.txt").write_text(text.replace("改写", "重写"), encoding="utf-8")
    assert read_prompt("rewrite", tmp_path).fingerprint != fingerprints()["rewrite"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("说明 $history $question", "单独一行 ---"),
        ("说明\n---\n$history", r"应为 \$history、\$question，现为 \$history"),
        ("说明 $other\n---\n$history $question", r"现为 .*\$other"),
        ("要 $ 5 元\n---\n$history $question", r"\$\$"),
    ],
)
def test_a_prompt_that_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "rewrite.txt").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError, match=message):
        read_prompt("rewrite", tmp_path)


def test_a_prompt_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"answer\.txt"):
        read_prompt("answer", tmp_path)
