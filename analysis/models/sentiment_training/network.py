"""The encoder and the head that reads sentiment toward a target from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

BERT_QKV = ("attention.self.query", "attention.self.key", "attention.self.value")
MPNET_QKV = ("attention.attn.q", "attention.attn.k", "attention.attn.v")
BERT_NAMES = {
    "attention.output.dense": "out",
    "attention.output.LayerNorm": "norm_attention",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm_output",
}
MPNET_NAMES = {
    "attention.attn.o": "out",
    "attention.LayerNorm": "norm_attention",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm_output",
}


@dataclass(frozen=True)
class Shape:
    """Sizes of an encoder, read off its weights.

    Attributes
    ----------
    vocabulary, positions, width, inner, heads, layers
        Numbers of each.
    relative
        Buckets of the relative attention bias (MPNet), 0 for none (BERT).
    offset
        Position id of the first token.
    eps
        Epsilon of the layer norms.
    """

    vocabulary: int
    positions: int
    width: int
    inner: int
    heads: int
    layers: int
    relative: int
    offset: int
    eps: float


def shape_of(weights: dict[str, Tensor]) -> Shape:
    """Read an encoder's sizes off a checkpoint of BERT or MPNet.

    Parameters
    ----------
    weights
        Tensors by their names in the checkpoint.

    Returns
    -------
    Shape
    """
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    mpnet = "encoder.relative_attention_bias.weight" in weights
    return Shape(
        vocabulary=vocabulary,
        positions=weights["embeddings.position_embeddings.weight"].shape[0],
        width=width,
        inner=weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
        heads=12,
        layers=layers,
        relative=32 if mpnet else 0,
        offset=2 if mpnet else 0,
        eps=1e-5 if mpnet else 1e-12,
    )


class Drop(nn.Module):
    """Dropout whose mask comes from a byte generator, many times faster on a CPU.

    Parameters
    ----------
    share
        Share of units dropped while training, in steps of 1/256.
    """

    source = np.random.Generator(np.random.SFC64(0))

    def __init__(self, share: float) -> None:
        super().__init__()
        self.cut = round(share * 256)

    def forward(self, x: Tensor) -> Tensor:
        """Drop units.

        Parameters
        ----------
        x
            Of any shape.

        Returns
        -------
        Tensor
            Of the same shape.
        """
        if not self.training or not self.cut:
            return x
        kept = torch.from_numpy(np.frombuffer(Drop.source.bytes(x.numel()), np.uint8).copy()) >= self.cut
        return x * (kept.view(x.shape).to(x.dtype) * (256 / (256 - self.cut)))


class Layer(nn.Module):
    """One transformer layer, norms after the sums."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm_attention = nn.LayerNorm(shape.width, shape.eps)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_output = nn.LayerNorm(shape.width, shape.eps)
        self.dropout = Drop(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run the layer.

        Parameters
        ----------
        x
            Of shape (n, tokens, width).
        bias
            Added to the attention scores, of shape (n or 1, heads or 1, tokens, tokens).

        Returns
        -------
        Tensor
            Of the shape of `x`.
        """
        n, tokens, width = x.shape
        parts = self.qkv(x).view(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind(0)
        scores = (query @ key.transpose(2, 3)) * (width // self.heads) ** -0.5
        weights = torch.softmax((scores + bias.to(scores.dtype)), -1)
        mixed = self.out((weights.to(value.dtype) @ value).transpose(1, 2).reshape(n, tokens, width))
        x = self.norm_attention(x + self.dropout(mixed))
        inner = self.down(functional.gelu(self.up(x)))
        out: Tensor = self.norm_output(x + self.dropout(inner))
        return out


class Encoder(nn.Module):
    """A BERT or MPNet encoder.

    Parameters
    ----------
    shape
        Its sizes.
    dropout
        Share of hidden units dropped while training.
    """

    def __init__(self, shape: Shape, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, shape.eps)
        self.relative = nn.Embedding(shape.relative, shape.heads) if shape.relative else None
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.dropout = Drop(dropout)

    def _buckets(self, tokens: int) -> Tensor:
        steps = torch.arange(tokens)
        distance = steps[:, None] - steps[None, :]
        half = self.shape.relative // 2
        exact = half // 2
        size = distance.abs().clamp(min=1)
        far = exact + (torch.log(size.float() / exact) / math.log(128 / exact) * (half - exact)).long()
        near = torch.where(distance.abs() < exact, distance.abs(), far.clamp(max=half - 1))
        return near + (distance < 0).long() * half

    def freeze(self, layers: int) -> None:
        """Leave the word embeddings and the lowest layers as they are while training.

        Parameters
        ----------
        layers
            How many layers; with none, the position embeddings are trained too.
        """
        self.words.requires_grad_(False)
        if layers:
            for part in (self.positions, self.norm, *self.layers[:layers], *([self.relative] if self.relative else [])):
                part.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode token ids.

        Parameters
        ----------
        ids
            Token ids of shape (n, tokens).
        mask
            1.0 where a token is, of the same shape.

        Returns
        -------
        Tensor
            Of shape (n, tokens, width).
        """
        tokens = ids.shape[1]
        steps = torch.arange(self.shape.offset, self.shape.offset + tokens)
        x: Tensor = self.dropout(self.norm(self.words(ids) + self.positions(steps)))
        bias = (mask[:, None, None, :] - 1.0) * 1e4
        if self.relative is not None:
            bias = bias + self.relative(self._buckets(tokens)).permute(2, 0, 1)[None]
        else:
            bias = bias.expand(-1, 1, tokens, -1)
        if torch.is_autocast_enabled("cpu"):
            x = x.to(torch.bfloat16)
        for layer in self.layers:
            x = layer(x, bias)
        return x


class TargetSentiment(nn.Module):
    """Encoder, mean of all tokens and of the target's, and two dense layers.

    Parameters
    ----------
    shape
        The encoder's sizes.
    dropout
        Share of units dropped while training.
    """

    def __init__(self, shape: Shape, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(shape, dropout=dropout)
        self.dense = nn.Linear(2 * shape.width, shape.width)
        self.score = nn.Linear(shape.width, 3)
        self.dropout = Drop(dropout)

    def represent(self, ids: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """Represent mentions by the hidden layer under the scores.

        Parameters
        ----------
        ids, mask, target
            Of shape (n, tokens), as in `rows.Batch`.

        Returns
        -------
        Tensor
            Of shape (n, width), each value between -1 and 1.
        """
        x = self.encoder(ids, mask)
        weights = torch.stack([mask / mask.sum(1, keepdim=True), target / target.sum(1, keepdim=True)], 1)
        pooled = (weights @ x.float()).flatten(1)
        return torch.tanh(self.dense(self.dropout(pooled)))

    def forward(self, ids: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """Score negative, neutral, positive.

        Parameters
        ----------
        ids, mask, target
            Of shape (n, tokens), as in `rows.Batch`.

        Returns
        -------
        Tensor
            Logits of shape (n, 3).
        """
        logits: Tensor = self.score(self.dropout(self.represent(ids, mask, target)))
        return logits.float()


def from_base(folder: Path, *, dropout: float) -> TargetSentiment:
    """Build a model on pretrained weights.

    Parameters
    ----------
    folder
        Holds ``model.safetensors`` of BERT or MPNet.
    dropout
        Share of units dropped while training.

    Returns
    -------
    TargetSentiment
        With a fresh head and frozen word embeddings.
    """
    weights = load_file(folder / "model.safetensors")
    shape = shape_of(weights)
    names = MPNET_NAMES if shape.relative else BERT_NAMES
    positions = weights["embeddings.position_embeddings.weight"]
    if "embeddings.token_type_embeddings.weight" in weights:
        positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
    state = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "positions.weight": positions,
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    if shape.relative:
        state["relative.weight"] = weights["encoder.relative_attention_bias.weight"]
    for layer in range(shape.layers):
        for theirs, ours in names.items():
            for kind in ("weight", "bias"):
                state[f"layers.{layer}.{ours}.{kind}"] = weights[f"encoder.layer.{layer}.{theirs}.{kind}"]
        for kind in ("weight", "bias"):
            three = [
                weights[f"encoder.layer.{layer}.{name}.{kind}"] for name in (MPNET_QKV if shape.relative else BERT_QKV)
            ]
            state[f"layers.{layer}.qkv.{kind}"] = torch.cat(three)
    model = TargetSentiment(shape, dropout=dropout)
    model.encoder.load_state_dict(state)
    model.encoder.words.weight.requires_grad_(False)
    return model


def from_checkpoint(file: Path, *, dropout: float = 0.1) -> TargetSentiment:
    """Load a trained model.

    Parameters
    ----------
    file
        A ``.safetensors`` file that `train` wrote.
    dropout
        Share of units dropped, should it be trained on.

    Returns
    -------
    TargetSentiment
        In evaluation mode.
    """
    state = load_file(file)
    relative = state.get("encoder.relative.weight")
    vocabulary, width = state["encoder.words.weight"].shape
    shape = Shape(
        vocabulary=vocabulary,
        positions=state["encoder.positions.weight"].shape[0],
        width=width,
        inner=state["encoder.layers.0.up.weight"].shape[0],
        heads=12,
        layers=1 + max(int(n.split(".")[2]) for n in state if n.startswith("encoder.layers.")),
        relative=0 if relative is None else 32,
        offset=0 if relative is None else 2,
        eps=1e-12 if relative is None else 1e-5,
    )
    model = TargetSentiment(shape, dropout=dropout)
    model.load_state_dict(state)
    model.encoder.words.weight.requires_grad_(False)
    return model.eval()
