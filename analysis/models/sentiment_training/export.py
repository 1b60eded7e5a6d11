"""Write trained weights as an int8 ONNX graph for one row at a time, with its metadata.

Run as ``python -m sentiment_training.export --help`` from the folder above.

The graph is built node by node: word embeddings and matrices lie in it as signed 8-bit integers (7 bits of
range, so that processors without VNNI do not saturate), one scale a word or an output channel; activations are
quantized at run time, a tensor at a time. It takes one row, so a result can not depend on other rows.
Several models trained on the same frozen word embeddings can share them; their logits are averaged in the graph.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from .figures import figures, fit_temperature, softmax
from .rows import LABELS, MAX_TARGET, MAX_TOKENS, InputFormat, Mention, read_mentions, split_holdout
from .smoothing import peaks, smooth

RANGE = 64
CALIBRATION = 300
CONTRIB = "com.microsoft"
Array = npt.NDArray[np.float32]
Weights = Mapping[str, Array]


def quantize(matrix: Array, *, limit: int = RANGE) -> tuple[npt.NDArray[np.int8], Array]:
    """Quantize each row.

    Parameters
    ----------
    matrix
        float32 of shape (rows, columns).
    limit
        Largest integer; 7 bits by default, for matrices of products.

    Returns
    -------
    tuple of numpy.ndarray
        int8 of the same shape, and a float32 scale a row.

    Examples
    --------
    >>> values, scale = quantize(np.array([[0.5, -1.0]], np.float32))
    >>> values.tolist(), (values * scale[:, None]).tolist()
    ([[32, -64]], [[0.5, -1.0]])
    """
    scale = np.maximum(np.abs(matrix).max(1), 1e-8).astype(np.float32) / np.float32(limit)
    return np.round(matrix / scale[:, None]).clip(-limit, limit).astype(np.int8), scale


class Graph:
    """Nodes and tensors of an ONNX graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, onnx.TensorProto] = {}

    def tensor(self, name: str, value: npt.NDArray[np.generic]) -> str:
        """Add a constant.

        Parameters
        ----------
        name
            Its name, unique in the graph.
        value
            Its value.

        Returns
        -------
        str
            The name.
        """
        self.tensors[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, **options: int) -> str:
        """Add a node of one output.

        Parameters
        ----------
        kind
            Operator; one of ONNX Runtime's own where its name begins with ``*``.
        inputs
            Names of tensors.
        output
            Name of the result.
        **options
            Attributes.

        Returns
        -------
        str
            The output's name.
        """
        domain = CONTRIB if kind.startswith("*") else ""
        made = helper.make_node(kind.lstrip("*"), list(inputs), [output], domain=domain)
        made.attribute.extend(helper.make_attribute(name, value) for name, value in options.items())
        self.nodes.append(made)
        return output

    def dense(self, x: str, weights: Weights, name: str, scope: str) -> str:
        """Add a quantized dense layer.

        Parameters
        ----------
        x
            Name of its input.
        weights
            Trained tensors.
        name
            Prefix of its weight and bias.
        scope
            Prefix of names in the graph.

        Returns
        -------
        str
            Name of its output.
        """
        key = f"{scope}{name}"
        if f"{name}.smooth" in weights:
            x = self.node("Mul", [x, self.tensor(f"{key}.smooth", weights[f"{name}.smooth"])], f"{key}.smoothed")
        values, scale = quantize(weights[f"{name}.weight"])
        inputs = [
            x,
            self.tensor(f"{key}.int8", values.T),
            self.tensor(f"{key}.scale", scale),
            self.tensor(f"{key}.zero", np.zeros(len(scale), np.int8)),
            self.tensor(f"{key}.bias", weights[f"{name}.bias"]),
        ]
        return self.node("*DynamicQuantizeMatMul", inputs, f"{key}.out")

    def norm(self, x: str, other: str, weights: Weights, name: str, scope: str) -> str:
        """Add a layer norm of a sum.

        Spelled out with products: ONNX Runtime's own operator takes three times as long on one row.

        Parameters
        ----------
        x, other
            Names of the summands.
        weights
            Trained tensors.
        name
            Prefix of its weight and bias.
        scope
            Prefix of names in the graph.

        Returns
        -------
        str
            Name of its output.
        """
        key = f"{scope}{name}"
        gain = self.tensor(f"{key}.weight", weights[f"{name}.weight"])
        shift = self.tensor(f"{key}.bias", weights[f"{name}.bias"])
        width = len(weights[f"{name}.weight"])
        average = self.tensor("average", np.full((width, 1), 1 / width, np.float32))
        total = self.node("Add", [x, other], f"{key}.sum")
        centred = self.node("Sub", [total, self.node("MatMul", [total, average], f"{key}.mean")], f"{key}.centred")
        square = self.node("Mul", [centred, centred], f"{key}.square")
        variance = self.node("MatMul", [square, average], f"{key}.variance")
        deviation = self.node("Sqrt", [self.node("Add", [variance, "epsilon"], f"{key}.safe")], f"{key}.deviation")
        unit = self.node("Mul", [centred, self.node("Reciprocal", [deviation], f"{key}.inverse")], f"{key}.unit")
        return self.node("Add", [self.node("Mul", [unit, gain], f"{key}.scaled"), shift], f"{key}.out")


def add_model(graph: Graph, weights: Weights, words: str, pool: str, scope: str) -> str:
    """Add one model from word vectors to logits.

    Parameters
    ----------
    graph
        The graph.
    weights
        Trained tensors.
    words
        Name of the word vectors, of shape (1, tokens, width).
    pool
        Name of the pooling weights, of shape (1, 2, tokens).
    scope
        Prefix of names in the graph.

    Returns
    -------
    str
        Name of the logits, of shape (1, 3).
    """
    width = weights["encoder.words.weight"].shape[1]
    positions = graph.tensor(f"{scope}positions", weights["encoder.positions.weight"][None, :MAX_TOKENS])
    near = graph.node("Slice", [positions, "zero", "tokens", "one"], f"{scope}positions.out")
    x = graph.norm(words, near, weights, "encoder.norm", scope)
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layers."))
    for layer in range(layers):
        at = f"encoder.layers.{layer}"
        both = graph.dense(x, weights, f"{at}.qkv", scope)
        parts = [f"{scope}{at}.{part}" for part in ("query", "key", "value")]
        graph.nodes.append(
            helper.make_node("Split", [both, graph.tensor("thirds", np.array([width] * 3))], parts, axis=2)
        )
        mixed = graph.node("*MultiHeadAttention", parts, f"{scope}{at}.mixed", num_heads=12)
        x = graph.norm(x, graph.dense(mixed, weights, f"{at}.out", scope), weights, f"{at}.norm_attention", scope)
        inner = graph.node("*Gelu", [graph.dense(x, weights, f"{at}.up", scope)], f"{scope}{at}.inner")
        x = graph.norm(x, graph.dense(inner, weights, f"{at}.down", scope), weights, f"{at}.norm_output", scope)
    pooled = graph.node("Reshape", [graph.node("MatMul", [pool, x], f"{scope}pooled"), "flat"], f"{scope}flat")
    for name in ("dense", "score"):
        graph.tensor(f"{scope}{name}.weight", weights[f"{name}.weight"])
        graph.tensor(f"{scope}{name}.bias", weights[f"{name}.bias"])
    hidden = graph.node("Gemm", [pooled, f"{scope}dense.weight", f"{scope}dense.bias"], f"{scope}hidden", transB=1)
    active = graph.node("Tanh", [hidden], f"{scope}active")
    return graph.node("Gemm", [active, f"{scope}score.weight", f"{scope}score.bias"], f"{scope}logits", transB=1)


def build(models: Sequence[Weights]) -> onnx.ModelProto:
    """Build the graph.

    Parameters
    ----------
    models
        Trained tensors of one or several models with the same word embeddings.

    Returns
    -------
    onnx.ModelProto
        Inputs ``ids`` (int64, (1, tokens)) and ``target`` (float32, (1, tokens), 1.0 on the target's tokens), output
        ``logits`` (float32, (1, 3)).

    Raises
    ------
    ValueError
        If the models' word embeddings differ.
    """
    if any(not np.array_equal(m["encoder.words.weight"], models[0]["encoder.words.weight"]) for m in models):
        raise ValueError("the models' word embeddings differ; train them from the same base with embeddings frozen")
    graph = Graph()
    graph.tensor("zero", np.array([0]))
    graph.tensor("one", np.array([1]))
    graph.tensor("flat", np.array([1, -1]))
    graph.tensor("epsilon", np.array(1e-12, np.float32))
    graph.tensor("share", np.array(1 / len(models), np.float32))
    shape = graph.node("Shape", ["ids"], "shape", start=1, end=2)
    graph.node("Identity", [shape], "tokens")
    values, scale = quantize(models[0]["encoder.words.weight"], limit=127)
    rows = graph.node("Gather", [graph.tensor("words.int8", values), "ids"], "words.rows")
    scales = graph.node("Gather", [graph.tensor("words.scale", scale[:, None]), "ids"], "words.scales")
    words = graph.node("Mul", [graph.node("Cast", [rows], "words.float", to=TensorProto.FLOAT), scales], "words")
    axis = graph.tensor("axis", np.array([1]))
    count = graph.node("ReduceSum", ["target", axis], "target.count", keepdims=1)
    ones = graph.node("Cast", [graph.node("Equal", ["ids", "ids"], "any")], "ones", to=TensorProto.FLOAT)
    length = graph.node("ReduceSum", [ones, axis], "length", keepdims=1)
    pools = [graph.node("Div", ["target", count], "target.mean"), graph.node("Div", [ones, length], "all.mean")]
    rows3 = [graph.node("Unsqueeze", [p, axis], f"{p}.row") for p in reversed(pools)]
    pool = graph.node("Concat", rows3, "pool", axis=1)
    logits = [add_model(graph, weights, words, pool, f"m{n}.") for n, weights in enumerate(models)]
    total = graph.node("Sum", logits, "total")
    graph.node("Mul", [total, "share"], "logits")
    made = helper.make_graph(
        graph.nodes,
        "target_sentiment",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"]),
            helper.make_tensor_value_info("target", TensorProto.FLOAT, [1, "tokens"]),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 3])],
        list(graph.tensors.values()),
    )
    sets = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(made, opset_imports=sets, ir_version=8, producer_name="nutgraf")


def run(session: onnxruntime.InferenceSession, form: InputFormat, mentions: Sequence[Mention]) -> Array:
    """Score mentions one at a time.

    Parameters
    ----------
    session
        A session on the graph of `build`.
    form
        The input format.
    mentions
        Rows.

    Returns
    -------
    numpy.ndarray
        Logits, float32 of shape (rows, 3).
    """
    logits = np.zeros((len(mentions), 3), np.float32)
    for row, encoded in enumerate(form.encode(mentions)):
        target = np.zeros((1, len(encoded.ids)), np.float32)
        target[0, encoded.first : max(encoded.last, encoded.first + 1)] = 1.0
        logits[row] = session.run(None, {"ids": np.array([encoded.ids]), "target": target})[0][0]
    return logits


def open_session(file: Path) -> onnxruntime.InferenceSession:
    """Open a graph on one thread.

    Parameters
    ----------
    file
        The ONNX file.

    Returns
    -------
    onnxruntime.InferenceSession
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])


def sha256(file: Path) -> str:
    """Hash a file.

    Parameters
    ----------
    file
        Any file.

    Returns
    -------
    str
        Hexadecimal SHA-256.
    """
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> None:
    """Export from the command line.

    Parameters
    ----------
    arguments
        Instead of the process's own.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, nargs="+", required=True, help="weights that 'train' wrote, .safetensors")
    parser.add_argument("--base", type=Path, required=True, help="folder of the base weights and tokenizer.json")
    parser.add_argument("--gold", type=Path, required=True, help="newsmtsc folder")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # rows are run one at a time: more threads would only wait for each other

    tokenizer = Tokenizer.from_file(str(given.base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(given.out / "tokenizer.json"), pretty=False)

    form = InputFormat(given.out / "tokenizer.json")
    train, held = split_holdout(read_mentions(given.gold / "train.jsonl"))
    sample = form.encode(train[:CALIBRATION])
    models = [smooth(load_file(file), peaks(file, sample, padding=form.padding)) for file in given.model]
    onnx.save(build(models), given.out / "sentiment.onnx")
    session = open_session(given.out / "sentiment.onnx")
    temperature = round(fit_temperature(run(session, form, held), [LABELS.index(m.label) for m in held]), 4)
    measured = {}
    parts = {part: read_mentions(given.gold / f"{part}.jsonl") for part in ("dev_rw", "dev_mt")}
    parts["dev"] = parts["dev_rw"] + parts["dev_mt"]
    for part, mentions in {"held": held, **parts}.items():
        logits = run(session, form, mentions) / np.float32(temperature)
        measured[part] = figures(logits, [LABELS.index(m.label) for m in mentions])
        with (given.out / f"predictions-{part}.jsonl").open("w") as out:
            for p in softmax(logits):
                row = {"label": LABELS[int(p.argmax())], "probability": dict(zip(LABELS, p.tolist(), strict=True))}
                out.write(json.dumps(row) + "\n")
    meta = {
        "format": 1,
        "labels": list(LABELS),
        "temperature": temperature,
        "max_tokens": MAX_TOKENS,
        "max_target": MAX_TARGET,
        "tokens": {"open": form.opening, "close": form.closing, "before": form.before, "after": form.after},
        "input": "[CLS] left [unused1] target [unused2] right [SEP]",
        "sha256": {name: sha256(given.out / name) for name in ("sentiment.onnx", "tokenizer.json")},
        "base_sha256": sha256(given.base / "model.safetensors"),
        "trained_sha256": [sha256(file) for file in given.model],
        "figures": measured,
    }
    (given.out / "sentiment.json").write_text(json.dumps(meta, indent=1) + "\n")
    print(json.dumps({"temperature": temperature, **measured}, indent=1))


if __name__ == "__main__":
    main()
