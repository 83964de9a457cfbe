"""Write a trained table as a folder that sentence-transformers and model2vec load to the same vectors."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer
from torch import nn

from training.batches import UNKNOWN_TOKEN

# Half precision halves the folder and moves no cosine by more than a thousandth.
STORED_TYPE = torch.float16


def save_model(folder: Path, tokenizer: Tokenizer, table: npt.NDArray[np.float32]) -> None:
    """Save the vectors in `table`, one row a token, with their tokenizer."""
    rows = torch.from_numpy(table).clone()
    # model2vec leaves unknown tokens out, sentence-transformers counts them in the mean: as zeros they only
    # shorten it, which the normalisation undoes.
    rows[UNKNOWN_TOKEN] = 0.0
    # Of size one on average, so that half precision holds every value well.
    rows /= rows.norm(dim=1).mean()
    modules: list[nn.Module] = [
        StaticEmbedding(tokenizer, embedding_weights=rows.to(STORED_TYPE)),
        Normalize(),
    ]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder), create_model_card=False)
    # sentence-transformers indents the tokenizer to twice its size.
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _tell_model2vec(folder / "config_sentence_transformers.json")


def _tell_model2vec(config: Path) -> None:
    """Add what model2vec reads from the same file: normalise, and take texts of any length whole."""
    settings = json.loads(config.read_text(encoding="utf-8"))
    settings |= {"normalize": True, "max_length": None}
    config.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
