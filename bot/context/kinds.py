"""What sort of file a path is, from one table; nothing is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

FileKind = Literal[
    "source",
    "test",
    "docs",
    "lock",
    "generated",
    "vendored",
    "minified",
    "binary",
    "ci",
    "config",
]

# Kinds a reviewer lists but does not read.
UNREAD: frozenset[str] = frozenset(
    {"lock", "generated", "vendored", "minified", "binary"}
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Any match counts; everything is compared in lower case."""

    kind: FileKind
    names: frozenset[str] = frozenset()
    ends: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    folders: frozenset[str] = frozenset()
    under: tuple[str, ...] = ()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _ends(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The first rule that matches decides, so the order is part of the table.
_RULES: tuple[_Rule, ...] = (
    _Rule(
        "lock",
        names=_words(
            "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock"
            " bun.lockb cargo.lock go.sum poetry.lock uv.lock pdm.lock pipfile.lock"
            " gemfile.lock composer.lock requirements.lock requirements-dev.lock"
            " packages.lock.json gradle.lockfile flake.lock mix.lock pubspec.lock"
            " podfile.lock package.resolved deno.lock"
        ),
        ends=(".lock", ".lockfile"),
    ),
    _Rule(
        "vendored",
        folders=_words(
            "vendor third_party third-party thirdparty node_modules bower_components"
            " vendored _vendor extern"
        ),
    ),
    _Rule("minified", ends=_ends(".min.js .min.css .min.mjs -min.js .bundle.js .map")),
    _Rule(
        "generated",
        names=_words("zz_generated.deepcopy.go"),
        ends=_ends(
            "_pb2.py _pb2.pyi _pb2_grpc.py .pb.go .pb.cc .pb.h .pb.rs .g.dart"
            " .freezed.dart .designer.cs .generated.cs .g.cs _generated.go .gen.go"
            " .generated.ts .generated.js .gen.ts .snap"
        ),
        folders=_words("generated __generated__ dist __snapshots__"),
    ),
    _Rule(
        "binary",
        ends=_ends(
            ".png .jpg .jpeg .gif .webp .bmp .ico .icns .tiff .pdf .zip .gz .tgz .bz2"
            " .xz .zst .7z .rar .jar .war .class .so .dylib .dll .exe .a .o .obj .lib"
            " .pyc .whl .woff .woff2 .ttf .otf .eot .mp3 .mp4 .mov .avi .wav .ogg .webm"
            " .sqlite .db .bin .dat .wasm .pkl .npy .npz .parquet .onnx .pt .gguf .psd"
        ),
    ),
    _Rule(
        "ci",
        names=_words(
            ".travis.yml .gitlab-ci.yml appveyor.yml .appveyor.yml azure-pipelines.yml"
            " jenkinsfile bitbucket-pipelines.yml .drone.yml action.yml action.yaml"
            " .cirrus.yml codecov.yml .codecov.yml .pre-commit-config.yaml"
        ),
        under=_ends(".github/workflows/ .github/actions/ .circleci/ .buildkite/ .ci/"),
        starts=("azure-pipelines",),
    ),
    _Rule(
        "test",
        names=_words("conftest.py pytest.ini"),
        ends=_ends(
            "_test.py _test.go _test.rs _test.rb _spec.rb _test.dart _test.exs .test.ts"
            " .test.tsx .test.js .test.jsx .test.mjs .test.cjs .test.mts .spec.ts"
            " .spec.tsx .spec.js .spec.jsx .spec.mjs .cy.ts .cy.js test.java tests.java"
            " testcase.java test.kt tests.cs test.cs test.php test.scala spec.scala"
        ),
        starts=("test_",),
        folders=_words("test tests __tests__ spec specs testing testdata e2e fixtures"),
    ),
    _Rule(
        "docs",
        names=_words(
            "license licence copying notice authors contributors changelog changes"
            " readme contributing security codeowners news history"
        ),
        ends=_ends(".md .mdx .rst .adoc .asciidoc .txt .markdown .org .tex .po .pot"),
        starts=("license", "licence", "readme", "changelog"),
        folders=_words("docs doc documentation"),
    ),
    _Rule(
        "config",
        names=_words(
            "dockerfile containerfile makefile gnumakefile .gitignore .gitattributes"
            " .gitmodules .editorconfig .dockerignore .npmrc .nvmrc .cursorrules"
            " .windsurfrules .env go.mod pom.xml gemfile procfile pipfile"
            " cmakelists.txt build.gradle settings.gradle .mailmap"
        ),
        ends=_ends(
            ".toml .yml .yaml .json .json5 .jsonc .ini .cfg .conf .properties .env"
            " .xml .plist .editorconfig .tf .tfvars .hcl .gradle .csproj .sln .pth"
        ),
        starts=(".env", "dockerfile.", ".eslintrc", ".prettierrc", ".babelrc"),
    ),
)

# Names that read as prose by their ending and are not.
_EXACT: dict[str, FileKind] = {
    "requirements.txt": "config",
    "cmakelists.txt": "config",
    "constraints.txt": "config",
    "claude.md": "config",
    "agents.md": "config",
    "gemini.md": "config",
}


# Asked of the same files by each part of a review, and by each step of a hook.
@lru_cache(maxsize=4096)
def kind_of(path: str) -> FileKind:
    """Say what sort of file `path` is ("source" where nothing else fits)."""
    lowered = path.lower()
    *folders, name = lowered.split("/")
    if name in _EXACT:
        return _EXACT[name]
    for rule in _RULES:
        if _matches(rule, lowered, name, folders):
            return rule.kind
    return "source"


def _matches(rule: _Rule, path: str, name: str, folders: list[str]) -> bool:
    return (
        name in rule.names
        or name.endswith(rule.ends)
        or (bool(rule.starts) and name.startswith(rule.starts))
        or not rule.folders.isdisjoint(folders)
        or (bool(rule.under) and path.startswith(rule.under))
    )
