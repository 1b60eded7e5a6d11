"""Even out the inputs of a model's matrices before they are quantized.

A few channels of a transformer's activations are far larger than the rest, and set the scale for all when a whole
tensor is quantized. Each input channel is divided by a factor, and the matrix's column multiplied by it (SmoothQuant,
Xiao et al., ICML 2023): the same product, with less lost to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from .network import from_checkpoint
from .rows import Encoded, collate

Array = npt.NDArray[np.float32]
STRENGTH: Mapping[str, float] = {"qkv": 0.6, "up": 0.6, "out": 0.7, "down": 0.8}


def peaks(file: Path, encoded: Sequence[Encoded], *, padding: int) -> dict[str, Array]:
    """Find the largest input of each channel of each matrix.

    Parameters
    ----------
    file
        Trained weights.
    encoded
        Rows to run, a few hundred.
    padding
        Id of the padding token.

    Returns
    -------
    dict of str to numpy.ndarray
        By the name of the matrix's module, float32 of shape (inputs,).
    """
    model = from_checkpoint(file)
    largest: dict[str, Tensor] = {}

    def note(name: str, x: Tensor) -> None:
        top = x.abs().flatten(0, -2).amax(0)
        largest[name] = torch.maximum(largest[name], top) if name in largest else top

    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in STRENGTH:
            module.register_forward_pre_hook(lambda _, given, name=name: note(name, given[0]))
    with torch.no_grad():
        for row in encoded:
            batch = collate([row], [0], padding=padding)
            model(*map(torch.from_numpy, (batch.ids, batch.mask, batch.target)))
    return {name: top.numpy() for name, top in largest.items()}


def smooth(weights: Mapping[str, Array], largest: Mapping[str, Array]) -> dict[str, Array]:
    """Move the unevenness of inputs into the matrices.

    Parameters
    ----------
    weights
        Trained tensors.
    largest
        What `peaks` found.

    Returns
    -------
    dict of str to numpy.ndarray
        The tensors, the matrices changed, and for each matrix ``NAME.smooth``, by which its input is to be multiplied.
    """
    changed = dict(weights)
    for name, top in largest.items():
        matrix, strength = weights[f"{name}.weight"], STRENGTH[name.rpartition(".")[2]]
        factor = (top + 1e-6) ** strength / (np.abs(matrix).max(0) + 1e-6) ** (1 - strength)
        factor = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        changed[f"{name}.weight"] = matrix * factor
        changed[f"{name}.smooth"] = (1 / factor).astype(np.float32)
    return changed
