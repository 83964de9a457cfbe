"""What was wrong with a command line, in Chinese; click says it in English."""

from __future__ import annotations

import click


def usage_message(error: click.UsageError) -> str:
    """Return what was wrong and where to look."""
    command = error.ctx.command_path if error.ctx else "wence"
    return f"用法有误：{_what(error)}\n运行 {command} --help 查看用法。"


def _what(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        similar = f"（是否想用 {'、'.join(error.possibilities)}？）" if error.possibilities else ""
        return f"没有选项 {error.option_name}{similar}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {_name(error)}。"
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.IntRange):
            return f"{_name(error)} 应为 {kind.min} 到 {kind.max} 之间的整数。"
        return f"{_name(error)} 的值不能使用。"
    if error.message.startswith("Missing command"):
        return "缺少命令。"
    if error.message.startswith("No such command"):
        return f"没有命令 {error.message.split(chr(39))[1]}。"
    if error.message.startswith("Got unexpected extra argument"):
        extra = error.message[error.message.find("(") + 1 :].rstrip(").")
        return f"多余的参数 {extra}；含空格的问题请加引号。"
    return error.message if not error.message.isascii() else "参数不完整或不正确。"


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return str(error.param.opts[0] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx))  # type: ignore[arg-type]
