"""One line of a model's Markdown, made unable to call, refer, link out or command."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import urlsplit

from bot.text import backticks
from bot.text.sanitize import strip_invisible

_ATOM = re.compile(
    r"\\[!-/:-@\[-`{-~]"
    r"|&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});",
)
# What GitHub (or a bot on it) would bring to life, in text as it is finally read.
_LIVE = re.compile(
    r"(?P<url>(?:[a-z][a-z0-9+.-]{1,11}://|www\.|(?:mailto|xmpp|data|javascript):)"
    r"[^\s<>`|\"'\[\]()*\\]{1,2000})"
    r"|(?P<name>(?:(?<![a-z0-9.+_-])[a-z0-9.+_-]{1,64})?[@\uff20\ufe6b][a-z0-9][a-z0-9-]{0,64}"
    r"(?:[/.][a-z0-9._-]{1,64}){0,4})"
    r"|(?:(?<![a-z0-9_./-])[a-z0-9_./-]{1,140})?[#\uff03][0-9]{1,12}[a-z0-9-]*+"
    r"|(?<![a-z0-9])GH-[0-9]{1,12}[a-z0-9-]*+",
    re.IGNORECASE,
)
# Only at the start of a line: a slash command, a path, a workflow command.
_COMMAND = re.compile(r"\s{0,200}(/[A-Za-z][\w./-]{0,200}|::[A-Za-z][\w-]{0,40})")
_LEAD = re.compile(
    r"[ \t]{0,200}(?:>|[*+-](?=[ \t])|[0-9]{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t]))"
)
_TASK = re.compile(r"[ \t]{1,8}\[[ xX]\](?=[ \t])")
_MOST_LEADS = 400
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((https://[^\s()<>\\]{1,300})\)")
_BARE = {"[": "\\[", "]": "\\]", "<": "&lt;", "`": "\\`", "$": "\\$", "\\": "\\\\"}
_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
_ITEM_URL = re.compile(r"/(?:issues|pulls?|discussions)/[0-9]|GH-[0-9]", re.IGNORECASE)
# The one fragment there is: lines of a file at a commit.
_LINES = re.compile(r"/blob/[0-9a-f]{40,64}/[^#]{1,300}#L[0-9]{1,7}(?:-L[0-9]{1,7})?")
_RUN = re.compile(r"`+")
_UNTIL_SPACE = re.compile(r"[^\s<]{1,2100}")
_TRAILING = ".,:;!?*_"


@dataclass(slots=True)
class Rules:
    """What one text may do: link to `hosts` and `urls`, and call `mention` one time."""

    hosts: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    mention: str = ""
    in_table: bool = False
    called: bool = False


@dataclass(slots=True)
class _Out:
    """The line as written so far; keeps two code spans from growing together."""

    parts: list[str] = field(default_factory=list)

    def code(self, text: str) -> None:
        if self.parts and self.parts[-1].endswith("`"):
            self.parts.append(" ")
        self.parts.append(code_span(text))

    def bare(self, text: str) -> None:
        if text:
            self.parts.append(text)


def neutral_line(line: str, rules: Rules) -> str:
    """Neutralise one line that is not code; its block structure stays as it is."""
    lead = _lead_end(line)
    out = _Out([line[:lead]])
    position = lead
    spans = backticks.spans(line, in_table=rules.in_table)
    for link in _LINK.finditer(line, lead):
        if _is_allowed_link(line, link, spans, rules):
            _write(line[position : link.start()], rules, out, begins=position == lead)
            quiet = Rules(in_table=rules.in_table, called=True)
            inner = _Out()
            _write(link[1], quiet, inner)
            out.bare(f"[{''.join(inner.parts)}]({link[2]})")
            position = link.end()
    _write(line[position:], rules, out, begins=position == lead)
    return "".join(out.parts)


def code_span(text: str) -> str:
    """Write `text` as inline code, whatever backticks it holds."""
    text = text.replace("\n", " ") or " "
    ticks = "`" * (longest_run(text) + 1)
    is_padded = text.startswith(" ") and text.endswith(" ") and bool(text.strip(" "))
    space = " " if is_padded or text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def longest_run(text: str) -> int:
    """The length of the longest run of backticks."""
    return max((len(run) for run in _RUN.findall(text)), default=0)


def is_allowed_url(
    url: str, hosts: frozenset[str], urls: frozenset[str] = frozenset()
) -> bool:
    """Whether `url` is https to one of `hosts`, carries nothing and names no item.

    Lines may be named, of a file at a commit. One of `urls` may lead to any host, and
    is held to the rest.
    """
    lines = _LINES.search(url)
    if lines is not None and url.endswith(lines[0]):
        url = url.partition("#")[0]
    try:
        parts = urlsplit(url)
        bare = parts.netloc == parts.hostname
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bare
        and (parts.netloc in hosts or (url in urls and "." in parts.netloc))
        and url == f"https://{parts.netloc}{parts.path}"
        and _PATH.fullmatch(parts.path) is not None
        and _ITEM_URL.search(parts.path) is None
    )


def _lead_end(line: str) -> int:
    """Where the markers of quotes, lists and headings end and the text begins."""
    position = 0
    for _ in range(_MOST_LEADS):
        lead = _LEAD.match(line, position)
        if lead is None:
            break
        position = lead.end()
    task = _TASK.match(line, position) if position else None
    return task.end() if task else position


def _is_allowed_link(
    line: str, link: re.Match[str], spans: backticks.Ranges, rules: Rules
) -> bool:
    before = line[: link.start()]
    slashes = len(before) - len(before.rstrip("\\"))
    middle = link.end(1)
    return (
        is_allowed_url(link[2], rules.hosts, rules.urls)
        and slashes % 2 == 0
        and not before.endswith("!")
        and not link[1].endswith("\\")
        and not backticks.inside(link.start(), spans)
        and not backticks.inside(middle, spans)
    )


def _write(text: str, rules: Rules, out: _Out, *, begins: bool = False) -> None:
    position = 0
    for start, end in backticks.spans(text, in_table=rules.in_table):
        _write_text(text[position:start], rules, out, begins=begins and position == 0)
        out.code(_content(text[start:end]))
        position = end
    _write_text(text[position:], rules, out, begins=begins and position == 0)


def _content(span: str) -> str:
    size = len(span) - len(span.lstrip("`"))
    text = span[size:-size]
    is_padded = text.startswith(" ") and text.endswith(" ") and bool(text.strip(" "))
    return text[1:-1] if is_padded else text


def _write_text(text: str, rules: Rules, out: _Out, *, begins: bool) -> None:
    raws = _atoms(text)
    read = "".join(decoded for _, decoded in raws)
    position = 0
    if begins and (command := _COMMAND.match(read)):
        _write_atoms(raws[: command.start(1)], out)
        out.code(command[1])
        position = command.end()
    for live in _LIVE.finditer(read, position):
        if _may_live(live, read, rules):
            continue
        _write_atoms(raws[position : live.start()], out)
        out.code(live[0])
        position = live.end()
    _write_atoms(raws[position:], out)


def _write_atoms(atoms: list[tuple[str, str]], out: _Out) -> None:
    out.bare("".join(_BARE.get(raw, raw) for raw, _ in atoms))


def _atoms(text: str) -> list[tuple[str, str]]:
    """Each character as (written, read): escapes and entities are read as one."""
    atoms: list[tuple[str, str]] = []
    position = 0
    for match in _ATOM.finditer(text):
        atoms += zip(*[text[position : match.start()]] * 2, strict=True)
        atoms += _decoded(match[0])
        position = match.end()
    atoms += zip(*[text[position:]] * 2, strict=True)
    return atoms


def _decoded(written: str) -> list[tuple[str, str]]:
    if written[0] == "\\":
        return [(written, written[1])]
    if written[1] != "#" and written[1:] not in html5:
        return [(character, character) for character in written]
    read = html.unescape(written)
    if read and not strip_invisible(read)[0]:
        return []
    # An entity of two characters is written with the first and read with both.
    return [(written, read[:1] or "\ufffd"), *(("", rest) for rest in read[1:])]


def _may_live(live: re.Match[str], read: str, rules: Rules) -> bool:
    if live["url"] is not None:
        run = _UNTIL_SPACE.match(read, live.start())
        url = run[0].rstrip(_TRAILING) if run is not None else ""
        return is_allowed_url(url, rules.hosts, rules.urls)
    called = (live["name"] or "").lower()
    if rules.called or not rules.mention or called != f"@{rules.mention.lower()}":
        return False
    # Behind such a character it is an address to a second reader, and calls nobody.
    if re.match(r"[a-z0-9.+_-]", read[live.start() - 1 : live.start()], re.IGNORECASE):
        return False
    rules.called = True
    return True
