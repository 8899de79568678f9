"""Words that tell what an issue asks for: our own tables, looked for as literals.

Entries are separated by `|`; blanks around an entry do not count, and `_` at its
start or end stands for one.
"""

from __future__ import annotations


def _entries(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.replace("\n", " ").split("|"))
    return tuple(part.replace("_", " ") for part in parts if part)


def _table(source: dict[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, _entries(text)) for name, text in source.items())


# What the sections of issue templates ask for, by words of their headings.
SECTIONS = _table(
    {
        "repro": """
            reproduc | repro | steps | test case | how to trigger
        """,
        "expected": """
            expect | should happen
        """,
        "actual": """
            actual | current behav | observed | happens | result
        """,
        "environment": """
            environment | version | system | device | platform | setup | context
        """,
        "logs": """
            log | trace | output | screenshot | error | additional
        """,
        "problem": """
            describe the bug | description | problem | summary | bug | issue |
            what happened
        """,
        "wish": """
            solution | feature | proposal | suggest | request | enhancement |
            would like | describe the
        """,
        "motive": """
            motivation | why | use case | benefit | rationale | background | goal |
            overview
        """,
        "alternatives": """
            alternativ | consider | drawback | open question | trade | design
        """,
        "tasks": """
            todo | task | acceptance | checklist | requirement | definition of done |
            plan | scope
        """,
    }
)

# Words at the start of a title, by what they ask for.
OPENINGS = _table(
    {
        "add": """
            add | adding | added | implement | introduce | create | provide | include
            | enable | expose | allow | support | make | use | set | show | display |
            extend
        """,
        "change": """
            update | upgrade | bump | change | move | rename | replace | refactor |
            rewrite | convert | migrate | switch | improve | simplify | clean |
            cleanup | reorganize | split | merge | optimize | reduce | increase |
            handle
        """,
        "remove": """
            remove | delete | drop | deprecate | disable | hide | avoid | stop
        """,
        "mend": """
            fix | fixed | fixes | fixing | correct | resolve | repair | revert
        """,
        "document": """
            document | docs | doc | documentation | readme | typo | translate |
            translation | example | examples | tutorial | clarify
        """,
        "test": """
            test | tests | testing | flaky | coverage | ci
        """,
        "ask": """
            how | what | why | where | when | which | who | is | are | can | could |
            does | do | should | will | would | has | have | any
        """,
        "need": """
            need | needs | request | feature | proposal | rfc | idea | suggestion |
            suggest | consider | discussion | discuss | enhancement | question |
            support | wish | allow
        """,
        "fault": """
            bug | crash | crashes | error | exception | cannot | can't | cant | unable
            | failed | fails | failing | failure | broken | wrong | incorrect |
            missing | problem | issue | regression | unexpected | segfault | memory
        """,
    }
)

# Phrases that say who asks for what.
PHRASES = _table(
    {
        "question": """
            how do i | how can i | how to_ | is it possible | is there a way |
            is there any way | can i_ | can someone | any idea | does anyone |
            what is the | am i_ | i was wondering | where can i | could you please |
            could you help | please help | help me | any help
        """,
        "wish": """
            would be nice | would be great | would be good | would be useful |
            would be helpful | would like | i'd like | it'd be | please add |
            feature request | i wish | would love | i want | could be added |
            nice to have | would be cool
        """,
        "proposal": """
            i propose | proposal | we propose | proposed | rfc | design | architecture
            | strategy | roadmap | how should we | should we | we should | we could |
            we need | we want | thoughts | discuss | opinions | feedback |
            alternatively | trade-off | tradeoff | approach | options are |
            another option | what do you think | pros | semantics | backward |
            breaking change | long term | consensus
        """,
        "claim": """
            this pr | this pull request | this patch | this commit | fixes # |
            closes # | this adds | this change | i have added | i've added | fix # |
            resolves #
        """,
        "cause": """
            because | the cause | caused by | the reason | root cause |
            should be replaced | can be fixed | the fix | a fix | should be changed |
            instead of | needs to be | need to be | should be | looks like the |
            the problem is
        """,
        "repro": """
            steps to reproduce | to reproduce | reproduce | repro | reproducible |
            expected | actual | minimal example | sample code | code snippet |
            following code | run the following
        """,
        "vague": """
            doesn't work | does not work | not working | don't work | won't work |
            stopped working | no longer works | nothing happens | something wrong |
            what's wrong | no idea | sometimes | weird | stuck
        """,
        "crash": """
            crash | segfault | segmentation | freez | hangs | deadlock |
            race condition | memory leak | leak | out of memory | regression |
            since upgrad | after upgrad | after updat | used to work | previously work
            | worked fine | bisect
        """,
        "speed": """
            slow | performance | latency | takes too long | memory usage | benchmark |
            faster | cpu usage
        """,
        "test": """
            unit test | test case | test suite | flaky | coverage | integration test |
            tests fail | test fail | failing test | testing | write tests | e2e | ci_
            | travis | jenkins | espresso | pytest | junit | mock
        """,
        "outside": """
            latest version | new version | newer version | released | release date |
            upcoming | compatib | support for | cve- | vulnerab | security advis |
            advisory | upstream | licens | outage | is down | 404 | dead link |
            broken link | deprecated | end of life | eol | play store | f-droid |
            third party | third-party | external | any plans | when will | eta |
            still maintained | roll out | android 1 | price | service | server is
        """,
        "docs": """
            documentation | docs | readme | typo | wiki | translation | tutorial |
            changelog | docstring | spelling
        """,
        "small": """
            good first issue | simple | trivial | easy | just_ | minor | small | quick
            | beginner | should be enough
        """,
        "thanks": """
            thanks | thank you | hi, | hello | hey | greetings | dear
        """,
        "first_person": """
            i am_ | i'm_ | i have_ | i've_ | i tried | my_ | i get_ | i got_
        """,
        "team": """
            we_ | our_ | us_
        """,
        "breadth": """
            multiple | several | various | in general | overall | entire | all of |
            each of | system | protocol | api | phase | epic | milestone | first step
            | subtask
        """,
    }
)
