"""The retriever as a LangChain `BaseRetriever`, for other people's chains (docs/langchain.md).

Nothing in Wence imports this module: importing LangChain takes longer than answering a question does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from vectorstore.records import Filters, Hit, place


class PolicyRetriever(BaseRetriever):
    """Finds passages of policy documents for a question.

    Attributes:
        find: `search` of an open index.
        limit: Passages to return.
        filters: Which passages may be found; None for all.
    """

    find: Callable[[str, int, Filters | None], Sequence[Hit]]
    limit: int = 10
    filters: Filters | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.find(query, self.limit, self.filters)]


def _document(hit: Hit) -> Document:
    """Return a hit as LangChain passes it on: its words, and where they stand."""
    return Document(
        page_content=hit.text,
        metadata=place(hit.document, hit.clause)
        | {
            "period": hit.clause.period,
            "stage": hit.clause.stage,
            "start": hit.start,
            "end": hit.end,
            "score": hit.score,
        },
    )
