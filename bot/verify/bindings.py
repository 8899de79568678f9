"""Whether a text gives a name a meaning: defines, imports, assigns or takes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_LINE = 2_000
_COMMENT = ("#", "//", "*", "/*", "--")
_LONG_IMPORT = re.compile(r"\bimport[ \t]{0,4}[({][ \t]{0,40}\r?$", re.MULTILINE)
# `{name}` stands for the name as a whole word. Each looks at one line without its
# indentation; what only uses a name (`const a = {name}(b)`) must fit none.
_FORMS = (
    r"\b(?:class|interface|struct|enum|trait|type|namespace|module|record|object|"
    r"def|func|fun|fn|function\*?|macro_rules!) {{1,4}}(?:\([^()\n]{{0,80}}\) ?)?"
    r"(?:[\w<>]{{1,40}}\.)?{name}",
    # What a function takes, also as the receiver of a Go method.
    r"\b(?:def|func|fun|fn|function)\b[^\n{{]{{0,300}}?[(,][ ]?"
    r"(?:[*&]{{0,2}}|\.\.\.|mut ){name}[ ]?(?:[:,=)]|[\w*\[.])",
    r"\blambda\b[^:\n]{{0,100}}?{name}",
    r"{name}[^()=\n]{{0,100}}\)?[ ]{{0,4}}=>",
    r"\b(?:const|let|var|val|static)\b(?:(?! in | of )[^\n=;]){{0,200}}?{name}",
    r"\bfor\b(?:(?! in | of )[^\n]){{0,120}}?{name}",
    r"\bas[ ]{{1,4}}{name}",
    r"\b(?:import|use|using)\b[^\n'\"]{{0,300}}?{name}",
    r"\brequire[( ][^\n]{{0,100}}/?{name}['\")]",
    r"^(?:import )?(?:[\w.]{{1,40}} )?"
    r"\"(?:[^\"\n]{{0,200}}/)?{name}(?:/v\d{{1,3}})?\"$",
    # With the type in front of it or others beside it, and whatever it is annotated as.
    r"^(?:[\w$<>\[\].,*&? ]{{1,100}}[ *])?"
    r"{name}[ ]{{0,4}}(?::[^=\n]{{1,80}})?:?=(?![=>])",
    r"^(?:[\w$, *]{{0,100}}, ?)?{name}(?:, ?[\w$*]{{1,60}}){{1,6}} :?=(?!=)",
    r"\({name} := ",
    # A method in the languages that have no word for it.
    r"^(?!(?:return|new|await|throw|else|yield|case|if|for|while|switch)\b)"
    r"(?:[\w$<>\[\].,&*? ]{{0,100}}[ *])?"
    r"{name}[ ]?\([^;\n]{{0,300}}\)[^;=\n]{{0,100}}\{{$",
)
# What else is a member of something: `self.a = 1`, `a: int`, `A string`.
_MEMBERS = (
    r"\b(?:self|this|cls)\.{name}[ ]{{0,4}}(?::[^=\n]{{1,80}})?=(?!=)",
    r"^(?:(?:public|private|protected|readonly|pub|static) ){{0,3}}"
    r"{name}[?!]?[ ]?:[^:]",
    r"^{name} +[\w*\[\].]{{1,60}}(?: `[^`\n]{{0,200}}`)?$",
    r"^(?:[\w$<>\[\].,&*? ]{{1,100}} ){name}[ ]?;",
)


def binds(name: str, text: str) -> bool:
    """Whether a line of code defines, imports, assigns or takes a name.

    The marks of a diff may stand before the lines; what a diff removes does not count.
    """
    if name not in text:
        return False
    lines = list(naming(name, text))
    if _fits(_FORMS, name, (line for line in lines if not _is_argument(name, line))):
        return True
    # An import over several lines has each name on a line of its own.
    is_long = _LONG_IMPORT.search(text) is not None
    return is_long and not {name, f"{name},"}.isdisjoint(lines)


def has_member(name: str, text: str) -> bool:
    """Whether a line of code gives something a member of that name."""
    return _fits(_MEMBERS, name, naming(name, text))


def naming(name: str, text: str) -> Iterator[str]:
    """The lines of code that hold the name, without the marks of a diff."""
    word = re.compile(_word(name))
    for line in _code_lines(text.split("\n")):
        if name in line and word.search(line):
            yield line


def _fits(forms: Iterable[str], name: str, lines: Iterable[str]) -> bool:
    patterns = [re.compile(form.format(name=_word(name))) for form in forms]
    return any(pattern.search(line) for line in lines for pattern in patterns)


def _is_argument(name: str, line: str) -> bool:
    """Whether a line is `name=value,` as it stands in a call over several lines."""
    return line.startswith(f"{name}=") and line.endswith((",", ")"))


def _word(name: str) -> str:
    return rf"(?<![\w$]){re.escape(name)}(?![\w$])"


def _code_lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith(("-", "@@", "+++")):
            continue
        bare = line[:MAX_LINE].removeprefix("+").strip()
        if bare and not bare.startswith(_COMMENT):
            yield bare
