"""Faults that no project of ours can be made to show, in the words of the tools.

Registries and mirrors are called `*.example`.
"""

from __future__ import annotations

from dataclasses import replace

from benchmarks.failing.runner import Step
from benchmarks.failing.shape import Suite
from benchmarks.failing.suites.python import PYTEST

CANCELED = "##[error]The operation was canceled."
DOCKERFILE = """\
FROM registry.example/python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends gcc
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
"""
WORKFLOW = """\
name: CI
on: [pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
      - run: pip install -r requirements.txt
      - run: python -m pytest -v
"""
WRITTEN: Suite = replace(
    PYTEST,
    name="written",
    needs=(),
    files={
        **PYTEST.files,
        "Dockerfile": DOCKERFILE,
        "requirements.txt": "requests==2.32.5\nurllib3==2.5.0\n",
        ".github/workflows/ci.yml": WORKFLOW,
    },
    changes={
        **PYTEST.changes,
        "docker": {
            "Dockerfile": ("install-recommends gcc", "install-recommends gcc git")
        },
        "docker-typo": {
            "Dockerfile": (
                "install-recommends gcc",
                "install-recommends gcc libjpegg-dev",
            )
        },
        "pin": {"requirements.txt": ("urllib3==2.5.0", "urllib3==2.55.0")},
        "raise": {"requirements.txt": ("urllib3==2.5.0", "urllib3==2.6.0")},
        "action": {
            ".github/workflows/ci.yml": ("actions/setup-python@v5", "octocat/setup@v9")
        },
        "disk": {
            ".github/workflows/ci.yml": (
                "      - run: python -m pytest -v\n",
                "      - run: fallocate -l 200G cache.img\n"
                "      - run: python -m pytest -v\n",
            )
        },
    },
)
PASSING = "\n".join(
    f"tests/test_{part}.py::test_{name} PASSED [{share:3}%]"
    for share, part, name in (
        (9, "cart", "total_of_nothing"),
        (18, "cart", "total_adds_prices"),
        (27, "cart", "discount_is_taken_off"),
        (36, "cart", "receipt_has_a_line_a_price"),
        (45, "labels", "slug_has_no_spaces"),
    )
)
TESTS = f"""\
============================= test session starts ==============================
platform linux -- Python 3.11.7, pytest-9.2.0, pluggy-1.7.0
rootdir: /home/runner/work/app/app
collecting ... collected 11 items

{PASSING}"""
PIP = "pip install -r requirements.txt"
DOCKER = "docker build -t app ."
BUILT = """\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 231B done
#1 DONE 0.0s

#2 [internal] load metadata for registry.example/python:3.12-slim"""
LAYERS = f"""\
{BUILT}
#2 DONE 0.6s

#3 [internal] load .dockerignore
#3 transferring context: 2B done
#3 DONE 0.0s

#4 [1/5] FROM registry.example/python:3.12-slim@sha256:9aa5793609640ecea2f06451a0d6f379330880b413f954933289cf3b27a78567
#4 DONE 1.8s

#5 [2/5] RUN apt-get update && apt-get install -y --no-install-recommends gcc git"""
UNREACHED = (
    "WARNING: Retrying (Retry(total={left}, connect=None, read=None, redirect=None, "
    "status=None)) after connection broken by 'NewConnectionError(\"HTTPSConnection("
    "host='pypi.example', port=443): Failed to establish a new connection: [Errno -3] "
    "Temporary failure in name resolution\")': /simple/requests/"
)
NO_MATCH = """\
Collecting requests==2.32.5
  Downloading requests-2.32.5-py3-none-any.whl (64 kB)
ERROR: Could not find a version that satisfies the requirement urllib3=={version} (from versions: 2.0.0, 2.2.3, 2.3.0, 2.4.0, {last})
ERROR: No matching distribution found for urllib3=={version}"""

LOGS: dict[str, tuple[Step, ...]] = {
    "docker-green": (
        Step(
            DOCKER, f"{LAYERS}\n#5 DONE 8.1s\n\n#9 exporting to image\n#9 DONE 0.9s", 0
        ),
    ),
    "shutdown": (
        Step(
            "python -m pytest -v",
            f"{TESTS}\n##[error]The runner has received a shutdown signal. This can "
            "happen when the runner service is stopped, or a manually started runner "
            "is canceled.",
            143,
            CANCELED,
        ),
    ),
    "lost": (
        Step(
            "python -m pytest -v",
            TESTS,
            143,
            "##[error]The hosted runner lost communication with the server. Anything in "
            "your workflow that terminates the runner process, starves it for "
            "CPU/Memory, or blocks its network access can cause this error.",
            is_cut=True,
        ),
    ),
    "cut": (Step("python -m pytest -v", TESTS, 0, PASSING[-60:], is_cut=True),),
    "disk": (
        Step(
            "python -m pytest -v",
            f"{TESTS}\n##[warning]You are running out of disk space. The runner will "
            "stop working when the machine runs out of disk space. Free space left: "
            "4 MB\nOSError: [Errno 28] No space left on device: "
            "'/tmp/pytest-of-runner/pytest-0/lock'",
            1,
        ),
    ),
    "disk-docker": (
        Step(
            DOCKER,
            f"{LAYERS}\n#5 41.20 dpkg: error processing archive "
            "/var/cache/apt/archives/gcc-12_12.2.0-14_amd64.deb (--unpack):\n"
            "#5 41.20  cannot copy extracted data for './usr/bin/gcc-12' to "
            "'/usr/bin/gcc-12.dpkg-new': failed to write (No space left on device)\n"
            "#5 41.31 E: Sub-process /usr/bin/dpkg returned an error code (1)\n"
            '#5 ERROR: process "/bin/sh -c apt-get update && apt-get install -y '
            '--no-install-recommends gcc git" did not complete successfully: exit '
            "code: 100\nERROR: failed to build: failed to solve: no space left on device",
            1,
        ),
    ),
    "disk-filled": (
        Step(
            "fallocate -l 200G cache.img",
            "fallocate: fallocate failed: No space left on device",
            1,
        ),
    ),
    "checkout-dns": (
        Step(
            "",
            "##[group]Fetching the repository again\n[command]/usr/bin/git fetch --depth=1 origin\n"
            "##[error]fatal: unable to access 'https://github.example/octocat/app/': "
            "Could not resolve host: github.example\nThe process '/usr/bin/git' failed "
            "with exit code 128\nWaiting 14 seconds before trying again\n"
            "##[error]fatal: unable to access 'https://github.example/octocat/app/': "
            "Could not resolve host: github.example",
            128,
            "##[error]The process '/usr/bin/git' failed with exit code 128",
        ),
    ),
    "checkout-502": (
        Step(
            "git submodule update --init",
            "Submodule 'vendor/labels' (https://github.example/octocat/labels) "
            "registered for path 'vendor/labels'\nCloning into "
            "'/home/runner/work/app/app/vendor/labels'...\nerror: RPC failed; HTTP 502 "
            "curl 22 The requested URL returned error: 502\nfatal: expected flush after "
            "ref listing\nfatal: clone of 'https://github.example/octocat/labels' into "
            "submodule path '/home/runner/work/app/app/vendor/labels' failed\n"
            "Failed to clone 'vendor/labels'. Retry scheduled",
            1,
        ),
    ),
    "pip-dns": (
        Step(
            PIP,
            "\n".join(UNREACHED.format(left=left) for left in range(4, -1, -1))
            + "\nERROR: Could not find a version that satisfies the requirement "
            "requests==2.32.5 (from versions: none)\n"
            "ERROR: No matching distribution found for requests==2.32.5",
            1,
        ),
    ),
    "pip-timeout": (
        Step(
            PIP,
            "Collecting requests==2.32.5\n"
            "  Downloading requests-2.32.5-py3-none-any.whl (64 kB)\n"
            "ERROR: Exception:\nTraceback (most recent call last):\n"
            '  File "/opt/hostedtoolcache/Python/3.11.7/x64/lib/python3.11/site-packages/'
            'pip/_vendor/urllib3/response.py", line 438, in _error_catcher\n    yield\n'
            '  File "/opt/hostedtoolcache/Python/3.11.7/x64/lib/python3.11/ssl.py", line '
            "1166, in read\n    return self._sslobj.read(len, buffer)\n"
            "TimeoutError: The read operation timed out\n\n"
            "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool("
            "host='files.example', port=443): Read timed out.",
            2,
        ),
    ),
    "pip-no-match": (Step(PIP, NO_MATCH.format(version="2.55.0", last="2.5.0"), 1),),
    "pip-yanked": (Step(PIP, NO_MATCH.format(version="2.5.0", last="2.5.1"), 1),),
    "npm-503": (
        Step(
            "npm ci",
            "npm warn deprecated inflight@1.0.6: This module is not supported\n"
            "npm error code E503\nnpm error 503 Service Unavailable - GET "
            "https://npm.example/lodash/-/lodash-4.17.21.tgz - upstream connect error "
            "or disconnect/reset before headers\nnpm error A complete log of this run "
            "can be found in: /home/runner/.npm/_logs/debug-0.log",
            1,
        ),
    ),
    "npm-reset": (
        Step(
            "npm ci",
            "npm error code ECONNRESET\nnpm error network aborted\nnpm error network "
            "This is a problem related to network connectivity.\nnpm error network In "
            "most cases you are behind a proxy or have bad network settings.\n"
            "npm error A complete log of this run can be found in: "
            "/home/runner/.npm/_logs/debug-0.log",
            1,
        ),
    ),
    "apt-503": (
        Step(
            "sudo apt-get update && sudo apt-get install -y libxml2-dev",
            "Hit:1 http://archive.example/ubuntu noble InRelease\n"
            "Err:2 http://archive.example/ubuntu noble-updates/main amd64 libxml2-dev "
            "amd64 2.9.14\n  503  Service Unavailable [IP: 192.0.2.10 80]\n"
            "E: Failed to fetch http://archive.example/ubuntu/pool/main/libx/libxml2/"
            "libxml2-dev_2.9.14_amd64.deb  503  Service Unavailable [IP: 192.0.2.10 80]\n"
            "E: Unable to fetch some archives, maybe run apt-get update or try with "
            "--fix-missing?",
            100,
        ),
    ),
    "docker-503": (
        Step(
            DOCKER,
            f"{BUILT}\n#2 ERROR: unexpected status from HEAD request to "
            "https://registry.example/v2/python/manifests/3.12-slim: 503 Service "
            "Unavailable\n------\n > [internal] load metadata for "
            "registry.example/python:3.12-slim:\n------\nDockerfile:1\n"
            "--------------------\n   1 | >>> FROM registry.example/python:3.12-slim\n"
            "   2 |     RUN apt-get update && apt-get install -y "
            "--no-install-recommends gcc git\n--------------------\nERROR: failed to "
            "build: failed to solve: registry.example/python:3.12-slim: failed to "
            "resolve source metadata for registry.example/python:3.12-slim: unexpected "
            "status from HEAD request to "
            "https://registry.example/v2/python/manifests/3.12-slim: 503 Service "
            "Unavailable",
            1,
        ),
    ),
    "docker-limit": (
        Step(
            DOCKER,
            f"{BUILT}\n#2 ERROR: toomanyrequests: You have reached your unauthenticated "
            "pull rate limit.\n------\nERROR: failed to build: failed to solve: "
            "registry.example/python:3.12-slim: failed to resolve source metadata for "
            "registry.example/python:3.12-slim: failed to copy: httpReadSeeker: failed "
            "open: unexpected status code 429 Too Many Requests - Server message: "
            "toomanyrequests: You have reached your unauthenticated pull rate limit.",
            1,
        ),
    ),
    "docker-dns": (
        Step(
            DOCKER,
            f"{LAYERS}\n#5 0.41 Err:1 http://deb.example/debian bookworm InRelease\n"
            "#5 0.41   Temporary failure resolving 'deb.example'\n"
            "#5 0.52 Reading package lists...\n#5 0.71 E: Unable to locate package gcc\n"
            "#5 0.71 E: Unable to locate package git\n"
            '#5 ERROR: process "/bin/sh -c apt-get update && apt-get install -y '
            '--no-install-recommends gcc git" did not complete successfully: exit '
            "code: 100\n------\nERROR: failed to build: failed to solve: process "
            '"/bin/sh -c apt-get update && apt-get install -y --no-install-recommends '
            'gcc git" did not complete successfully: exit code: 100',
            1,
        ),
    ),
    "docker-typo": (
        Step(
            DOCKER,
            f"{LAYERS.replace('gcc git', 'gcc libjpegg-dev')}\n#5 0.41 Get:1 "
            "http://deb.example/debian bookworm InRelease [151 kB]\n"
            "#5 2.10 Reading package lists...\n#5 2.71 Building dependency tree...\n"
            "#5 2.80 E: Unable to locate package libjpegg-dev\n"
            '#5 ERROR: process "/bin/sh -c apt-get update && apt-get install -y '
            '--no-install-recommends gcc libjpegg-dev" did not complete successfully: '
            "exit code: 100\n------\nDockerfile:2\n--------------------\n   1 |     FROM "
            "registry.example/python:3.12-slim\n   2 | >>> RUN apt-get update && apt-get "
            "install -y --no-install-recommends gcc libjpegg-dev\n"
            "--------------------\nERROR: failed to build: failed to solve: process "
            '"/bin/sh -c apt-get update && apt-get install -y --no-install-recommends '
            'gcc libjpegg-dev" did not complete successfully: exit code: 100',
            1,
        ),
    ),
    "go-proxy": (
        Step(
            "go test ./...",
            "go: downloading rsc.example/quote v1.5.2\ngo: rsc.example/quote@v1.5.2: Get "
            '"https://goproxy.example/rsc.example/quote/@v/v1.5.2.zip": dial tcp: lookup '
            "goproxy.example on 127.0.0.53:53: server misbehaving",
            1,
        ),
    ),
    "cargo-net": (
        Step(
            "cargo build --locked",
            "    Updating `crates.example` index\nwarning: spurious network error (3 tries "
            "remaining): [6] Could not resolve hostname (Could not resolve host: "
            "index.example)\nwarning: spurious network error (2 tries remaining): [6] "
            "Could not resolve hostname (Could not resolve host: index.example)\n"
            "error: failed to get `serde` as a dependency of package `app v1.0.0`\n\n"
            "Caused by:\n  download of config.json failed\n\nCaused by:\n  [6] Could not "
            "resolve hostname (Could not resolve host: index.example)",
            101,
        ),
    ),
    "maven-503": (
        Step(
            "mvn -B verify",
            "[INFO] Scanning for projects...\n[INFO] Building app 1.0.0\n[INFO] "
            "BUILD FAILURE\n[ERROR] Failed to execute goal on project app: Could not "
            "resolve dependencies for project com.example:app:jar:1.0.0: Could not "
            "transfer artifact com.example:labels:jar:1.2.0 from/to central "
            "(https://maven.example/repository): status code: 503, reason phrase: "
            "Service Unavailable (503) -> [Help 1]",
            1,
        ),
    ),
    "action-download": (
        Step(
            "",
            "##[warning]Failed to download action "
            "'https://api.github.example/repos/actions/setup-python/tarball/v5'. Error: "
            "Response status code does not indicate success: 503 (Service Unavailable).\n"
            "##[warning]Back off 17.4 seconds before retry.",
            1,
            "##[error]Response status code does not indicate success: 503 (Service "
            "Unavailable).",
        ),
    ),
    "action-missing": (
        Step(
            "",
            "Getting action download info",
            1,
            "##[error]Unable to resolve action `octocat/setup@v9`, unable to find "
            "version `v9`",
        ),
    ),
    "artifact": (
        Step("python -m pytest -v", f"{TESTS}\n\n=== 11 passed in 0.09s ===", 0),
        Step(
            "",
            "With the provided path, there will be 1 file uploaded\n"
            "Artifact name is valid!\nRoot directory input is valid!\n"
            "Attempt 1 of 5 failed with error: Request timeout: "
            "/twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact. "
            "Retrying request in 3000 ms...",
            1,
            "##[error]Failed to CreateArtifact: Failed to make request after 5 attempts: "
            "Request timeout: "
            "/twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact",
        ),
    ),
    "killed": (
        Step(
            "python -m pytest -v",
            f"{TESTS}\n/home/runner/work/_temp/6a3f2c1e.sh: line 1:  2211 Killed"
            "                  python -m pytest -v",
            137,
        ),
    ),
    "limit": (
        Step(
            "python -m pytest -v",
            f"{TESTS}\ntests/test_stock.py::test_put_adds_up PASSED [ 90%]\n"
            "tests/test_stock.py::test_take_leaves_the_rest ##[error]The job running on "
            "runner GitHub Actions 12 has exceeded the maximum execution time of 30 "
            "minutes.",
            143,
            CANCELED,
        ),
    ),
    "canceled": (Step("python -m pytest -v", TESTS, 143, CANCELED),),
}
