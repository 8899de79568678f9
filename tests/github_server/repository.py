"""A repository of this GitHub, and the short way to fill it in a test or a demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.github_server import diffs, events, threads
from tests.github_server.state import (
    Annotation,
    Artifact,
    Comment,
    Commit,
    Issue,
    Job,
    Label,
    Pull,
    Review,
    ReviewComment,
    Run,
    User,
    World,
    encoded,
)

JobSpec = tuple[str, str | None, bytes | None]
Change = Mapping[str, str | bytes | None]


class Repository:
    """Everything one repository holds; forks share its commits."""

    def __init__(
        self,
        world: World,
        full_name: str,
        *,
        private: bool = False,
        default_branch: str = "main",
        parent: Repository | None = None,
    ) -> None:
        self.world = world
        self.full_name = full_name
        self.owner = world.add_user(full_name.split("/")[0], type="Organization")
        self.id = world.next_id()
        self.private = private
        self.default_branch = default_branch
        self.parent = parent
        self.has_issues = True
        self.tree_truncated = False
        self.created_at = world.now
        self.commits: dict[str, Commit] = {} if parent is None else parent.commits
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self.labels: dict[str, Label] = {}
        self.issues: dict[int, Issue] = {}
        self.comments: dict[int, Comment] = {}
        self.reviews: dict[int, Review] = {}
        self.review_comments: dict[int, ReviewComment] = {}
        self.runs: dict[int, Run] = {}
        self.workflows: dict[str, int] = {}

    @property
    def name(self) -> str:
        """Return the part after the slash."""
        return self.full_name.split("/")[1]

    @property
    def pulls(self) -> dict[int, Pull]:
        """Return the pull requests by number."""
        return {
            number: issue.pull
            for number, issue in self.issues.items()
            if issue.pull is not None
        }

    @property
    def pushed_at(self) -> datetime:
        """Return when a branch last got a commit."""
        dates = [self.commits[sha].date for sha in self.branches.values()]
        return max(dates, default=self.created_at)

    # people

    def collaborator(self, login: str, role: str = "write") -> User:
        """Give someone a role: admin, maintain, write, triage, read or a custom one."""
        self.roles[login] = role
        return self.world.add_user(login)

    # code

    def commit(
        self,
        files: Change,
        *,
        branch: str | None = None,
        message: str = "Change files",
        author: str = "maintainer",
    ) -> str:
        """Add a commit to a branch and return its SHA; None deletes a file."""
        branch = branch or self.default_branch
        start = self.branches.get(branch) or self.branches.get(self.default_branch)
        sha = self._write(start, files, message=message, author=author)
        self.branches[branch] = sha
        return sha

    def tag(self, name: str, sha: str = "") -> None:
        """Name a commit, by default the default branch's head."""
        self.tags[name] = sha or self.branches[self.default_branch]

    def resolve(self, ref: str) -> Commit | None:
        """Find a commit by branch, SHA (7 digits suffice) or `refs/pull/N/head`."""
        ref = ref.removeprefix("refs/").removeprefix("heads/")
        if ref in ("", "HEAD"):
            ref = self.default_branch
        if ref in self.branches:
            return self.commits[self.branches[ref]]
        part = ref.split("/")
        if len(part) == 3 and part[0] == "pull" and part[1].isdigit():
            pull = self.pulls.get(int(part[1]))
            return self.commits[pull.head_sha] if pull is not None else None
        if len(ref) < 7:
            return None
        return next((c for sha, c in self.commits.items() if sha.startswith(ref)), None)

    def changes(self, pull: Pull) -> list[diffs.FileChange]:
        """List what a pull request changes."""
        base, head = self.commits[pull.base_sha], self.commits[pull.head_sha]
        return diffs.changes(base.files, head.files, executable=pull.executable)

    # issues and pull requests

    def label(self, name: str, *, description: str | None = None) -> Label:
        """Return the label of that name, made when there is none."""
        if name not in self.labels:
            id = self.world.next_id()
            self.labels[name] = Label(id, name, description=description)
        return self.labels[name]

    def issue(
        self,
        title: str = "Something is wrong",
        body: str | None = "",
        *,
        author: str | None = "contributor",
        labels: Sequence[str] = (),
        state: str = "open",
        locked: bool = False,
    ) -> Issue:
        """Open an issue; `author` None is a deleted account."""
        when = self.world.tick()
        issue = Issue(
            repository=self,
            id=self.world.next_id(),
            number=len(self.issues) + 1,
            title=title,
            body=body,
            user=self._person(author),
            created_at=when,
            updated_at=when,
            labels=[self.label(name).name for name in labels],
            state=state,
            is_locked=locked,
            closed_at=when if state == "closed" else None,
        )
        self.issues[issue.number] = issue
        return issue

    def comment(
        self, on: Issue | Pull, body: str, *, author: str | None = "contributor"
    ) -> Comment:
        """Write a comment on an issue or pull request."""
        issue = on.issue if isinstance(on, Pull) else on
        when = self.world.tick()
        id = self.world.next_id()
        comment = Comment(id, issue, body, self._person(author), when, when)
        self.comments[comment.id] = comment
        issue.updated_at = when
        return comment

    def pull(
        self,
        title: str = "Change something",
        body: str | None = "",
        *,
        head_files: Change,
        author: str | None = "contributor",
        branch: str = "change",
        base: str | None = None,
        fork: bool | str = False,
        draft: bool = False,
        labels: Sequence[str] = (),
    ) -> Pull:
        """Open a pull request that changes `head_files` (None deletes a file).

        `fork` True puts the head in a fork of the author's, a name in that one.
        """
        issue = self.issue(title, body, author=author, labels=labels)
        base = base or self.default_branch
        home = self._fork(fork, author or "ghost") if fork else self
        message = title or "Change files"
        sha = self._write(
            self.branches[base], head_files, message=message, author=author
        )
        home.branches[branch] = sha
        issue.pull = Pull(
            issue=issue,
            id=self.world.next_id(),
            base_ref=base,
            base_sha=self.branches[base],
            head_ref=branch,
            head_sha=sha,
            head_repository=home,
            head_owner=home.owner,
            is_draft=draft,
            shas=[sha],
        )
        return issue.pull

    def push(self, pull: Pull, files: Change, *, message: str = "Change more") -> str:
        """Add a commit to a pull request's head and return its SHA."""
        author = pull.issue.user.login if pull.issue.user else None
        sha = self._write(pull.head_sha, files, message=message, author=author)
        self._move_head(pull, sha)
        return sha

    def force_push(self, pull: Pull, files: Change, *, message: str = "Rebase") -> str:
        """Replace a pull request's commits by one on the base branch as it is now."""
        author = pull.issue.user.login if pull.issue.user else None
        pull.base_sha = self.branches[pull.base_ref]
        sha = self._write(pull.base_sha, files, message=message, author=author)
        pull.shas.clear()
        self._move_head(pull, sha)
        return sha

    def _move_head(self, pull: Pull, sha: str) -> None:
        before, pull.head_sha = self.commits[pull.head_sha], sha
        pull.shas.append(sha)
        threads.follow(self, pull, before=before, after=self.commits[sha])
        pull.issue.updated_at = self.world.tick()
        if pull.head_repository is not None:
            pull.head_repository.branches[pull.head_ref] = sha

    def review_comment(
        self,
        pull: Pull,
        body: str,
        *,
        path: str,
        line: int,
        side: str = "RIGHT",
        author: str | None = "maintainer",
        reply_to: ReviewComment | None = None,
    ) -> ReviewComment:
        """Write one comment on a line of the diff, as a review of its own."""
        when = self.world.tick()
        user = self._person(author)
        review = Review(
            self.world.next_id(), pull, user, "", "COMMENTED", pull.head_sha, when
        )
        self.reviews[review.id] = review
        comment = ReviewComment(
            id=self.world.next_id(),
            pull=pull,
            review=review,
            user=user,
            body=body,
            path=path,
            line=line,
            side=side,
            commit_sha=pull.head_sha,
            diff_hunk=self.hunk_text(pull, path, line=line, side=side),
            created_at=when,
            updated_at=when,
            reply_to=None if reply_to is None else reply_to.reply_to or reply_to.id,
        )
        self.review_comments[comment.id] = comment
        return comment

    def hunk_text(self, pull: Pull, path: str, *, line: int, side: str) -> str:
        """Return the hunk that shows a line, "" when none does."""
        for change in self.changes(pull):
            for hunk in diffs.hunks(change.patch) if change.path == path else ():
                if hunk.shows(line, side):
                    return hunk.text
        return ""

    # Actions

    def workflow_run(
        self,
        *,
        pull: Pull | None = None,
        branch: str | None = None,
        conclusion: str | None = "failure",
        jobs: Sequence[JobSpec] = (),
        name: str = "CI",
        path: str = ".github/workflows/ci.yml",
        event: str | None = None,
        actor: str | None = None,
    ) -> Run:
        """Run a workflow on a pull request's head or a branch.

        `jobs` are (name, conclusion, log); a log of None is one GitHub has lost.
        """
        home = pull.head_repository if pull is not None else self
        ref = pull.head_ref if pull is not None else branch or self.default_branch
        author = pull.issue.user if pull is not None else None
        who = self._person(actor) or author or self.world.add_user("maintainer")
        run = Run(
            repository=self,
            id=self.world.next_id(),
            workflow_id=self.workflows.setdefault(path, self.world.next_id()),
            name=name,
            path=path,
            number=len(self.runs) + 1,
            event=event or ("pull_request" if pull is not None else "push"),
            head_sha=pull.head_sha if pull is not None else self.branches[ref],
            head_branch=ref,
            head_repository=home,
            conclusion=conclusion,
            actor=who,
            triggering_actor=who,
            created_at=self.world.tick(),
            # GitHub leaves this list empty for the pull requests of forks.
            pulls=[pull] if pull is not None and not pull.is_fork else [],
        )
        self.runs[run.id] = run
        self._add_jobs(run, jobs)
        return run

    def rerun(
        self,
        run: Run,
        *,
        jobs: Sequence[JobSpec],
        conclusion: str | None,
        actor: str | None = None,
    ) -> None:
        """Run the jobs again as the next attempt."""
        run.attempt += 1
        run.conclusion = conclusion
        run.triggering_actor = self._person(actor) or run.actor
        self._add_jobs(run, jobs)

    def annotate(
        self, job: Job, path: str, *, line: int, message: str, level: str = "failure"
    ) -> None:
        """Add an annotation to the job's check run."""
        job.annotations.append(Annotation(path, line, message, level))

    def artifact(self, run: Run, name: str, content: bytes = b"") -> Artifact:
        """Leave a named file behind."""
        id, when = self.world.next_id(), self.world.tick()
        artifact = Artifact(id, name, len(content), when, content=content)
        run.artifacts.append(artifact)
        return artifact

    # events

    def event(
        self,
        name: str,
        action: str = "",
        subject: Issue | Pull | Comment | ReviewComment | Run | None = None,
        *,
        sender: str | None = None,
        **extra: Any,
    ) -> dict[str, Any]:
        """Return the webhook payload GitHub sends for this; `extra` replaces keys.

        `label=` names the label of a `labeled`, `inputs=` the inputs of a
        `workflow_dispatch`.
        """
        return events.payload(
            self, name, action=action, subject=subject, sender=sender, extra=extra
        )

    def _person(self, login: str | None) -> User | None:
        return None if login is None else self.world.add_user(login)

    def _write(
        self, start: str | None, files: Change, *, message: str, author: str | None
    ) -> str:
        kept = dict(self.commits[start].files) if start is not None else {}
        for path in files:
            kept.pop(path, None)
        kept |= encoded({p: text for p, text in files.items() if text is not None})
        person = self.world.add_user(author or "ghost")
        parents = (start,) if start is not None else ()
        commit = Commit(kept, message, person, self.world.tick(), parents)
        self.commits[commit.sha] = commit
        return commit.sha

    def _fork(self, fork: bool | str, author: str) -> Repository:
        full_name = fork if isinstance(fork, str) else f"{author}/{self.name}"
        self.world.add_user(full_name.split("/")[0])
        if full_name not in self.world.repositories:
            self.world.repositories[full_name] = Repository(
                self.world,
                full_name,
                private=self.private,
                default_branch=self.default_branch,
                parent=self,
            )
        home = self.world.repositories[full_name]
        main = self.default_branch
        home.branches.setdefault(main, self.branches[main])
        return home

    def _add_jobs(self, run: Run, jobs: Sequence[JobSpec]) -> None:
        for name, conclusion, log in jobs:
            steps = [("Set up job", "success"), (f"Run {name}", conclusion or "")]
            run.jobs.append(
                Job(
                    id=self.world.next_id(),
                    run=run,
                    attempt=run.attempt,
                    name=name,
                    conclusion=conclusion,
                    started_at=self.world.tick(),
                    log=log,
                    steps=steps,
                )
            )
