"""The bundled encoder as it is stored → the network it was stored from, to learn further.

`training.train_encoder` stores weights in four bits, in blocks with a scale and a zero each. Read back and stored again
they are the same but for 1e-8, since each block still ends where it did.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

_HEADS = 12
_PLACES = 512  # the teacher's; `vectorstore.encoder.LONGEST` of them are used
_LAYER = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
_PREFIX = "pupil."
_IN_FOUR_BITS = ("_Q4", "_scales", "_zero_points")


def read_pupil(folder: Path) -> BertModel:
    """Return the network that a folder's `encoder.onnx` holds.

    Args:
        folder: Where `training.train_encoder.store` wrote it.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(folder / "encoder.onnx"))
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    state: dict[str, NDArray[Any]] = {
        name.removeprefix(_PREFIX): array
        for name, array in stored.items()
        if name.startswith(_PREFIX) and not name.endswith((*_IN_FOUR_BITS, "position_ids"))
    }
    tables = sorted(name.removesuffix("_Q4") for name in stored if name.endswith("embeddings.weight_Q4"))
    state |= {name.removeprefix(_PREFIX): _table(stored, name) for name in tables}
    # In the order in which they are used, layer by layer.
    matrices = [node.input[1].removesuffix("_Q4") for node in model.graph.node if node.op_type == "MatMulNBits"]
    for i, name in enumerate(matrices):
        layer, part = divmod(i, len(_LAYER))
        state[f"encoder.layer.{layer}.{_LAYER[part]}.weight"] = _matrix(stored, name)
    words, dimension = state["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=words,
        hidden_size=dimension,
        num_hidden_layers=len(matrices) // len(_LAYER),
        num_attention_heads=_HEADS,
        intermediate_size=len(state["encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=_PLACES,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    pupil = BertModel(config, add_pooling_layer=False)
    loaded = pupil.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in state.items()}, False)
    if loaded.unexpected_keys or set(loaded.missing_keys) - {"embeddings.position_ids"}:
        raise ValueError(f"{folder} is no encoder of this recipe: {loaded}")
    pupil.train(False)
    return pupil


def _matrix(stored: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    """Return a matrix of a layer, shape (outputs, inputs)."""
    scales = stored[f"{name}_scales"]
    outputs, blocks = scales.shape
    levels, zeros = _levels(stored[f"{name}_Q4"]), _levels(stored[f"{name}_zero_points"].reshape(outputs, -1))
    rows = (levels.astype(np.float32) - zeros[:, :blocks, None]) * scales[..., None]
    return np.asarray(rows.reshape(outputs, -1), dtype=np.float32)


def _table(stored: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    """Return a table of embeddings, shape (rows, dimension)."""
    scales = stored[f"{name}_scales"]
    rows, blocks = scales.shape
    levels = stored[f"{name}_Q4"].astype(np.float32).reshape(rows, blocks, -1)
    zeros = stored[f"{name}_zero_points"].astype(np.float32)
    return np.asarray(((levels - zeros[..., None]) * scales[..., None]).reshape(rows, -1), dtype=np.float32)


def _levels(packed: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the numbers of four bits of which two are packed in each byte."""
    packed = packed.astype(np.uint8)
    return np.stack([packed & 15, packed >> 4], axis=-1).reshape(*packed.shape[:-1], -1)
