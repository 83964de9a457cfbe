"""Sum rows of a table by bags; on a CPU the gradient comes five times as fast as with `EmbeddingBag`."""

from typing import Any

import numpy as np
import torch
from torch.autograd import Function

from training.batches import Bags


class Incidence:
    """Which tokens lie in which bag, as a sparse matrix with its transpose."""

    def __init__(self, bags: Bags, vocabulary: int) -> None:
        """Build both matrices; the transpose is what the gradient needs."""
        count = len(bags.starts)
        bounds = np.append(bags.starts, len(bags.tokens))
        owners = np.repeat(np.arange(count), np.diff(bounds))
        by_token = np.argsort(bags.tokens, kind="stable")
        token_bounds = np.concatenate(([0], np.cumsum(np.bincount(bags.tokens, minlength=vocabulary))))
        self.forward = _matrix(bounds, bags.tokens, (count, vocabulary))
        self.backward = _matrix(token_bounds, owners[by_token], (vocabulary, count))

    def times(self, table: torch.Tensor) -> torch.Tensor:
        """Return the sum of the table's rows for each bag."""
        sums: torch.Tensor = _Product.apply(table, self)  # type: ignore[no-untyped-call]
        return sums


def _matrix(bounds: Any, columns: Any, shape: tuple[int, int]) -> torch.Tensor:
    """Return a sparse matrix of ones."""
    ones = torch.ones(len(columns))
    return torch.sparse_csr_tensor(
        torch.from_numpy(bounds), torch.from_numpy(columns), ones, shape, check_invariants=False
    )


class _Product(Function):
    """Incidence times table, whose gradient is the transpose times the gradient."""

    @staticmethod
    def forward(context: Any, table: torch.Tensor, incidence: Incidence) -> torch.Tensor:
        context.incidence = incidence
        return incidence.forward @ table

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        return context.incidence.backward @ gradients[0], None
