"""One direction, layer by layer: a module imports only from its own layer or one above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "analysis"

LAYERS = (
    ("errors", "columns", "schema"),
    ("store", "study", "language", "encoder"),
    ("reading", "fetching", "cleaning", "provenance", "reuse"),
    ("quotes", "speakers", "mentions"),
    ("framing", "sentiment", "readability", "prominence", "facts"),
    ("comparison", "evaluation", "agreement", "coding"),
    ("pipeline",),
    ("figures", "tables", "display", "explore"),
    ("notebooks", "reports", "schedule"),
    ("__init__", "cli", "__main__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
DATA = {"models", "codebooks", "style", "shipped"}


def room(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names if alias.name.split(".")[0] == "analysis")
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            if node.module == "analysis":
                names.update(f"analysis.{alias.name}" for alias in node.names)
            else:
                names.add(node.module)
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError("relative imports hide the direction; write them in full")
    return names


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if room(p) not in DATA)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_layer_or_above(path: Path) -> None:
    here = room(path)
    assert here in RANK, f"{here} has no layer; give it one in the design and here"
    for name in imports(ast.parse(path.read_text("utf-8"))):
        parts = name.split(".")
        there = parts[1] if len(parts) > 1 and not parts[1].startswith("__") else "__init__"
        assert there in RANK, f"{path}: imports {name}, which has no layer"
        assert RANK[there] <= RANK[here], f"{path}: {here} (layer {RANK[here]}) imports {name} (layer {RANK[there]})"


def test_rooms_of_one_layer_have_no_cycle() -> None:
    edges: dict[str, set[str]] = {}
    for path in MODULES:
        for name in imports(ast.parse(path.read_text("utf-8"))):
            there = name.split(".")[1] if "." in name and "__" not in name else "__init__"
            if there != room(path):
                edges.setdefault(room(path), set()).add(there)
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for there in sorted(edges.get(name, ())):
                visit(there, (*trail, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())


def test_no_module_holds_two_subjects() -> None:
    long = {
        str(p.relative_to(PACKAGE)): n
        for p in PACKAGE.rglob("*.py")
        if (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}
