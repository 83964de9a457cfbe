from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import RunnableLambda

from vectorstore import Filters, Retriever
from vectorstore.langchain import PolicyRetriever


def test_a_chain_gets_passages_that_can_be_cited(retriever: Retriever) -> None:
    found = PolicyRetriever(find=retriever.search, limit=3).invoke("义务教育优质均衡评估目标是多少")
    assert len(found) == 3
    best = found[0]
    document = retriever.store.document(best.metadata["document_id"])
    assert best.page_content == document.text[best.metadata["start"] : best.metadata["end"]]
    assert "90%" in best.page_content
    assert (best.metadata["label"], best.metadata["period"]) == ("二、9", 2025)


def test_it_stands_in_a_chain_with_filters(retriever: Retriever) -> None:
    finds = PolicyRetriever(find=retriever.search, filters=Filters(year=2024))
    chain = finds | RunnableLambda(lambda found: found[0].metadata["period"]) | RunnableLambda(str) | StrOutputParser()
    assert chain.invoke("公办园占比") == "2024"
