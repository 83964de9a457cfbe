"""Networks as they are stored: written for onnxruntime, and read back to learn further.

Weights are stored in four bits, in blocks with a scale and a zero each. Read back and stored again they are the same,
since each block still ends where it did.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.parametrize import is_parametrized, remove_parametrizations
from transformers import BertConfig, BertModel

from vectorstore.network import BLOCK, read_words, unpacked

_HEADS = 12
_PLACES = 512  # the teacher's; `vectorstore.encoder.LONGEST` of them are used
_LAYER = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
_PREFIX = "pupil."
_IN_FOUR_BITS = ("_Q4", "_scales", "_zero_points")
_HALVED = "_halved"  # ends the name of scales as they are stored


def write_network(network: nn.Module, given: Mapping[str, torch.Tensor], outputs: Sequence[str], path: Path) -> None:
    """Write a network, its weights in four bits, their scales in half precision.

    Args:
        network: What to write; it works with the weights that are stored from now on.
        given: An example of all that it is given, in order, by name; the first two dimensions may be of any size.
        outputs: The names of what it returns.
        path: The file.
    """
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    for module in network.modules():
        if is_parametrized(module, "weight"):
            remove_parametrizations(module, "weight")
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        network.eval(),
        tuple(given.values()),
        input_names=list(given),
        output_names=list(outputs),
        dynamic_shapes=dict.fromkeys(given, axes),
        dynamo=True,
    )
    assert program is not None, "only where errors are asked for in place of the program"  # noqa: S101
    quantiser = MatMulNBitsQuantizer(
        program.model_proto,
        bits=4,
        block_size=BLOCK,
        is_symmetric=False,
        op_types_to_quantize=("MatMul", "Gather"),
        quant_axes=(("MatMul", 0), ("Gather", 1)),
    )
    quantiser.process()
    for part in (quantiser.model.model.graph, *quantiser.model.model.graph.node):
        part.ClearField("metadata_props")  # the exporter writes down in which file each step was taken
    _halve_scales(quantiser.model.model)
    quantiser.model.save_model_to_file(str(path))


def _halve_scales(model: Any) -> None:
    """Store scales in half precision; onnxruntime brings them back when it loads the network."""
    from onnx import TensorProto, helper, numpy_helper

    scales = [tensor for tensor in model.graph.initializer if tensor.name.endswith("_scales")]
    for tensor in scales:
        name = tensor.name
        halved = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name + _HALVED)
        tensor.CopyFrom(halved)
        model.graph.node.insert(0, helper.make_node("Cast", [halved.name], [name], to=TensorProto.FLOAT))


def read_pupil(folder: Path) -> BertModel:
    """Return the network that a folder's `encoder.onnx` holds.

    Args:
        folder: Where `training.train_encoder.store` wrote it.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(folder / "encoder.onnx"))
    stored = {tensor.name.removesuffix(_HALVED): numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
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
    table = read_words(folder)
    state["embeddings.word_embeddings.weight"] = table.rows(np.arange(len(table.levels)))
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
    levels, zeros = unpacked(stored[f"{name}_Q4"]), unpacked(stored[f"{name}_zero_points"].reshape(outputs, -1))
    rows = (levels.astype(np.float32) - zeros[:, :blocks, None]) * scales[..., None]
    return np.asarray(rows.reshape(outputs, -1), dtype=np.float32)


def _table(stored: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    """Return a table of embeddings, shape (rows, dimension)."""
    scales = stored[f"{name}_scales"]
    rows, blocks = scales.shape
    levels = stored[f"{name}_Q4"].astype(np.float32).reshape(rows, blocks, -1)
    zeros = stored[f"{name}_zero_points"].astype(np.float32)
    return np.asarray(((levels - zeros[..., None]) * scales[..., None]).reshape(rows, -1), dtype=np.float32)
