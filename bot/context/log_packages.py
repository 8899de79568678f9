"""How tools for configuration, packages and images write their failures."""

from __future__ import annotations

from bot.context.log_grammars import LINE, REST, Grammar, entry

# One entry stays on two or three lines here; the formatter would make it nine.
# fmt: off
PACKAGES: tuple[Grammar, ...] = (
    # Configuration, prose, whole repositories
    entry("terraform", "build", ".tf line ",
           r"(?:\u2502 )? {0,6}on (?P<file>\S{1,300}\.tf)"
           rf" line {LINE}{REST}", 8, (3, 5)),
    entry("nix", "build", "/nix/store|.nix:",
           r"(?:error: (?P<message>(?:builder for|Cannot build) .{1,300})"
           r"|at (?P<file>/[^\s:]{1,300}\.nix):(?P<line>\d{1,7}):)", 8, (3, 8)),
    entry("ansible", "build", "fatal: [|failed: [",
           r"(?:fatal|failed): \[[^\]]{1,100}\]"
           r"(?:: (?:FAILED|UNREACHABLE)!| \([^)]{1,100}\)) => (?P<message>.{1,400})",
           9, (2, 1)),
    entry("helm", "build", "[error] templates/|installation failed|upgrade failed",
           rf"(?:\[ERROR\] |Error: ){REST}", 8, (0, 2)),
    # Packages, images
    entry("uv", "dependency", "no solution found|the lockfile at",
           r"(?:\u00d7 |error: )"
           r"(?P<message>(?:No solution found|The lockfile at).{0,300})",
           9, (0, 5)),
    entry("poetry", "dependency", "version solving failed|changed significantly since",
           r"(?P<message>.{1,300}(?:version solving failed|changed significantly since)"
           r".{0,200})", 9, (2, 2)),
    entry("pip", "dependency", "could not find a version|no matching distribution|"
           "resolutionimpossible|conflicting dependencies",
           r"(?:ERROR: )?(?P<message>.{1,400})", 8, (1, 3)),
    entry("apt", "dependency", "e: unable to|unmet dependencies",
           r"(?P<message>(?:E: Unable to|.{0,40}unmet dep).{0,300})", 7, (1, 3)),
    entry("docker", "build",
           "failed to solve|returned a non-zero code|did not complete succ",
           r"(?P<message>.{0,300}(?:failed to solve|returned a non-zero"
           r"|did not complete succ).{0,300})", 8,
           (8, 1)),
    entry("github", "error", "##[error]", r"##\[error\](?!Process completed)"
           r"(?P<message>.{1,400})", 7, (3, 1)),
)
# fmt: on
