"""The public names, frozen: a change here is a change of the interface and belongs in the changelog."""

from __future__ import annotations

import subprocess
import sys

import analysis


def test_the_public_names() -> None:
    assert analysis.__all__ == [
        "__version__", "Measured", "Study", "explore", "load", "measure", "read_study", "report",
        "comparison", "display", "errors", "evaluation", "figures", "framing", "quotes", "readability", "reuse",
        "schema", "sentiment", "tables",
    ]  # fmt: skip
    for name in analysis.__all__:
        assert getattr(analysis, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, analysis; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "numpy", "matplotlib", "onnxruntime", "sklearn", "papermill"} & set(loaded)


def test_the_command_lines_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom analysis.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "analysis.cli.commands" in loaded
    assert not {"pandas", "numpy", "matplotlib", "onnxruntime", "sklearn", "papermill"} & set(loaded)
