"""Average the weights of runs that went on from the same model.

Run as ``python -m sentiment_training.average --help`` from the folder above.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file


def average(models: Sequence[Mapping[str, npt.NDArray[np.float32]]]) -> dict[str, npt.NDArray[np.float32]]:
    """Average weights tensor by tensor (Wortsman et al., "Model soups", ICML 2022).

    Parameters
    ----------
    models
        Tensors by name, the same names and shapes in all.

    Returns
    -------
    dict of str to numpy.ndarray
        float32.
    """
    return {
        name: np.asarray(np.mean([model[name] for model in models], axis=0, dtype=np.float64), np.float32)
        for name in models[0]
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Average from the command line.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, nargs="+", required=True, help="weights that 'train' wrote, .safetensors")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    given = parser.parse_args(arguments)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(average([load_file(file) for file in given.model]), given.out)


if __name__ == "__main__":
    main()
