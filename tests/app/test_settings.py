from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import PREFIX, PROJECT, ModelSettings, Settings, SettingsError, read_settings
from ingest import Limits


def test_the_environment_sets_and_the_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_PORT", "8080")
    monkeypatch.setenv("WENCE_DATA", "elsewhere")
    assert read_settings().port == 8080
    assert read_settings(port=9090, host=None).port == 9090
    assert read_settings().data == Path("elsewhere")


@pytest.mark.parametrize("value", ["abc", "0", "99999", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("WENCE_PORT", value)
    with pytest.raises(SettingsError, match=value):
        read_settings()


def test_the_example_file_lists_every_setting() -> None:
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if PREFIX in line and "=" in line}
    groups = {"limits": ("MAX_", Limits), "language_model": ("LLM_", ModelSettings)}
    settings = {PREFIX + setting.name.upper() for setting in fields(Settings) if setting.name not in groups}
    for prefix, group in groups.values():
        settings |= {f"{PREFIX}{prefix}{setting.name.upper()}" for setting in fields(group)}
    assert named == settings


def test_a_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_MAX_SECONDS", "5")
    assert read_settings().limits == Limits(seconds=5)
    monkeypatch.setenv("WENCE_MAX_SECONDS", "none")
    with pytest.raises(SettingsError, match="WENCE_MAX_SECONDS.*正整数.*none"):
        read_settings()


def test_a_password_is_not_shown_and_not_short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().admin_password is None
    given = "八个字符的密码啊"
    monkeypatch.setenv("WENCE_ADMIN_PASSWORD", given)
    assert read_settings().admin_password == given
    assert given not in repr(read_settings())
    monkeypatch.setenv("WENCE_ADMIN_PASSWORD", "7letter")
    with pytest.raises(SettingsError, match="WENCE_ADMIN_PASSWORD 过短，应不少于 8 个字符") as caught:
        read_settings()
    assert "7letter" not in str(caught.value)


LLM = {"BASE_URL": "https://api.example.cn/v1", "MODEL": "deepseek-chat", "API_KEY": "sk-secret"}


def set_model(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in (LLM | values).items():
        monkeypatch.setenv(f"WENCE_LLM_{name}", value)


def test_three_values_set_a_language_model_and_its_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().language_model is None
    set_model(monkeypatch, BASE_URL="https://api.example.cn/v1/chat/completions/", CONTEXT="5000")
    settings = read_settings()
    assert settings.language_model == ModelSettings(LLM["BASE_URL"], "deepseek-chat", "sk-secret", context=5000)
    assert "sk-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"MODEL": ""}, "缺少 WENCE_LLM_MODEL"),
        ({"BASE_URL": ""}, "缺少 WENCE_LLM_BASE_URL"),
        ({"BASE_URL": "api.example.cn"}, "http:// 或 https://"),
        ({"BASE_URL": "https://user:word@example.cn"}, "不含用户名"),
        ({"BASE_URL": "", "MODEL": ""}, "缺少 WENCE_LLM_BASE_URL"),
        ({"BASE_URL": "https://example.cn/v1?key=x"}, "参数"),
        ({"API_KEY": "你的密钥"}, "WENCE_LLM_API_KEY"),
        ({"CONTEXT": "9" * 5000}, "不小于 4096"),
        ({"CONTEXT": "100"}, "不小于 4096"),
        ({"TOTAL_SECONDS": "soon"}, "WENCE_LLM_TOTAL_SECONDS"),
    ],
)
def test_a_language_model_half_set_is_refused(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], message: str
) -> None:
    set_model(monkeypatch, **values)
    with pytest.raises(SettingsError, match=message) as caught:
        read_settings()
    assert "sk-secret" not in str(caught.value)
