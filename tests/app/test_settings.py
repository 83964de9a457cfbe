from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import PREFIX, PROJECT, Settings, SettingsError, read_settings
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
    settings = {PREFIX + setting.name.upper() for setting in fields(Settings) if setting.name != "limits"}
    assert named == settings | {f"{PREFIX}MAX_{limit.name.upper()}" for limit in fields(Limits)}


def test_a_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_MAX_SECONDS", "5")
    assert read_settings().limits == Limits(seconds=5)
    monkeypatch.setenv("WENCE_MAX_SECONDS", "none")
    with pytest.raises(SettingsError, match="WENCE_MAX_SECONDS.*正整数.*none"):
        read_settings()
