"""What can go wrong with the index, said to the person who can mend it.

WenceError
└── VectorstoreError
    ├── MissingIndexError     nothing is indexed at the place given
    ├── IndexMismatchError    the index was made by another model or another reading of text
    ├── IndexUnreachableError the Chroma server does not answer, or the folder cannot be used
    ├── IndexBusyError        another process is writing
    ├── IndexDamagedError     a write was cut short in the middle of a file of Chroma's
    ├── EmbeddingModelError   the embedding model cannot be loaded
    ├── UnknownDocumentError  no document, or more than one, goes by this name
    ├── SameDocumentError     a file says what is indexed already
    └── CorrectionError       a correction cannot be taken over
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest import WenceError


class VectorstoreError(WenceError):
    """The index cannot do what was asked."""


class MissingIndexError(VectorstoreError):
    """Nothing is indexed at the place given."""

    def __init__(self, location: str) -> None:
        super().__init__(f"未找到索引：{location}。请先运行 wence ingest policies 建立索引。")


class IndexMismatchError(VectorstoreError):
    """The index was made in another way than it would now be read."""

    def __init__(self, location: str, what: str, found: object, expected: object) -> None:
        super().__init__(
            f"索引 {location} 与当前程序不一致：{what}为 {found}，当前为 {expected}。"
            f"请删除该索引后运行 wence ingest 重新建立，或改用建立索引时的设置。"
        )


class IndexUnreachableError(VectorstoreError):
    """The Chroma server does not answer, or the folder cannot be used."""

    def __init__(self, location: str, reason: str) -> None:
        super().__init__(f"无法打开索引 {location}：{reason}。请检查地址、权限和磁盘空间。")


class IndexBusyError(VectorstoreError):
    """Another process is writing to the index."""

    def __init__(self, location: str) -> None:
        super().__init__(f"索引 {location} 正在被另一个进程写入。请等它结束后重试。")


class IndexDamagedError(VectorstoreError):
    """A write was cut short in the middle of a file of Chroma's; the next writer mends it."""

    def __init__(self, location: str) -> None:
        super().__init__(f"索引 {location} 上次写入时中断，向量文件不完整。请运行 wence ingest policies 修复。")


class EmbeddingModelError(VectorstoreError):
    """The embedding model cannot be loaded."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"无法加载向量模型 {name}：{reason}。请检查 WENCE_EMBEDDING_MODEL，或删去该设置以使用内置模型。"
        )


class UnknownDocumentError(VectorstoreError):
    """No document, or more than one, goes by this name."""

    def __init__(self, name: str, fitting: Sequence[str] = ()) -> None:
        if fitting:
            listed = "、".join(f"《{title}》" for title in fitting[:_LISTED])
            super().__init__(f"「{name}」对应 {len(fitting)} 份文件：{listed}。请用文件编号指明一份。")
        else:
            super().__init__(f"索引中没有文件「{name}」。运行 wence documents 查看已收录的文件。")


class SameDocumentError(VectorstoreError):
    """A file that was to take a document's place says what is indexed already."""

    def __init__(self, name: str, title: str, source: str) -> None:
        super().__init__(f"{name} 与已收录的《{title}》（{source}）内容相同，没有替换。请检查是否选对了文件。")


class CorrectionError(VectorstoreError):
    """A correction cannot be taken over."""


_LISTED = 3  # titles an error names before the list would hide the sentence
