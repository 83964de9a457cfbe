"""The evaluation reports → a choice of them, and the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from app.markup.parts import options_html
from app.reports import Report


def evaluation_html(reports: Sequence[Report]) -> str:
    """Return the newest report with a choice of the others.

    Args:
        reports: The newest first.
    """
    if not reports:
        return (
            "<section class='evaluation' aria-label='评测'><p class='about'>还没有评测报告。"
            "运行 <code>wence eval</code> 后，报告显示在这里。</p></section>"
        )
    choices = [(_address(report), _name(report)) for report in reports]
    return (
        "<section class='evaluation' data-ours aria-label='评测'><div class='tools'>"
        f"<label>报告<select name='report'>{options_html(choices)}</select></label>"
        f"<a class='button' href='{_address(reports[0])}' target='_blank' rel='noopener'>在新窗口打开</a></div>"
        f"<iframe src='{_address(reports[0])}' title='评测报告' sandbox='allow-scripts'></iframe></section>"
    )


def _address(report: Report) -> str:
    return f"api/reports/{quote(report.name, safe='')}"


def _name(report: Report) -> str:
    right = "" if report.answer_correct is None else f"，答对 {report.answer_correct:.1%}"
    return f"{report.when:%Y-%m-%d %H:%M}　{report.dataset}（{report.questions} 题{right}）"
