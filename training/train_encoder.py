"""Make the bundled encoder: `python -m training.train_encoder --teacher DIR --data DIR --out DIR`."""

import argparse
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from training.distil import Scale, Teaching, batches, layers_over, lessons, padded, pupil_of, vectors
from training.pairs import HeldOut
from training.stored import write_network
from training.tune_encoder import tune
from training.tune_static import Lessons, other_pairs
from vectorstore.network import WordTable, save_words

# Of the last layers what they know of each token is given out, side by side, for `training.train_interaction`.
LAYERS_READ = 3
SCALE_BATCHES = 24  # of what the teacher's states vary in is measured


class _Reading(nn.Module):
    """What is stored: what each token is by itself → the text's vector, and what the last layers know of each token."""

    def __init__(self, pupil: BertModel) -> None:
        super().__init__()
        self.pupil = pupil

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        states = layers_over(self.pupil, embedded, mask)
        return vectors(states[-1], mask), torch.cat(states[-LAYERS_READ:], dim=-1)


def store(pupil: BertModel, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the pupil with its table of words and its tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    words = pupil.embeddings.word_embeddings
    save_words(WordTable.of(words.weight.detach().numpy()), folder)
    example = padded([[0, 7, 8, 2], [0, 7, 2]])
    given = {"embedded": words(example.ids).detach(), "mask": example.mask}
    write_network(_Reading(pupil), given, ["vector", "states"], folder / "encoder.onnx")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the text to the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=Path, required=True, help="folder that training.teacher wrote")
    parser.add_argument("--data", type=Path, required=True, help="folder of the public collections")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="benchmark folders not to learn from")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--steps", type=int, default=1190, help="of distilling")
    parser.add_argument("--tuning-steps", type=int, default=160, help="of tuning on questions")
    parser.add_argument("--layers", type=int, nargs="*", default=[1, 3, 5, 7, 9, 11], help="of the teacher, from 0")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    teacher = BertModel.from_pretrained(options.teacher, add_pooling_layer=False)
    tokenizer = Tokenizer.from_file(str(options.teacher / "tokenizer.json"))
    held_out = HeldOut.read(options.held_out)
    source = batches(tokenizer, lessons(options.data, held_out, random), random)
    pupil = pupil_of(teacher, options.layers)
    scale = Scale(teacher, options.layers, list(islice(source, SCALE_BATCHES)))
    teaching = Teaching(teacher, pupil, options.layers, scale)
    teaching.run(source, options.steps)
    questions = Lessons.of(other_pairs(options.data, held_out))
    tune(pupil, tokenizer, questions, options.tuning_steps, options.seed)
    store(pupil, tokenizer, options.out)


if __name__ == "__main__":
    main()
