"""How tools write their failures: one entry a form; adding a tool is adding entries.

Every pattern is anchored at the start of the line (leading blanks removed) and every
quantifier is bounded, so that no line can make it backtrack for long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Category = Literal[
    "test",
    "compile",
    "lint",
    "dependency",
    "build",
    "crash",
    "error",
    "out_of_memory",
    "timeout",
    "network",
    "disk",
    "permission",
    "runner_lost",
    "cancelled",
    "no_error_found",
]


@dataclass(frozen=True, slots=True)
class Grammar:
    """One form in which one tool reports.

    A line that holds one of `needles` (lower case) is tried with `pattern`, whose
    groups `test`, `file`, `line` and `message` fill a failure. `weight` says how
    surely such a line is the cause (1 noise … 10 certain); `before` and `after` are
    the lines around it that belong to it.
    """

    tool: str
    category: Category
    needles: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    weight: int = 8
    before: int = 0
    after: int = 4


def _entry(
    tool: str,
    category: Category,
    needles: str,
    pattern: str = "",
    weight: int = 8,
    around: tuple[int, int] = (0, 4),
) -> Grammar:
    compiled = re.compile(pattern) if pattern else None
    return Grammar(tool, category, tuple(needles.split("|")), compiled, weight, *around)


_FILE = r"(?P<file>[^\s:()\[\]]{1,300})"
_WINDOWS_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:()\[\]]{1,300})"
_LINE = r"(?P<line>\d{1,7})"
_REST = r"(?P<message>.{0,400})"
_TEST = r"(?P<test>[^\s]{1,300})"

# One entry stays on two or three lines here; the formatter would make it nine.
# fmt: off
GRAMMARS: tuple[Grammar, ...] = (
    # Python
    _entry("pytest", "test", "failed ", rf"FAILED {_FILE}::(?P<test>\S{{1,300}})"
           rf"(?: - {_REST})?", 8, (0, 1)),
    _entry("pytest", "test", "error ", rf"ERROR {_FILE}(?:::(?P<test>\S{{1,300}}))?"
           rf"(?: - {_REST})?$", 7, (0, 1)),
    _entry("pytest", "test", "e   ", rf"E   {{1,8}}{_REST}", 9, (10, 4)),
    _entry("pytest", "test", "error|exception|failed",
           rf"{_FILE}:{_LINE}: (?P<message>[A-Z]\w{{2,80}}(?:Error|Exception|Failed))$",
           9, (6, 0)),
    _entry("unittest", "test", "fail: |error: ",
           r"(?:FAIL|ERROR): (?P<test>\w{1,200}) \([^)]{1,300}\)", 9, (1, 16)),
    _entry("python", "crash", "traceback (most", r"Traceback \(most recent call last\)",
           7, (1, 18)),
    _entry("python", "crash", "syntaxerror|importerror|modulenotfounderror",
           rf"(?:SyntaxError|ImportError|ModuleNotFoundError): {_REST}", 8, (5, 1)),
    _entry("ruff", "lint", ": e5|: e7|: e9|: f4|: f8|: c9|: w6|: i0|: b0|: up0",
           rf"{_FILE}:{_LINE}:\d{{1,5}}: (?P<message>[A-Z]{{1,4}}\d.{{0,300}})",
           7, (0, 0)),
    _entry("mypy", "lint", ": error: ", rf"(?P<file>[^\s:]{{1,300}}\.pyi?):{_LINE}:"
           rf"(?:\d{{1,5}}:)? error: {_REST}", 9, (0, 1)),
    # JavaScript, TypeScript
    _entry("jest", "test", "●", r"● (?P<test>.{1,300}? \u203a .{1,300})", 9, (0, 22)),
    _entry("jest", "test", "●", r"● (?P<message>.{1,300})", 7, (0, 16)),
    _entry("vitest", "test", "fail  ",
           rf"FAIL {{1,4}}{_FILE}(?: > (?P<test>.{{1,300}}))?$", 9, (0, 16)),
    _entry("jest", "test", "fail ", rf"FAIL {_FILE}(?: \(.{{1,40}}\))?$", 7, (0, 6)),
    _entry("jest", "test", "✕|✗|\u00d7|✖", rf"[✕✗\u00d7✖] (?!\d{{1,6}} problem)"
           rf"{_REST}", 7, (1, 3)),
    _entry("mocha", "test", " failing", r"\d{1,6} failing", 9, (0, 22)),
    _entry("karma", "test", " failed", r"[A-Z]\w{2,40} [\d.]{1,40} .{1,200} FAILED$", 8,
           (0, 8)),
    _entry("tsc", "compile", "error ts", rf"{_WINDOWS_FILE}\({_LINE},\d{{1,6}}\): "
           rf"error (?P<message>TS\d{{1,6}}: .{{0,400}})", 9, (0, 2)),
    _entry("tsc", "compile", "error ts", rf"{_FILE}:{_LINE}:\d{{1,6}} - error "
           rf"(?P<message>TS\d{{1,6}}: .{{0,400}})", 9, (0, 4)),
    _entry("eslint", "lint", "  error  ", rf"{_LINE}:\d{{1,6}} {{1,8}}error {{2,8}}"
           rf"{_REST}", 8, (3, 1)),
    _entry("eslint", "lint", " problem", r"✖ \d{1,6} problems?", 6, (4, 0)),
    _entry("webpack", "build", "error in |module not found",
           r"(?:ERROR in |Module not found: )(?P<message>.{0,400})", 8, (0, 8)),
    _entry("npm", "dependency", "npm err! code e|npm error code e",
           r"npm (?:ERR!|error) code (?P<message>E(?!LIFECYCLE)\w{2,40})", 8, (0, 10)),
    _entry("pnpm", "dependency", "err_pnpm_", r".{0,8}(?P<message>ERR_PNPM_\w.{0,300})",
           8, (0, 6)),
    _entry("yarn", "dependency", "error ",
           r"error (?P<message>(?:Couldn't|An unexpected"
           r"|Your lockfile|Found incompatible).{0,400})", 8, (1, 4)),
    _entry("node", "crash", "cannot find module",
           r"(?:Error: )?(?P<message>Cannot find module .{1,300})", 8, (4, 6)),
    # Go
    _entry("go", "test", "--- fail: ", rf"--- FAIL: {_TEST} \(", 9, (0, 14)),
    _entry("go", "test", "_test.go:", rf"{_FILE}:{_LINE}: {_REST}", 6, (1, 3)),
    _entry("go", "crash", "panic: ", rf"panic: {_REST}", 9, (1, 14)),
    _entry("go", "crash", "fatal error: |data race",
           rf"(?:fatal error: |WARNING: DATA RACE){_REST}", 8, (1, 12)),
    _entry("go", "test", "fail\t", rf"FAIL\t{_TEST}", 6, (3, 0)),
    _entry("go", "compile", ".go:", rf"(?:vet: )?(?P<file>[^\s:]{{1,300}}\.go):{_LINE}"
           rf":\d{{1,5}}: {_REST}", 8, (1, 2)),
    # Rust
    _entry("rustc", "compile", "error[e", rf"error\[E\d{{1,5}}\]: {_REST}", 9, (0, 12)),
    _entry("cargo", "compile", "error: ", r"error: (?P<message>(?:could not compile"
           r"|failed to|linking with|no matching package).{0,400})", 7, (2, 6)),
    _entry("cargo", "test", "panicked at",
           rf"thread '(?P<test>[^']{{1,300}})' (?:\(\d{{1,9}}\) )?"
           rf"panicked at (?:'.{{0,200}}', )?{_FILE}:{_LINE}", 9, (1, 5)),
    _entry("cargo", "test", "... failed", rf"test {_TEST} \.\.\. FAILED", 7, (0, 0)),
    # Before cc, whose form is theirs too
    _entry("javac", "compile", ".java:", r"(?P<file>[^\s:]{1,300}\.java):"
           rf"{_LINE}: error: {_REST}", 9, (0, 4)),
    _entry("kotlinc", "compile", "e: ", rf"e: (?:file://)?{_FILE}:{_LINE}:\d{{1,5}} "
           rf"{_REST}", 9, (0, 2)),
    # C, C++, make, CMake; Swift, Haskell and others write this form too
    _entry("cc", "compile", "error:", rf"{_WINDOWS_FILE}:{_LINE}:(?:\d{{1,5}}:)? "
           rf"{{0,2}}(?:fatal )?error:? ?{_REST}", 9, (1, 6)),
    _entry("ld", "compile", "undefined reference|undefined symbol",
           r"(?P<message>.{0,300}undefined (?:reference|symbol).{0,200})", 8, (1, 3)),
    _entry("ld", "compile", "collect2: |ld: ", rf"(?:collect2|\S{{0,80}}ld): {_REST}",
           6, (4, 1)),
    _entry("cmake", "build", "cmake error",
           r"CMake Error(?: at (?P<file>[^\s:]{1,300}):" rf"{_LINE})?{_REST}", 9,
           (0, 9)),
    _entry("make", "build", "***", rf"g?make(?:\[\d{{1,3}}\])?: \*\*\* {_REST}", 4,
           (8, 0)),
    _entry("ninja", "build", "failed: |build stopped",
           r"(?:FAILED: |ninja: build stopped)", 7, (0, 10)),
    _entry("autotools", "test", "fail: ", rf"FAIL: {_TEST}$", 8, (1, 6)),
    _entry("configure", "build", "configure: error", rf"configure: error: {_REST}", 9,
           (3, 1)),
    # JVM
    _entry("maven", "compile", ".java:[", r"\[ERROR\] (?P<file>[^\s:]{1,300}\.java):\["
           rf"{_LINE},\d{{1,6}}\] {_REST}", 9, (0, 3)),
    _entry("maven", "test", "<<< fail|<<< error",
           r"(?:\[ERROR\] )?(?:Tests run: [^<]{1,200}"
           r"|(?P<test>[^\s<][^<]{0,300}?)(?: {1,3}Time elapsed: [^<]{1,40})? {0,3})"
           r"<<< (?:FAILURE|ERROR)!", 9, (0, 12)),
    _entry("maven", "test",
           "failed tests:|tests in error:|[error] failures:|[error] errors:",
           r"(?:\[ERROR\] )?(?:Failed tests:|Tests in error:|Failures:|Errors:)", 9,
           (0, 8)),
    _entry("maven", "build", "failed to execute goal",
           r"\[ERROR\] (?P<message>Failed to execute goal .{1,400})", 6, (0, 2)),
    _entry("maven", "dependency", "could not resolve dep|could not find artifact",
           r"(?P<message>.{0,200}Could not (?:resolve dep|find artifact).{0,300})", 9,
           (0, 3)),
    _entry("gradle", "test", " failed", r"(?P<test>[\w.$]{1,200} > [^>]{1,300})"
           r" FAILED$", 9, (0, 8)),
    _entry("gradle", "build", "* what went wrong", r"\* What went wrong:", 8, (0, 5)),
    _entry("gradle", "build", "> task ", r"> Task \S{1,200} FAILED$", 5, (0, 6)),
    _entry("sbt", "compile", "[error]", rf"\[error\] {_FILE}:{_LINE}:(?:\d{{1,5}}:)? "
           rf"{_REST}", 9, (0, 5)),
    _entry("sbt", "build", "[error]", r"\[error\] (?P<message>.{1,400})", 6, (1, 4)),
    _entry("scalatest", "test", "*** failed ***",
           r"(?:\[info\] )?(?P<test>.{1,300}?) \*\*\* FAILED \*\*\*", 9, (0, 6)),
    # .NET
    _entry("dotnet", "compile", ": error ", rf"{_WINDOWS_FILE}\({_LINE},\d{{1,6}}\): "
           r"error (?P<message>[A-Z]{2,6}\d{2,5}: .{0,400})", 9, (0, 1)),
    _entry("dotnet", "test", "failed ",
           r"Failed (?P<test>\S{0,299}[^\s:])(?: \[.{1,40}\])?$", 8, (0, 12)),
    _entry("xunit", "test", "[fail]", r"(?P<test>.{1,300}?) \[FAIL\]", 9, (0, 10)),
    _entry("nunit", "test", ") failed|) error|) invalid",
           r"\d{1,5}\) (?:Failed|Error|Invalid|Test Failure) : (?P<test>.{1,300})", 9,
           (0, 10)),
    _entry("msbuild", "build", ": error", rf"(?:MSBUILD|CSC) : error {_REST}", 8,
           (0, 2)),
    # Ruby
    _entry("rspec", "test", "failure/error:", rf"Failure/Error: {_REST}", 9, (2, 10)),
    _entry("rspec", "test", "rspec ./", rf"rspec \./{_FILE}(?::{_LINE})? # "
           r"(?P<test>.{1,300})", 7, (0, 0)),
    _entry("minitest", "test", "failure:|error:", r"(?:\d{1,4}\) )?(?:Failure|Error):$",
           8, (0, 10)),
    _entry("rubocop", "lint", ": ", rf"{_FILE}:{_LINE}:\d{{1,5}}: [CWEF]: {_REST}", 8,
           (0, 3)),
    _entry("bundler", "dependency",
           "could not find gem|could not find compatible|bundler could not",
           r"(?P<message>.{0,80}[Cc]ould not find .{1,300})", 9, (0, 8)),
    # PHP
    _entry("phpunit", "test", "failures:|failure:|errors:|error:",
           r"There (?:was|were) \d{1,6} (?:failure|error)s?:", 9, (0, 16)),
    _entry("phpunit", "test", "::", r"\d{1,5}\) (?P<test>[\w\\]{1,200}::\w{1,200})", 9,
           (0, 9)),
    _entry("php", "crash", "fatal error: |parse error: ",
           r"(?:PHP )?(?:Fatal|Parse) error: {1,3}(?P<message>.{1,400})", 9, (0, 6)),
    _entry("composer", "dependency", "your requirements could not",
           r"(?P<message>Your requirements could not be resolved.{0,200})", 9, (0, 10)),
    # Perl, Elixir, TAP, shell
    _entry("tap", "test", "not ok ", r"not ok \d{1,7}(?! # (?:TODO|SKIP))"
           r"(?P<test>.{0,300})", 8, (0, 8)),
    _entry("perl", "test", "failed test", r"# {1,6}Failed test(?P<test>.{0,300})", 9,
           (0, 6)),
    _entry("exunit", "test", ") test ", r"\d{1,5}\) test (?P<test>.{1,300}) "
           r"\([\w.]{1,200}\)", 9, (0, 12)),
    _entry("shellcheck", "lint", "sc", r"\^-{1,200}\^? ?(?P<message>SC\d.{0,300})", 8,
           (3, 0)),
    _entry("shell", "error", "command not found|no such file",
           r"(?P<message>.{0,200}(?:command not found|No such file).{0,100})", 6,
           (2, 1)),
    # Packages, images
    _entry("pip", "dependency", "could not find a version|no matching distribution|"
           "resolutionimpossible|conflicting dependencies",
           r"(?:ERROR: )?(?P<message>.{1,400})", 8, (1, 3)),
    _entry("apt", "dependency", "e: unable to|unmet dependencies",
           r"(?P<message>(?:E: Unable to|.{0,40}unmet dep).{0,300})", 7, (1, 3)),
    _entry("docker", "build",
           "failed to solve|returned a non-zero code|did not complete succ",
           r"(?P<message>.{0,300}(?:failed to solve|returned a non-zero"
           r"|did not complete succ).{0,300})", 8,
           (8, 1)),
    _entry("github", "error", "##[error]", r"##\[error\](?!Process completed)"
           r"(?P<message>.{1,400})", 7, (3, 1)),
)

# Ends that no tool reports about itself: a line that holds the words is enough.
ENDS: tuple[Grammar, ...] = (
    _entry("runner", "runner_lost", "lost communication with the server|"
           "runner has received a shutdown signal|hosted runner encountered an error|"
           "the runner has been terminated|job failed (system failure)|"
           "agent went offline|lost communication with the agent|"
           "we stopped hearing from agent", weight=10, around=(4, 1)),
    _entry("runner", "timeout", "exceeded the maximum execution time|"
           "no output has been received in the last|exceeded the maximum time limit|"
           "the job exceeded the maximum|has timed out after|"
           "execution took longer than|reached the maximum allowed time|"
           "build timed out (after|ran longer than the maximum time", weight=10,
           around=(8, 1)),
    _entry("runner", "cancelled",
           "the operation was canceled|the run was canceled|this job was cancelled|"
           "aborted by user|build was aborted|build was canceled",
           weight=10, around=(6, 0)),
    _entry("system", "out_of_memory", "heap out of memory|oomkilled|std::bad_alloc|"
           "cannot allocate memory|out of memory: kill|java.lang.outofmemoryerror|"
           "memoryerror|signal: 9, sigkill|exit code 137|exited with 137", weight=9,
           around=(4, 3)),
    _entry("system", "disk", "no space left on device|disk quota exceeded|enospc",
           weight=9, around=(3, 1)),
    _entry("system", "crash", "segmentation fault|core dumped|sigabrt|bus error|"
           "illegal instruction|stack overflow|killed by signal|terminated by signal|"
           "signal: killed|signal: terminated|exit code 139|exit code 143", weight=8,
           around=(6, 2)),
    _entry("system", "network", "could not resolve host|temporary failure in name|"
           "econnreset|enotfound|econnrefused|etimedout|connection timed out|"
           "connection refused|tls handshake timeout|503 service unavailable|"
           "failed to connect to|unable to access 'http|network is unreachable",
           weight=6, around=(2, 2)),
    _entry("system", "permission", "permission denied|eacces|403 forbidden|"
           "resource not accessible by integration|access denied|"
           "authentication failed", weight=6, around=(2, 2)),
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
    "0 error",
    "0 fail",
    "no error",
    "errors: 0",
    "failures: 0",
    "failed: 0",
    "failed=0",
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
    "exited with 0",
)
