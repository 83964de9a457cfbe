"""What works and what does not, with what to do about it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from app.opening import open_embedder, open_language_model
from app.prompts import Messages
from app.settings import Settings
from app.tokens import VOCABULARIES
from ingest import WenceError
from ingest.readers.doc import find_libreoffice
from vectorstore import open_retriever

_FREE_BYTES = 500 * 2**20  # an index of 10,000 passages takes about 100 MB, and Chroma rewrites parts of it


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing the program needs."""

    what: str
    healthy: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Look at the embedding model, the index, the language model, what reads old Word files and the disk."""
    findings = []
    try:
        embedder = open_embedder(settings)
    except WenceError as error:
        return [Finding("向量模型", False, str(error)), *_examine_language_model(settings), _examine_disk(settings)]
    findings.append(Finding("向量模型", True, f"{embedder.name}，{embedder.dimension} 维，权重 {embedder.fingerprint}"))
    try:
        retriever = open_retriever(settings.index, embedder, settings.cache)
        retriever.search("检查")
        passages = sum(record.passages for record in retriever.records)
        detail = f"{settings.index}，{len(retriever.records)} 份文件，{passages} 段"
        empty = "；还没有文件，请运行 wence ingest policies" if not retriever.records else ""
        findings.append(Finding("索引", not empty, detail + empty))
    except WenceError as error:
        findings.append(Finding("索引", False, str(error)))
    findings += [*_examine_language_model(settings), _examine_word(), _examine_disk(settings)]
    return findings


def _examine_language_model(settings: Settings) -> list[Finding]:
    """Ask the language model for a word, if one is set, and say how the length of prompts is counted."""
    chosen = settings.language_model
    if chosen is None:
        return [Finding("语言模型", True, "未使用，答案取自文件原文")]
    place = f"{chosen.model}（{chosen.base_url}）"
    try:
        model = open_language_model(settings)
        if model is not None:
            "".join(model.stream(_GREETING))
    except WenceError as error:
        return [Finding("语言模型", False, f"{place}：{error}")]
    return [
        Finding("语言模型", True, f"{place}，可以使用，上下文 {chosen.context}"),
        Finding("词元（token）数", True, _COUNTED if chosen.vocabulary else _BOUNDED),
    ]


_GREETING = Messages("你是一个助手。", "请只回复一个字：好")
_COUNTED = "按词表文件计算"
_BOUNDED = (
    "未放置词表文件，按字节数从严估计，能放入的资料较少；"
    f"要精确计算，请取得模型的 .tiktoken 词表（OpenAI 的见 {VOCABULARIES}），并以 WENCE_LLM_VOCABULARY 指明其位置"
)


def _examine_word() -> Finding:
    """Tell whether old Word files can be read; it is no fault if they cannot."""
    found = find_libreoffice()
    missing = "未安装 LibreOffice，DOC、WPS、RTF 文件无法收录；需要时请安装"
    return Finding("旧版 Word", True, f"由 {found} 读取" if found else missing)


def _examine_disk(settings: Settings) -> Finding:
    wanted = settings.cache.resolve()
    folder = next(p for p in (wanted, *wanted.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{folder} 剩余 {free / 2**30:.1f} GB"
    if free < _FREE_BYTES:
        return Finding("磁盘", False, f"{detail}，不足 {_FREE_BYTES / 2**30:.1f} GB，请清理后再收录文件")
    return Finding("磁盘", True, detail)
