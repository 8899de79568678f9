"""How tools write their failures: one entry a form; adding a tool is adding entries."""

from __future__ import annotations

from bot.context.log_grammars import (
    FILE,
    LINE,
    REST,
    TEST,
    WINDOWS_FILE,
    Grammar,
    entry,
)
from bot.context.log_packages import PACKAGES

# One entry stays on two or three lines here; the formatter would make it nine.
# fmt: off
TOOLS: tuple[Grammar, ...] = (
    # Python
    entry("pytest", "test", "failed ", rf"FAILED {FILE}::(?P<test>\S{{1,300}})"
           rf"(?: - {REST})?", 8, (0, 1)),
    entry("pytest", "test", "error ", rf"ERROR {FILE}(?:::(?P<test>\S{{1,300}}))?"
           rf"(?: - {REST})?$", 7, (0, 1)),
    entry("pytest", "test", "e   ", rf"E   {{1,8}}{REST}", 9, (10, 4)),
    entry("pytest", "test", "error|exception|failed",
           rf"{FILE}:{LINE}: (?P<message>[A-Z]\w{{2,80}}(?:Error|Exception|Failed))$",
           9, (6, 0)),
    entry("unittest", "test", "fail: |error: ",
           r"(?:FAIL|ERROR): (?P<test>\w{1,200}) \([^)]{1,300}\)", 9, (1, 16)),
    entry("python", "crash", "traceback (most", r"Traceback \(most recent call last\)",
           7, (1, 18)),
    entry("python", "crash", "syntaxerror|importerror|modulenotfounderror",
           rf"(?:SyntaxError|ImportError|ModuleNotFoundError): {REST}", 8, (5, 1)),
    entry("faulthandler", "test", "timeout (0:",
           r"(?:\S{1,300} )?Timeout \(0:\d\d:\d\d",
           8, (1, 12)),
    entry("coverage", "test", "required test coverage|coverage threshold",
           r"(?:FAIL |Jest: |ERROR: )(?P<message>.{0,100}[Cc]overage .{1,200})", 8,
           (4, 1)),
    entry("behave", "test", "assert failed|assertion failed: |failing scenarios",
           rf"(?:ASSERT FAILED|Assertion Failed|Failing [Ss]cenarios): ?{REST}", 8,
           (4, 4)),
    entry("robot", "test", " fail ", r"(?P<test>.{1,200}?) ?\| FAIL \|$", 8, (0, 3)),
    entry("sphinx", "build", "with problems|treated as error",
           r"(?:build finished with problems|Warning, treated as error)", 8, (4, 1)),
    # JavaScript, TypeScript
    entry("jest", "test", "●", r"● (?P<test>.{1,300}? \u203a .{1,300})", 9, (0, 22)),
    entry("jest", "test", "●", r"● (?P<message>.{1,300})", 7, (0, 16)),
    entry("vitest", "test", "fail  ",
           rf"FAIL {{1,4}}{FILE}(?: > (?P<test>.{{1,300}}))?$", 9, (0, 16)),
    entry("jest", "test", "fail ", rf"FAIL {FILE}(?: \(.{{1,40}}\))?$", 7, (0, 6)),
    entry("jest", "test", "✕|✗|\u00d7|✖", r"[✕✗\u00d7✖] (?!\d{1,6} problem)"
           r"(?P<message>.{1,400}?)(?: [(\[]?\d{1,9}(?:\.\d{1,3})? ?m?s[)\]]?)?$", 7,
           (1, 3)),
    entry("ava", "test", "[fail]: ", r"✘ \[fail\]: (?P<test>.{1,300})", 9, (0, 4)),
    entry("jasmine", "test", " failure", r"\d{1,6} specs?, [1-9]\d{0,5} failures?", 8,
           (14, 0)),
    entry("playwright", "test", " \u203a ", r"\d{1,5}\) (?:\[[^\]]{1,80}\] \u203a )?"
           rf"{FILE}:{LINE}:\d{{1,5}} \u203a (?P<test>[^\u2500]{{1,300}})",
           9, (0, 18)),
    entry("deno", "test", "... failed (", r"(?P<test>.{1,300}?) \.\.\. FAILED \(", 8,
           (0, 0)),
    entry("esbuild", "build", "✘ [error]", rf"✘ \[ERROR\] {REST}", 9, (0, 6)),
    entry("rollup", "build", "[!] ", rf"\[!\] {REST}", 8, (1, 4)),
    entry("vite", "build", "error during build", r"error during build:", 8, (1, 6)),
    entry("mocha", "test", " failing", r"\d{1,6} failing", 9, (0, 22)),
    entry("karma", "test", " failed", r"[A-Z]\w{2,40} [\d.]{1,40} .{1,200} FAILED$", 8,
           (0, 8)),
    entry("tsc", "compile", "error ts", rf"{WINDOWS_FILE}\({LINE},\d{{1,6}}\): "
           rf"error (?P<message>TS\d{{1,6}}: .{{0,400}})", 9, (0, 2)),
    entry("tsc", "compile", "error ts", rf"{FILE}:{LINE}:\d{{1,6}} - error "
           rf"(?P<message>TS\d{{1,6}}: .{{0,400}})", 9, (0, 4)),
    entry("webpack", "build", "error in |module not found",
           r"(?:ERROR in |Module not found: )(?P<message>.{0,400})", 8, (0, 8)),
    entry("npm", "dependency", "npm err! code e|npm error code e",
           r"npm (?:ERR!|error) code (?P<message>E(?!LIFECYCLE)\w{2,40})", 8, (0, 10)),
    entry("pnpm", "dependency", "err_pnpm_", r".{0,8}(?P<message>ERR_PNPM_\w.{0,300})",
           8, (0, 6)),
    entry("yarn", "dependency", "error ",
           r"error (?P<message>(?:Couldn't|An unexpected"
           r"|Your lockfile|Found incompatible).{0,400})", 8, (1, 4)),
    entry("node", "crash", "cannot find module",
           r"(?:Error: )?(?P<message>Cannot find module .{1,300})", 8, (4, 6)),
    entry("yarn", "dependency", "yn00", r"➤ YN00(?:01|02|09|18|28|35|82): "
           r"(?:\u2502 )?(?P<message>.{1,400})", 8, (1, 3)),
    # Go
    entry("go", "test", "--- fail: ", rf"--- FAIL: {TEST} \(", 9, (0, 14)),
    entry("go", "test", "_test.go:", rf"{FILE}:{LINE}: {REST}", 6, (1, 3)),
    entry("go", "crash", "panic: ", rf"panic: {REST}", 9, (1, 14)),
    entry("go", "crash", "fatal error: |data race",
           rf"(?:fatal error: |WARNING: DATA RACE){REST}", 8, (1, 12)),
    entry("go", "test", "fail\t", rf"FAIL\t{TEST}", 6, (3, 0)),
    entry("go", "compile", ".go:", rf"(?:vet: )?(?P<file>[^\s:]{{1,300}}\.go):{LINE}"
           rf":\d{{1,5}}: {REST}", 8, (1, 2)),
    # Rust
    entry("rustc", "compile", "error[e", rf"error\[E\d{{1,5}}\]: {REST}", 9, (0, 12)),
    entry("cargo", "compile", "error: ", r"error: (?P<message>(?:could not compile"
           r"|failed to|linking with|no matching package).{0,400})", 7, (2, 6)),
    entry("cargo", "test", "panicked at",
           rf"thread '(?P<test>[^']{{1,300}})' (?:\(\d{{1,9}}\) )?"
           rf"panicked at (?:'.{{0,200}}', )?{FILE}:{LINE}", 9, (1, 5)),
    entry("cargo", "test", "... failed", rf"test {TEST} \.\.\. FAILED", 7, (0, 0)),
    # Before cc, whose form is theirs too
    entry("javac", "compile", ".java:", r"(?P<file>[^\s:]{1,300}\.java):"
           rf"{LINE}: error: {REST}", 9, (0, 4)),
    entry("kotlinc", "compile", "e: ", rf"e: (?:file://)?{FILE}:{LINE}:\d{{1,5}} "
           rf"{REST}", 9, (0, 2)),
    entry("xctest", "test", " : xct",
           rf"{FILE}:{LINE}: error: (?P<test>[^:]{{1,300}})"
           r" : (?P<message>XCT.{0,400})", 9, (1, 2)),
    entry("boost", "test", 'error: in "', rf"{FILE}[:(]{LINE}\)?: (?:fatal )?error: in "
           rf'"(?P<test>[^"]{{1,300}})": {REST}', 9, (0, 3)),
    # C, C++, make, CMake; Swift, Haskell and others write this form too
    entry("cc", "compile", "error:", rf"{WINDOWS_FILE}:{LINE}:(?:\d{{1,5}}:)? "
           rf"{{0,2}}(?:fatal )?error:? ?{REST}", 9, (1, 6)),
    entry("gtest", "test", ": failure|: failed:",
           rf"{FILE}:{LINE}: (?:Failure|FAILED:)$",
           9, (2, 6)),
    entry("gtest", "test", "[  failed  ]",
           r"\[  FAILED  \] (?P<test>[A-Za-z]\S{1,300})",
           7, (0, 0)),
    entry("ctest", "test", "***failed|***timeout|***exception",
           r"\d{1,6}/\d{1,6} Test {1,6}#\d{1,6}: (?P<test>\S{1,200})", 7, (0, 6)),
    entry("dune", "compile", '", line', r'File "(?P<file>[^"]{1,300}\.mli?)", lines? '
           rf"{LINE}", 9, (0, 8)),
    entry("bazel", "test", "fail: //", r"FAIL: (?P<test>//\S{1,300})", 8, (0, 12)),
    entry("bazel", "build", "error: /",
           rf"ERROR: {FILE}:{LINE}:\d{{1,5}}: {REST}", 7,
           (0, 8)),
    entry("ld", "compile", "undefined reference|undefined symbol",
           r"(?P<message>.{0,300}undefined (?:reference|symbol).{0,200})", 8, (1, 3)),
    entry("ld", "compile", "collect2: |ld: ", rf"(?:collect2|\S{{0,80}}ld): {REST}",
           6, (4, 1)),
    entry("cmake", "build", "cmake error",
           r"CMake Error(?: at (?P<file>[^\s:]{1,300}):" rf"{LINE})?{REST}", 9,
           (0, 9)),
    entry("make", "build", "***", rf"g?make(?:\[\d{{1,3}}\])?: \*\*\* {REST}", 4,
           (8, 0)),
    entry("ninja", "build", "failed: |build stopped",
           r"(?:FAILED: |ninja: build stopped)", 7, (0, 10)),
    entry("autotools", "test", "fail: ", rf"FAIL: {TEST}$", 8, (1, 6)),
    entry("configure", "build", "configure: error", rf"configure: error: {REST}", 9,
           (3, 1)),
    # JVM
    entry("maven", "compile", ".java:[", r"\[ERROR\] (?P<file>[^\s:]{1,300}\.java):\["
           rf"{LINE},\d{{1,6}}\] {REST}", 9, (0, 3)),
    entry("maven", "test", "<<< fail|<<< error",
           r"(?:\[ERROR\] )?(?:Tests run: [^<]{1,200}"
           r"|(?P<test>[^\s<][^<]{0,300}?)(?: {1,3}Time elapsed: [^<]{1,40})? {0,3})"
           r"<<< (?:FAILURE|ERROR)!", 9, (0, 12)),
    entry("maven", "test",
           "failed tests:|tests in error:|[error] failures:|[error] errors:",
           r"(?:\[ERROR\] )?(?:Failed tests:|Tests in error:|Failures:|Errors:)", 9,
           (0, 8)),
    entry("maven", "build", "failed to execute goal",
           r"\[ERROR\] (?P<message>Failed to execute goal .{1,400})", 6, (0, 2)),
    entry("maven", "dependency", "could not resolve dep|could not find artifact",
           r"(?P<message>.{0,200}Could not (?:resolve dep|find artifact).{0,300})", 9,
           (0, 3)),
    entry("gradle", "test", " failed", r"(?P<test>[\w.$]{1,200} > [^>]{1,300})"
           r" FAILED$", 9, (0, 8)),
    entry("gradle", "dependency", "> could not ",
           r"> Could not (?P<message>(?:resolve|find|get|download) .{1,300})",
           9, (1, 6)),
    entry("gradle", "build", "the configuration cache.",
           r"\d{1,6} problems? (?:was|were) found \w{1,20} the configuration cache", 9,
           (0, 6)),
    entry("gradle", "build", "* what went wrong", r"\* What went wrong:", 8, (0, 5)),
    entry("gradle", "build", "> task ", r"> Task \S{1,200} FAILED$", 5, (0, 6)),
    entry("sbt", "compile", "[error]", rf"\[error\] {FILE}:{LINE}:(?:\d{{1,5}}:)? "
           rf"{REST}", 9, (0, 5)),
    entry("sbt", "build", "[error]", r"\[error\] (?P<message>.{1,400})", 6, (1, 4)),
    entry("scalatest", "test", "*** failed ***",
           r"(?:\[info\] )?(?P<test>.{1,300}?) \*\*\* FAILED \*\*\*", 9, (0, 6)),
    # .NET
    entry("dotnet", "compile", ": error ", rf"{WINDOWS_FILE}\({LINE},\d{{1,6}}\): "
           r"error (?P<message>[A-Z]{2,6}\d{2,5}: .{0,400})", 9, (0, 1)),
    entry("dotnet", "test", "failed ",
           r"Failed (?P<test>\S{0,299}[^\s:])(?: \[.{1,40}\])?$", 8, (0, 12)),
    entry("xunit", "test", "[fail]", r"(?P<test>.{1,300}?) \[FAIL\]", 9, (0, 10)),
    entry("nunit", "test", ") failed|) error|) invalid",
           r"\d{1,5}\) (?:Failed|Error|Invalid|Test Failure) : (?P<test>.{1,300})", 9,
           (0, 10)),
    entry("msbuild", "build", ": error", rf"(?:MSBUILD|CSC) : error {REST}", 8,
           (0, 2)),
    # Ruby
    entry("rspec", "test", "failure/error:", rf"Failure/Error: {REST}", 9, (2, 10)),
    entry("rspec", "test", "rspec ./", rf"rspec \./{FILE}(?::{LINE})? # "
           r"(?P<test>.{1,300})", 7, (0, 0)),
    entry("rspec", "test", "error occurred while loading",
           rf"An error occurred while loading {FILE}", 9, (0, 9)),
    entry("minitest", "test", "#test_", r"(?P<test>[A-Z][\w:]{1,200}#test_\S{1,200}?)"
           rf"(?: \[{FILE}:{LINE}\])?:$", 9, (1, 6)),
    entry("minitest", "test", "failure:|error:", r"(?:\d{1,4}\) )?(?:Failure|Error):$",
           8, (0, 10)),
    entry("bundler", "dependency",
           "could not find gem|could not find compatible|bundler could not",
           r"(?P<message>.{0,80}[Cc]ould not find .{1,300})", 9, (0, 8)),
    # PHP
    entry("phpunit", "test", "failures:|failure:|errors:|error:",
           r"There (?:was|were) \d{1,6} (?:failure|error)s?:", 9, (0, 16)),
    entry("phpunit", "test", "::", r"\d{1,5}\) (?P<test>[\w\\]{1,200}::\w{1,200})", 9,
           (0, 9)),
    entry("php", "crash", "fatal error: |parse error: ",
           r"(?:PHP )?(?:Fatal|Parse) error: {1,3}(?P<message>.{1,400})", 9, (0, 6)),
    entry("composer", "dependency", "your requirements could not",
           r"(?P<message>Your requirements could not be resolved.{0,200})", 9, (0, 10)),
    # Perl, Elixir, TAP, shell
    entry("tap", "test", "not ok ", r"not ok \d{1,7}(?! # (?:TODO|SKIP))"
           r"(?P<test>.{0,300})", 8, (0, 8)),
    entry("perl", "test", "failed test", r"# {1,6}Failed test(?P<test>.{0,300})", 9,
           (0, 6)),
    entry("exunit", "test", ") test ", r"\d{1,5}\) test (?P<test>.{1,300}) "
           r"\([\w.]{1,200}\)", 9, (0, 12)),
    entry("testthat", "test", "\u2500 failure (|\u2500 error (",
           r"[\u2500]{2} (?:Failure|Error) \('?(?P<file>[^\s:()']{1,200}\.[rR]):"
           rf"{LINE}(?::\d{{1,5}})?'?\): (?P<test>[^\u2500]{{1,200}})", 9, (0, 6)),
    entry("busted", "test", "failure \u2192 |error \u2192 ",
           rf"(?:Failure|Error) \u2192 {FILE} @ {LINE}", 9, (0, 7)),
    entry("teamcity", "test", "##teamcity[testfailed",
           r"##teamcity\[testFailed (?:name='(?P<test>[^']{1,300})')?"
           r"(?: message='(?P<message>[^']{1,400})')?", 9, (0, 0)),
    entry("dart", "test", " [e]", r"\d\d:\d\d \+\d{1,6}(?: ~\d{1,6})? -\d{1,6}: "
           r"(?P<test>.{1,300}?) \[E\]$", 9, (0, 8)),
    entry("shell", "crash", " killed| aborted| segmentation| bus error",
           r"\S{1,200}: line \d{1,6}: {1,4}\d{1,9} "
           r"(?P<message>(?:Killed|Aborted|Segmentation fault|Bus error).{0,200})", 8,
           (4, 1)),
    entry("powershell", "crash", ".ps1:|.psm1:", r"(?:[A-Z]\w{1,40}-\w{1,60}: |At )"
           r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.psm?1):"
           rf"{LINE}(?: char)?:\d{{1,5}}$", 8, (1, 5)),
    entry("shell", "error", "command not found|no such file",
           r"(?P<message>.{0,200}(?:command not found|No such file).{0,100})", 6,
           (2, 1)),
    *PACKAGES,
)
# fmt: on
