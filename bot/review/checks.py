"""What of a review's findings holds: lines, quotes, symbols, suggestions, blockers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot import earlier, finding_identity
from bot import findings as shared
from bot.context import Material, diff
from bot.context.diff import FileDiff
from bot.definitions import Rationed
from bot.earlier import Before
from bot.reader import Files
from bot.review.reply import ReviewFinding
from bot.reviewed import Said
from bot.text import markdown
from bot.verify import (
    formatters,
    missing_symbols,
    positions,
    second_look,
    suggestion,
)
from bot.verify.positions import Page, Span

# Files that checking one review may read: each is one request to GitHub.
MOST_READ = 40
# Beyond these a second look would be one at a list, not at code.
MOST_BLOCKERS = 20
# More on one line is one finding in many words.
MOST_ON_A_LINE = 3
MOVED = "it was written for other lines"
SAID = "said in an earlier review"
TWICE = "said twice in one review"
AS_TEXT = "_Suggested, but not to be committed by a click ({why}):_\n\n{code}"

Findings = list[ReviewFinding]


def shown(
    findings: Sequence[ReviewFinding], material: Material
) -> tuple[Findings, list[str]]:
    """Keep what the diff shows on lines that GitHub takes a comment on.

    Returns the kept findings, and for each other one why it was dropped. What repeats
    an earlier review need not stand in what was read this time.
    """
    pages = _pages(material, {each.path for each in findings})
    kept: Findings = []
    dropped: list[str] = []
    for each in findings:
        place = _place(each, pages.get(each.path))
        if isinstance(place, Span):
            kept.append(_placed(each, place))
        else:
            dropped.append(SAID if _is_repeated(each, material) else place)
    return sorted(kept, key=_weight), dropped


def unique(findings: Iterable[ReviewFinding]) -> tuple[Findings, list[str]]:
    """Leave each finding once, heaviest first; what else one line suffers from stays.

    Returns the kept findings, and for each other one why it was dropped.
    """
    kept: dict[tuple[str, str, int], Findings] = {}
    dropped: list[str] = []
    for each in sorted(findings, key=_weight):
        there = kept.setdefault((each.path, each.side, each.line), [])
        if len(there) >= MOST_ON_A_LINE or any(_is_same(each, one) for one in there):
            dropped.append(TWICE)
        else:
            there.append(each)
    return sorted(chain.from_iterable(kept.values()), key=_weight), dropped


def new(
    findings: Sequence[ReviewFinding], material: Material
) -> tuple[Findings, list[str]]:
    """Drop what an earlier review said, whatever became of it since."""
    if material.before is None:
        return list(findings), []
    kept = [each for each in findings if not _is_said(each, material.before, material)]
    return kept, [SAID] * (len(findings) - len(kept))


def as_said(each: ReviewFinding, material: Material) -> Said | None:
    """Describe a finding so that it is known again; None where its file is unknown."""
    file = next((file for file in material.change if file.path == each.path), None)
    if file is None:
        return None
    return finding_identity.said(
        file,
        range(each.start_line, each.line + 1),
        severity=each.severity,
        title=each.title,
        evidence=each.evidence,
        side=each.side,
    )


def verified(
    findings: Sequence[ReviewFinding], material: Material, files: Files
) -> tuple[Findings, list[str]]:
    """Drop what the repository refutes or its own tools report; judge suggestions."""
    world = _World(material, Rationed(files, MOST_READ))
    kept: Findings = []
    dropped: list[str] = []
    for each in findings:
        why = world.refuted(each)
        if why:
            dropped.append(why)
        else:
            kept.append(world.with_judged_suggestion(each))
    return kept, dropped


def blockers(findings: Iterable[ReviewFinding]) -> Findings:
    """The findings that a second look is for, at most `MOST_BLOCKERS`."""
    found = [each for each in findings if each.severity == "blocker"]
    return found[:MOST_BLOCKERS]


def settled(
    findings: Sequence[ReviewFinding], reply: second_look.SecondLookReply | None
) -> tuple[Findings, list[str]]:
    """Draw the consequence of a second look: a blocker holds, goes, or is major.

    What was not looked at, by whatever fault, is major: only a blocker that survived
    is one.
    """
    verdicts = second_look.verdicts(reply)
    asked = {id(each): n for n, each in enumerate(blockers(findings), 1)}
    kept: Findings = []
    dropped: list[str] = []
    for each in findings:
        verdict = verdicts.get(asked.get(id(each), 0), "unsure")
        if each.severity != "blocker" or verdict == "holds":
            kept.append(each)
        elif verdict == "refuted":
            dropped.append(second_look.REFUTED)
        else:
            kept.append(each.model_copy(update={"severity": "major"}))
    return sorted(kept, key=_weight), dropped


@dataclass(slots=True)
class _World:
    """What findings are held against: the material and the repository."""

    material: Material
    files: Files
    _tools: formatters.Configured | None = None

    def refuted(self, each: ReviewFinding) -> str:
        said = _words(each)
        if each.severity == "minor":
            if self._tools is None:
                self._tools = formatters.configured(self.files)
            tool = self._tools.reports(each.path, said)
            if tool:
                return formatters.NIT.format(tool=tool)
        return missing_symbols.refuted(
            said,
            each.path,
            shown=[section.text for section in self.material.sections],
            files=self.files,
            near=[file.path for file in self.material.change],
        )

    def with_judged_suggestion(self, each: ReviewFinding) -> ReviewFinding:
        if not each.suggestion.strip():
            return each.model_copy(update={"suggestion": ""})
        current = _lines_of(self.material.change, each)
        if each.side == "LEFT" or current is None:
            return without_suggestion(each, suggestion.OTHER_LINES)
        verdict = suggestion.judged(
            each.path,
            (each.start_line, each.line),
            each.suggestion,
            source=self.files.file(each.path),
            current=current,
        )
        if verdict.may_be_shown:
            return without_suggestion(each, verdict.why)
        return each.model_copy(update={"suggestion": verdict.text})


def without_suggestion(each: ReviewFinding, why: str) -> ReviewFinding:
    """Move a suggestion that no click may commit into the finding's words."""
    code = markdown.fence(each.suggestion)
    text = AS_TEXT.format(why=why, code=code)
    return each.model_copy(
        update={"why": f"{each.why}\n\n{text}".strip(), "suggestion": ""}
    )


def _is_said(each: ReviewFinding, before: Before, material: Material) -> bool:
    said = as_said(each, material)
    if said is None:
        return False
    lines = range(each.start_line, each.line + 1)
    words = _words(each)
    if earlier.is_said(
        before.earlier,
        each.path,
        lines=lines if each.side == "RIGHT" else range(0),
        fingerprint=said.fingerprint,
        words=words,
    ):
        return True
    return any(
        finding_identity.same_place(old.fingerprint, said.fingerprint)
        and _is_in_words(old, said, words)
        for old in before.carried.standing
    )


def _is_in_words(old: Said, said: Said, words: str) -> bool:
    return finding_identity.same_title(
        old.fingerprint, said.fingerprint
    ) or finding_identity.is_alike(words, old.title)


def _is_repeated(each: ReviewFinding, material: Material) -> bool:
    before = material.before
    return before is not None and earlier.is_repeated(
        before.earlier, each.path, title=each.title, words=_words(each)
    )


def _is_same(one: ReviewFinding, other: ReviewFinding) -> bool:
    titles = {" ".join(each.title.lower().split()) for each in (one, other)}
    return len(titles) == 1 or finding_identity.is_alike(_words(one), _words(other))


def _words(each: ReviewFinding) -> str:
    return f"{each.title}\n{each.why}"


def _place(each: ReviewFinding, page: Page | None) -> Span | str:
    if page is None:
        return positions.NO_PATH
    claimed = Span(min(each.start_line, each.line), each.line, each.side)
    return positions.located(claimed, each.evidence, page)


def _placed(each: ReviewFinding, place: Span) -> ReviewFinding:
    moved = each.model_copy(update={"start_line": place.start, "line": place.end})
    if place.is_moved and each.suggestion.strip():
        return without_suggestion(moved, MOVED)
    return moved


def _pages(material: Material, paths: set[str]) -> dict[str, Page]:
    read: dict[str, list[FileDiff]] = {}
    for section in material.sections:
        if section.kind == "diff" and section.path in paths:
            read.setdefault(section.path, []).extend(
                file for file in diff.parse(section.text) if file.path == section.path
            )
    return {
        file.path: positions.page(file, read[file.path])
        for file in material.change
        if file.path in read
    }


def _lines_of(change: Sequence[FileDiff], each: ReviewFinding) -> str | None:
    """The finding's lines as the diff has them, None where it has not all of them."""
    file = next((file for file in change if file.path == each.path), None)
    if file is None:
        return None
    there = {
        line.new: line.text.removesuffix("\r")
        for hunk in file.hunks
        for line in hunk.lines
        if line.new
    }
    wanted = range(each.start_line, each.line + 1)
    lines = [there[number] for number in wanted if number in there]
    return "\n".join(lines) if len(lines) == len(wanted) else None


def _weight(each: ReviewFinding) -> tuple[int, str, int]:
    return shared.ORDER.index(each.severity), each.path, each.line
