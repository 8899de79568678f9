"""How commits, trees, files, runs and jobs look in JSON."""

from __future__ import annotations

import base64
from typing import Any

from tests.github_server.diffs import FileChange, blob_sha
from tests.github_server.repository import Repository
from tests.github_server.shapes import (
    api,
    user,
    web,
    when,
)
from tests.github_server.state import Commit

Json = dict[str, Any]
INLINE_LIMIT = 1_000_000  # bytes; above it the JSON answer carries no content


def git_commit(repo: Repository, shown: Commit) -> Json:
    """Return the git object behind a commit."""
    return {
        "sha": shown.sha,
        "node_id": f"C_{shown.sha[:12]}",
        "url": f"{api(repo)}/git/commits/{shown.sha}",
        "html_url": f"{web(repo)}/commit/{shown.sha}",
        **_signed(repo, shown),
        "parents": [_parent(repo, sha) for sha in shown.parents],
    }


def commit(repo: Repository, shown: Commit) -> Json:
    """Return a commit as lists show it."""
    url = f"{api(repo)}/commits/{shown.sha}"
    return {
        "sha": shown.sha,
        "node_id": f"C_{shown.sha[:12]}",
        "url": url,
        "html_url": f"{web(repo)}/commit/{shown.sha}",
        "comments_url": f"{url}/comments",
        "commit": {
            **_signed(repo, shown),
            "url": f"{api(repo)}/git/commits/{shown.sha}",
            "comment_count": 0,
        },
        "author": user(repo.world, shown.author),
        "committer": user(repo.world, shown.author),
        "parents": [_parent(repo, sha) for sha in shown.parents],
    }


def _signed(repo: Repository, shown: Commit) -> Json:
    name = shown.author.login
    person = {
        "name": name,
        "email": f"{name}@users.noreply.github.com",
        "date": when(shown.date),
    }
    return {
        "author": person,
        "committer": person,
        "message": shown.message,
        "tree": {
            "sha": shown.tree_sha,
            "url": f"{api(repo)}/git/trees/{shown.tree_sha}",
        },
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
    }


def _parent(repo: Repository, sha: str) -> Json:
    return {
        "sha": sha,
        "url": f"{api(repo)}/commits/{sha}",
        "html_url": f"{web(repo)}/commit/{sha}",
    }


def change(repo: Repository, shown: FileChange, *, sha: str, patch: bool) -> Json:
    """Return one changed file; `patch` False leaves the patch out, as GitHub may."""
    after = shown.after if shown.after is not None else shown.before
    body: Json = {
        "sha": blob_sha(after or b""),
        "filename": shown.path,
        "status": shown.status,
        "additions": shown.additions,
        "deletions": shown.deletions,
        "changes": shown.additions + shown.deletions,
        "blob_url": f"{web(repo)}/blob/{sha}/{shown.path}",
        "raw_url": f"{web(repo)}/raw/{sha}/{shown.path}",
        "contents_url": f"{api(repo)}/contents/{shown.path}?ref={sha}",
    }
    if shown.patch is not None and patch:
        body["patch"] = shown.patch
    if shown.previous is not None:
        body["previous_filename"] = shown.previous
    return body


def entry(repo: Repository, path: str, *, ref: str, content: bytes | None) -> Json:
    """Return one line of a directory; `content` None is a directory in it."""
    url = f"{api(repo)}/contents/{path}?ref={ref}"
    is_file = content is not None
    sha = blob_sha(content if content is not None else path.encode())
    git_url = f"{api(repo)}/git/{'blobs' if is_file else 'trees'}/{sha}"
    html_url = f"{web(repo)}/{'blob' if is_file else 'tree'}/{ref}/{path}"
    raw = f"https://raw.githubusercontent.com/{repo.full_name}/{ref}/{path}"
    return {
        "type": "file" if is_file else "dir",
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        "size": len(content or b""),
        "url": url,
        "git_url": git_url,
        "html_url": html_url,
        "download_url": raw if is_file else None,
        "_links": {"self": url, "git": git_url, "html": html_url},
    }


def file(repo: Repository, path: str, *, ref: str, content: bytes) -> Json:
    """Return a file with its content; above 1 MB GitHub sends none in JSON."""
    inline = len(content) <= INLINE_LIMIT
    return entry(repo, path, ref=ref, content=content) | {
        "content": base64.encodebytes(content).decode() if inline else "",
        "encoding": "base64" if inline else "none",
    }


def tree(repo: Repository, shown: Commit, *, recursive: bool) -> Json:
    """Return the files of a commit, with the directories they lie in."""
    url = f"{api(repo)}/git"
    entries: dict[str, Json] = {}
    for path, content in sorted(shown.files.items()):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            sha = blob_sha(folder.encode())
            entries[folder] = {
                "path": folder,
                "mode": "040000",
                "type": "tree",
                "sha": sha,
                "url": f"{url}/trees/{sha}",
            }
        sha = blob_sha(content)
        entries[path] = {
            "path": path,
            "mode": "100644",
            "type": "blob",
            "sha": sha,
            "size": len(content),
            "url": f"{url}/blobs/{sha}",
        }
    kept = [e for path, e in entries.items() if recursive or "/" not in path]
    return {
        "sha": shown.tree_sha,
        "url": f"{url}/trees/{shown.tree_sha}",
        "tree": kept,
        "truncated": repo.tree_truncated,
    }


def git_ref(repo: Repository, ref: str, sha: str) -> Json:
    """Return a branch as git names it; `ref` without `refs/`."""
    return {
        "ref": f"refs/{ref}",
        "node_id": f"REF_{repo.id}_{ref}",
        "url": f"{api(repo)}/git/refs/{ref}",
        "object": {
            "type": "commit",
            "sha": sha,
            "url": f"{api(repo)}/git/commits/{sha}",
        },
    }


def comparison(repo: Repository, base: Commit, head: Commit, *, files: Json) -> Json:
    """Return how two commits differ; `files` holds the key the caller filled."""
    url = f"{api(repo)}/compare/{base.sha}...{head.sha}"
    web_url = f"{web(repo)}/compare/{base.sha}...{head.sha}"
    ahead = _between(repo, base, head)
    return {
        "url": url,
        "html_url": web_url,
        "permalink_url": web_url,
        "diff_url": f"{web_url}.diff",
        "patch_url": f"{web_url}.patch",
        "base_commit": commit(repo, base),
        "merge_base_commit": commit(repo, base),
        "status": "ahead" if ahead else "identical",
        "ahead_by": len(ahead),
        "behind_by": 0,
        "total_commits": len(ahead),
        "commits": [commit(repo, one) for one in ahead],
        **files,
    }


def _between(repo: Repository, base: Commit, head: Commit) -> list[Commit]:
    path: list[Commit] = []
    while head.sha != base.sha:
        path.insert(0, head)
        if not head.parents:
            break
        head = repo.commits[head.parents[0]]
    return path
