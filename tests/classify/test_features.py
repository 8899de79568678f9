import pytest

from bot.classify import cues, facts, features
from bot.classify import shape as shapes


def facts_of(title, body=""):
    shape = shapes.read(title, body)
    return set(facts.of(shape, title_words=features.words_of(shape.title)))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a<!-- x -->b", "ab"),
        ("a<!-- x", "a"),
        ("<!-- a --> <!-- b -->c", " c"),
        ("<!--<!-- x -->c", "c"),
        ("<!--->c", ""),
        ("no comment -->", "no comment -->"),
        ("", ""),
    ],
)
def test_html_comments_are_dropped_and_an_open_one_runs_to_the_end(text, left):
    assert shapes.without_comments(text) == left


@pytest.mark.parametrize("answer", ["", "_No response_", "N/A", "none", "- [ ] ", "-"])
def test_a_template_section_without_an_answer_is_empty(answer):
    shape = shapes.read("t", f"### Steps to reproduce\n\n{answer}\n### Version\n2.0\n")
    assert [(part.heading, part.is_filled) for part in shape.sections] == [
        ("steps to reproduce", False),
        ("version", True),
    ]
    assert {"section repro: empty", "section environment: filled"} <= facts_of(
        "t", f"### Steps to reproduce\n\n{answer}\n### Version\n2.0\n"
    )


def test_bold_lines_are_headings_and_references_are_not():
    shape = shapes.read("t", "**Expected:**\n#12 is the same\n**bold** words\n# \n#")
    assert [part.heading for part in shape.sections] == ["expected"]


def test_code_is_kept_apart_from_prose():
    shape = shapes.read(
        "t", "before\n```py\ninside\n```\n    indented\nafter\n~~~\nend"
    )
    assert shape.prose == ["before", "after"]
    assert shape.code == ["inside", "indented", "end"]
    assert shape.fences == 2


def test_boxes_steps_and_items_are_counted():
    shape = shapes.read("t", "- [x] one\n- [ ] two\n* three\n1. first\n2) second\n3rd")
    assert (shape.boxes, shape.boxes_ticked) == (2, 1)
    assert (shape.items, shape.steps) == (3, 2)


def test_what_every_issue_of_a_template_says_is_no_prose():
    shape = shapes.read("t", "I have searched the issues\n- [x] I agree to follow it\n")
    assert shape.is_empty


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("Python", "Traceback (most recent call last):"),
        ("Java", "at com.example.Main.run(Main.java:3)"),
        ("JavaScript", "at Object.run (/srv/app.js:10:5)"),
        ("Go", "goroutine 1 [running]:"),
        ("Rust", "thread 'main' panicked at src/main.rs:2:5:"),
        ("Ruby", "from app/models/user.rb:12:in `save'"),
        ("native", "#0  0x00007f in main ()"),
        ("compiler", "src/a.c:10:5: error: unknown type"),
    ],
)
def test_a_trace_names_its_language(language, line):
    assert f"{language} trace" in facts_of("t", f"```\n{line}\n```")
    assert f"{language} trace" not in facts_of("t", "```\nall is well\n```")


@pytest.mark.parametrize(
    ("title", "fact"),
    [
        ("Add an option", "word 1 of the title: to add"),
        ("Can I do this?", "title asks"),
        ("[Bug] wrong", "title tag: bug"),
        ("`read()` fails", "title names code"),
        ("Broken since 2.4.1", "title names a version"),
        ("HELP ME", "title in capitals"),
        ("t", "nothing below the title"),
    ],
)
def test_titles_say_what_is_asked(title, fact):
    assert fact in facts_of(title)


@pytest.mark.parametrize("kind", dict(cues.PHRASES))
def test_every_kind_of_phrase_can_be_heard(kind):
    for phrase in dict(cues.PHRASES)[kind]:
        assert f"words of {kind}" in facts_of("t", f"so {phrase}")


def test_counts_have_a_border_and_a_cap():
    assert "no questions" in facts_of("t", "x")
    assert "questions: 2" in facts_of("t", "a? b?")
    assert "questions: 3 or more" in facts_of("t", "a? b? c? d?")
    assert "words below the title: 2 to 3" in facts_of("t", "a b c")


def test_each_kind_of_evidence_is_as_loud_in_a_long_text_as_in_a_short_one():
    for body in ("one word", "many different words that follow\n" * 500):
        found = features.extract("A title", f"# head\n{body}!")
        for name, loudness in features.LOUDNESS.items():
            square = sum(f.value**2 for f in found if f.name == name)
            assert square == pytest.approx(loudness**2)


def test_the_number_of_features_has_a_ceiling():
    body = "".join(f"# h{n}\nword{n} w{n}x @{n % 90}\n" for n in range(9_000))
    assert len(features.extract(body, body)) < 5_000
