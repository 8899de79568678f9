"""How jobs end without a tool's report, and the plain words of trouble and noise."""

from __future__ import annotations

import re

from bot.context.log_grammars import Grammar, entry

# fmt: off
# Ends that no tool reports about itself: a line that holds the words is enough.
ENDS: tuple[Grammar, ...] = (
    entry("runner", "runner_lost", "lost communication with the server|"
           "runner has received a shutdown signal|hosted runner encountered an error|"
           "the runner has been terminated|job failed (system failure)|"
           "agent went offline|lost communication with the agent|"
           "we stopped hearing from agent", weight=10, around=(4, 1)),
    entry("runner", "timeout", "exceeded the maximum execution time|"
           "no output has been received in the last|exceeded the maximum time limit|"
           "the job exceeded the maximum|has timed out after|"
           "execution took longer than|reached the maximum allowed time|"
           "build timed out (after|ran longer than the maximum time", weight=10,
           around=(8, 1)),
    entry("runner", "cancelled",
           "the operation was canceled|the run was canceled|this job was cancelled|"
           "aborted by user|build was aborted|build was canceled",
           weight=10, around=(6, 0)),
    entry("system", "out_of_memory", "heap out of memory|oomkilled|std::bad_alloc|"
           "cannot allocate memory|out of memory: kill|java.lang.outofmemoryerror|"
           "memoryerror|signal: 9, sigkill|exit code 137|exited with 137", weight=9,
           around=(4, 3)),
    entry("system", "disk", "no space left on device|disk quota exceeded|enospc",
           weight=9, around=(3, 1)),
    entry("system", "crash", "segmentation fault|core dumped|sigabrt|bus error|"
           "illegal instruction|stack overflow|killed by signal|terminated by signal|"
           "signal: killed|signal: terminated|exit code 139|exit code 143", weight=8,
           around=(6, 2)),
    entry("system", "permission", "permission denied|eacces|403 forbidden|"
           "resource not accessible by integration|access denied|"
           "authentication failed|remote: permission to|returned error: 403",
           weight=6, around=(2, 2)),
    entry("system", "network", "could not resolve host|temporary failure in name|"
           "econnreset|enotfound|econnrefused|etimedout|connection timed out|"
           "connection refused|tls handshake timeout|503 service unavailable|"
           "failed to connect to|unable to access 'http|network is unreachable",
           weight=6, around=(2, 2)),
)
# fmt: on

# Lines that mention trouble without saying what it is: the weakest lead.
GENERIC = Grammar(
    "",
    "error",
    (
        "error",
        "fail",
        "fatal",
        "exception",
        "panic",
        "abort",
        "cannot ",
        "can't ",
        "could not",
        "unable to",
        "undefined",
        "not found",
        "invalid",
        "unexpected",
        "assert",
        "expected",
        "mismatch",
        "conflict",
        "issues :",
    ),
    weight=3,
    before=2,
    after=4,
)

# Words that make a line with one of the needles harmless, or an echo of the cause.
NOISE: tuple[str, ...] = (
    "no error",
    "warning",
    "warn ",
    "deprecat",
    "error.h",
    "errors.h",
    "error.js",
    "errors.js",
    "error.o",
    "errors.o",
    "error.py",
    "errors.go",
    "-werror",
    "error.rb",
    "exception.rb",
    " ok",
    "ok ",
    "passed",
    "pass:",
    "✓",
    "✔",
    "... ok",
    "skipped",
    "downloading",
    "downloaded",
    "get:",
    "installing",
    "unpacking",
    "setting up ",
    "fatal: not a git",
    "allow_failure",
    "continue-on-error",
    "fail-fast",
    "complete log of this run",
    "expected failure",
    "xfail",
    "npm err! a ",
    "npm err!     ",
    "npm error  ",
    "npm error [",
)
# A count of none is no trouble, either.
NONE = re.compile(
    r"(?<!\d)0 (?:error|fail)|(?:errors|failures|failed)[:=] ?0(?!\d)"
    r"|exited with 0(?!\d)"
)
