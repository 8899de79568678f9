"""Every form in the table of grammars, shown by a line that only it explains best."""

from __future__ import annotations

import pytest

from bot.context import log, log_prefix, log_signals
from bot.context.log_ends import ENDS, GENERIC
from bot.context.log_linters import LINTERS
from bot.context.log_tools import TOOLS

# One line a form: the tool, its category, the line.
SAMPLES: tuple[tuple[str, str, str], ...] = (
    ("pytest", "test", "FAILED tests/test_cart.py::test_total - assert 3 == 4"),
    ("pytest", "test", "ERROR tests/test_cart.py - ImportError: no cart"),
    ("pytest", "test", "E       assert 3 == 4"),
    ("pytest", "test", "tests/test_cart.py:12: AssertionError"),
    ("unittest", "test", "FAIL: test_total (tests.test_cart.CartTest)"),
    ("python", "crash", "Traceback (most recent call last):"),
    ("python", "crash", "ModuleNotFoundError: No module named 'cart'"),
    ("linter", "lint", "src/cart.py:3:1: F401 `os` imported but unused"),
    ("ruff", "lint", "Found 2 errors."),
    ("black", "lint", "would reformat /w/src/cart.py"),
    (
        "isort",
        "lint",
        "ERROR: /w/cart.py Imports are incorrectly sorted and/or formatted",
    ),
    ("faulthandler", "test", "test_cart.py::test_total Timeout (0:00:02)!"),
    ("coverage", "test", "FAIL Required test coverage of 90% not reached."),
    ("behave", "test", "      ASSERT FAILED: total is 2"),
    ("robot", "test", "Adds items                                    | FAIL |"),
    ("sphinx", "build", "build finished with problems, 2 warnings."),
    ("mypy", "lint", "src/cart.py:9: error: Incompatible return value type"),
    ("jest", "test", "  ● Cart \u203a adds items"),
    ("jest", "test", "  ● Test suite failed to run"),
    ("vitest", "test", " FAIL  src/cart.test.ts > Cart > adds"),
    ("jest", "test", "FAIL src/cart.test.js (5.2 s)"),
    ("stylelint", "lint", '  3:10  ✖  Unexpected invalid hex color "#ff"'),
    ("jest", "test", "    ✕ adds items (4 ms)"),
    ("ava", "test", "  ✘ [fail]: adds items"),
    ("jasmine", "test", "2 specs, 1 failure"),
    (
        "playwright",
        "test",
        "  1) [firefox] \u203a cart.spec.ts:5:5 \u203a adds \u2500\u2500",
    ),
    ("deno", "test", "total ... FAILED (5ms)"),
    ("prettier", "lint", "[warn] Code style issues found in 2 files."),
    (
        "biome",
        "lint",
        "./src/a.ts:3:9 lint/suspicious/noDoubleEquals \u2501\u2501\u2501\u2501",
    ),
    ("esbuild", "build", '✘ [ERROR] Could not resolve "./cart.js"'),
    ("rollup", "build", '[!] RollupError: Could not resolve "./cart.js"'),
    ("vite", "build", "error during build:"),
    ("mocha", "test", "  2 failing"),
    ("karma", "test", "Chrome 120.0.0 (Linux x86_64) Cart adds items FAILED"),
    ("tsc", "compile", "src/cart.ts(3,14): error TS2322: Type 'string' is wrong."),
    ("tsc", "compile", "src/cart.ts:3:14 - error TS2322: Type 'string' is wrong."),
    ("eslint", "lint", "  3:14  error  'x' is never used  no-unused-vars"),
    ("eslint", "lint", "✖ 3 problems (2 errors, 1 warning)"),
    ("webpack", "build", "ERROR in ./src/cart.js 3:10"),
    ("npm", "dependency", "npm ERR! code ERESOLVE"),
    ("pnpm", "dependency", " ERR_PNPM_OUTDATED_LOCKFILE  Cannot install"),
    ("yarn", "dependency", 'error Couldn\'t find package "cart" on the registry.'),
    ("yarn", "dependency", "➤ YN0028: \u2502 The lockfile would have been modified"),
    ("node", "crash", "Error: Cannot find module './cart'"),
    ("go", "test", "--- FAIL: TestTotal (0.01s)"),
    ("go", "test", "    cart_test.go:21: got 3, want 4"),
    ("go", "crash", "panic: runtime error: index out of range [3]"),
    ("go", "crash", "fatal error: all goroutines are asleep - deadlock!"),
    ("go", "test", "FAIL\tshop.example/cart\t0.012s"),
    ("golangci", "lint", "cart.go:12:9: Error return value is not checked (errcheck)"),
    ("go", "compile", "./cart.go:9:2: undefined: total"),
    ("rustc", "compile", "error[E0308]: mismatched types"),
    ("cargo", "compile", "error: could not compile `cart` (lib) due to 1 error"),
    ("clippy", "lint", "  = note: `-D clippy::needless-return` implied by it"),
    ("rustfmt", "lint", "Diff in /w/src/cart.rs:1:"),
    ("cargo", "test", "thread 'cart::total' panicked at src/cart.rs:7:5:"),
    ("cargo", "test", "test cart::total ... FAILED"),
    (
        "xctest",
        "test",
        "/w/T.swift:9: error: -[T.Cart testTotal] : XCTAssertEqual failed",
    ),
    ("boost", "test", 'cart.cpp(12): error: in "cart/total": check 3 == 4 has failed'),
    ("javac", "compile", "src/Cart.java:12: error: ';' expected"),
    ("kotlinc", "compile", "e: file:///w/Cart.kt:3:5 Unresolved reference: total"),
    ("cc", "compile", "src/cart.c:12:5: error: unknown type name 'item'"),
    ("gtest", "test", "/w/cart_test.cc:9: Failure"),
    ("gtest", "test", "[  FAILED  ] Cart.Total (0 ms)"),
    ("ctest", "test", "2/2 Test #2: cart ..............***Failed    0.02 sec"),
    ("dune", "compile", 'File "bin/main.ml", line 3, characters 8-12:'),
    ("bazel", "test", "FAIL: //src:cart_test (see /w/test.log)"),
    (
        "bazel",
        "build",
        "ERROR: /w/src/BUILD:3:11: Compiling src/cart.cc failed: (Exit 1)",
    ),
    ("ld", "compile", "cart.c:(.text+0x5): undefined reference to `total'"),
    ("ld", "compile", "collect2: error: ld returned 1 exit status"),
    ("cmake", "build", "CMake Error at CMakeLists.txt:4 (find_package):"),
    ("make", "build", "make[2]: *** [cart.o] Error 1"),
    ("ninja", "build", "ninja: build stopped: subcommand failed."),
    ("autotools", "test", "FAIL: cart_test"),
    ("configure", "build", "configure: error: zlib is required"),
    ("checkstyle", "lint", "[ERROR] /w/Cart.java:12:5: Missing a comment. [Javadoc]"),
    (
        "ktlint",
        "lint",
        "/w/Cart.kt:7:5: Unexpected blank line (standard:no-blank-line)",
    ),
    ("maven", "compile", "[ERROR] /w/src/Cart.java:[12,5] cannot find symbol"),
    ("maven", "test", "[ERROR] total(shop.CartTest)  <<< FAILURE!"),
    ("maven", "test", "[ERROR] Failures: "),
    ("maven", "build", "[ERROR] Failed to execute goal shop:cart:1.0:run (run)"),
    ("maven", "dependency", "Could not resolve dependencies for project shop:cart"),
    ("gradle", "test", "CartTest > total() FAILED"),
    ("gradle", "dependency", "> Could not find com.example:nothing:1.0."),
    ("gradle", "build", "* What went wrong:"),
    ("gradle", "build", "> Task :cart:lintKotlin FAILED"),
    ("sbt", "compile", "[error] /w/src/Cart.scala:12:5: not found: value total"),
    ("sbt", "build", "[error] Total time: 3 s"),
    ("scalatest", "test", "[info] - adds items *** FAILED ***"),
    ("dotnet", "compile", "Cart.cs(12,5): error CS1002: ; expected [/w/Cart.csproj]"),
    ("dotnet", "test", "  Failed Shop.CartTests.Total [12 ms]"),
    ("xunit", "test", "    Shop.CartTests.Total [FAIL]"),
    ("nunit", "test", "1) Failed : Shop.CartTests.Total"),
    ("msbuild", "build", "MSBUILD : error MSB1009: Project file does not exist."),
    ("rspec", "test", "     Failure/Error: expect(total).to eq(4)"),
    ("rspec", "test", "rspec ./spec/cart_spec.rb:7 # Cart adds"),
    ("rspec", "test", "An error occurred while loading ./spec/cart_spec.rb."),
    ("minitest", "test", "CartTest#test_total [cart_test.rb:3]:"),
    ("minitest", "test", "  1) Failure:"),
    ("rubocop", "lint", "lib/cart.rb:3:5: C: Layout/IndentationWidth: use two"),
    ("bundler", "dependency", "Could not find gem 'cart (= 9)' in any of the sources"),
    ("phpunit", "test", "There was 1 failure:"),
    ("phpunit", "test", "1) CartTest::testTotal"),
    ("php", "crash", "PHP Fatal error:  Uncaught TypeError in /w/cart.php:3"),
    ("phpcs", "lint", " 12 | ERROR | [x] Line indented incorrectly"),
    ("phpstan", "lint", " [ERROR] Found 1 error"),
    ("psalm", "lint", "ERROR: UndefinedMethod - src/Cart.php:14:9 - no such method"),
    ("composer", "dependency", "Your requirements could not be resolved to a set"),
    ("tap", "test", "not ok 3 - adds items"),
    ("perl", "test", "#   Failed test 'adds items'"),
    ("exunit", "test", "  1) test adds items (CartTest)"),
    ("dart", "test", "00:01 +1 -1: cart total of two [E]"),
    ("dart", "lint", "  error • Undefined name 'total' • lib/cart.dart:7:3 • code"),
    ("shell", "crash", "/w/0a.sh: line 1:  2114 Killed    python train.py"),
    ("shellcheck", "lint", "    ^-- SC2086: Double quote to prevent splitting."),
    ("shell", "error", "run.sh: line 3: carttool: command not found"),
    ("terraform", "build", '│   on main.tf line 2, in resource "null" "a":'),
    (
        "nix",
        "build",
        "error: builder for '/nix/store/0a-shop.drv' failed with exit code 2",
    ),
    ("helm", "build", "Error: UPGRADE FAILED: timed out waiting for the condition"),
    (
        "hadolint",
        "lint",
        "Dockerfile:3 DL3008 warning: Pin versions in apt get install.",
    ),
    ("actionlint", "lint", 'ci.yml:12:24: property "cart" is not defined [expression]'),
    ("markdownlint", "lint", "docs/cart.md:3:81 MD013/line-length Line length"),
    ("cspell", "lint", "docs/cart.md:3:5 - Unknown word (teh)"),
    ("codespell", "lint", "docs/cart.md:3: teh ==> the"),
    ("ansible-lint", "lint", "# Rule Violation Summary"),
    ("pre-commit", "lint", "- hook id: end-of-file-fixer"),
    ("uv", "dependency", "  \u00d7 No solution found when resolving dependencies:"),
    ("poetry", "dependency", "Because app depends on cart, version solving failed."),
    ("pip", "dependency", "ERROR: No matching distribution found for nothing==9"),
    ("apt", "dependency", "E: Unable to locate package libcart-dev"),
    ("docker", "build", 'ERROR: failed to solve: process "make" failed'),
    ("gradle", "build", "2 problems were found storing the configuration cache."),
    (
        "testthat",
        "test",
        "\u2500\u2500 Failure ('test-cart.R:4:3'): total adds up \u2500\u2500",
    ),
    ("busted", "test", "Failure \u2192 spec/cart_spec.lua @ 7"),
    ("teamcity", "test", "##teamcity[testFailed name='total' message='3 is not 4']"),
    ("ansible", "build", 'fatal: [web2]: FAILED! => {"msg": "port is undefined"}'),
    ("powershell", "crash", "Get-Content: D:\\a\\shop\\build.ps1:14:12"),
    ("dart", "lint", "  error - lib/cart.dart:12:9 - Undefined name 'totals'."),
    ("github", "error", "##[error]Input required and not supplied: path"),
)
END_SAMPLES: tuple[tuple[str, str], ...] = (
    ("runner_lost", "The hosted runner lost communication with the server."),
    ("runner_lost", "ERROR: Job failed (system failure): pod was evicted"),
    ("timeout", "The job has exceeded the maximum execution time of 6h0m0s"),
    ("timeout", "No output has been received in the last 10m0s"),
    ("timeout", "ERROR: Job failed: execution took longer than 1h0m0s seconds"),
    ("cancelled", "##[error]The operation was canceled."),
    ("out_of_memory", "FATAL ERROR: JavaScript heap out of memory"),
    ("disk", "write /tmp/x: no space left on device"),
    ("crash", "Segmentation fault (core dumped)"),
    ("crash", "make: run killed by signal 6"),
    ("network", "curl: (6) Could not resolve host: shop.example"),
    ("permission", "open /etc/cart: permission denied"),
    (
        "permission",
        "unable to access 'https://h/r': The requested URL returned error: 403",
    ),
    ("network", "unable to access 'https://h/r': Could not resolve host: h"),
    ("network", "request failed: getaddrinfo ENOTFOUND shop.example"),
    ("network", "{code:'enotfound'}"),
)
NAMES = [f"{tool}-{number}" for number, (tool, _, _) in enumerate(SAMPLES)]


@pytest.mark.parametrize(("tool", "category", "line"), SAMPLES, ids=NAMES)
def test_a_form_is_known_by_its_line(tool: str, category: str, line: str) -> None:
    found = log_signals.signal(line)
    assert found is not None
    assert (found.grammar.tool, found.grammar.category) == (tool, category)


def test_every_form_has_a_sample() -> None:
    shown = [log_signals.signal(line) for _, _, line in SAMPLES]
    forms = {id(found.grammar) for found in shown if found is not None}
    unshown = [g.needles for g in (*LINTERS, *TOOLS) if id(g) not in forms]
    assert unshown == []


@pytest.mark.parametrize(("category", "line"), END_SAMPLES)
def test_an_end_is_known_by_its_words(category: str, line: str) -> None:
    assert log_signals.weight(line)[0] == category


def test_every_end_has_a_sample() -> None:
    assert {category for category, _ in END_SAMPLES} == {end.category for end in ENDS}


@pytest.mark.parametrize(
    "prefix",
    [
        "web_1  | ",
        "[cart:test] ",
        "cart:test: ",
        "@shop/cart: ",
        "@shop/cart:test: ",
        "packages/cart test: ",
        "job A\t",
        "#12 3.456 ",
        "[2026-11-02 10:00:00] ",
        "10:00:00 ",
        "01O ",
        "[1] web_1 | ",
    ],
)
@pytest.mark.parametrize("place", [4, 31, 57])
def test_a_form_is_known_behind_the_name_of_its_job(prefix: str, place: int) -> None:
    tool, category, line = SAMPLES[place]
    found = log_signals.signal(prefix + line)
    assert found is not None
    assert (found.grammar.tool, found.grammar.category) == (tool, category)


@pytest.mark.parametrize("line", ["[ERROR] x", "[info] y", "  12 | let x = 1;", "x"])
def test_what_is_no_job_stays(line: str) -> None:
    assert log_prefix.bare(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "1 ModuleNotFoundError was raised",
        "raise CommandNotFoundException",
        "OurMemoryError is raised on purpose",
    ],
)
def test_an_end_is_no_part_of_a_longer_word(line: str) -> None:
    assert log_signals.weight(line)[0] in ("", "error")


def test_the_second_place_of_an_end_counts_where_the_first_is_in_a_word() -> None:
    line = "ModuleNotFoundError, then getaddrinfo ENOTFOUND shop.example"
    assert log_signals.weight(line)[0] == "network"


def test_no_needle_is_empty() -> None:
    assert all(
        needle for g in (*LINTERS, *TOOLS, *ENDS, GENERIC) for needle in g.needles
    )


@pytest.mark.parametrize(
    "line", ["10 errors", "errors: 10", "20 failures in all", "failed: 04", "30 fail"]
)
def test_a_count_that_ends_in_a_nought_is_trouble(line: str) -> None:
    assert log_signals.weight(line)[1] >= GENERIC.weight


def test_numbers_that_tell_a_form_are_not_forgotten() -> None:
    # The second line shares all its words with the first.
    kinds = [log_signals.weight(f"Error: exit code {n}")[0] for n in (137, 138, 139)]
    assert kinds == ["out_of_memory", "error", "crash"]


@pytest.mark.parametrize("line", [line for *_, line in SAMPLES], ids=NAMES)
def test_a_line_is_read_the_same_after_one_of_other_numbers(line: str) -> None:
    twin = line.translate(str.maketrans("123456789", "234567891"))
    alone = log_signals.signal(line)
    _forget_shapes()
    log_signals.signal(twin)
    assert log_signals.signal.__wrapped__(line) == alone


def _forget_shapes() -> None:
    log_signals.signal.cache_clear()
    log_signals._words.cache_clear()


@pytest.mark.parametrize(
    "line", ["0 errors", "all tests passed", "downloading error.js"]
)
def test_noise_weighs_less_than_a_word_of_trouble(line: str) -> None:
    assert log_signals.weight(line)[1] < GENERIC.weight


def test_interleaved_jobs_keep_their_failures_apart() -> None:
    lines = [
        "api_1  | working",
        "web_1  | FAILED tests/test_web.py::test_page - assert 1 == 2",
        "api_1  | --- FAIL: TestTotal (0.01s)",
        "web_1  | done",
    ]
    failures = log.distill("\n".join(lines).encode()).failures
    assert {(f.tool, f.test) for f in failures} == {
        ("pytest", "test_page"),
        ("go", "TestTotal"),
    }
