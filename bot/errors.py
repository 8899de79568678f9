"""Every error routebot raises on purpose, as one tree.

BotError
├── PolicyError        the routing policy cannot be used; says file, line, key
├── UsageError         a command, an input or an event file cannot be used
├── ProviderError      a model could not be asked (`retryable`: the next route may work)
│   ├── RateLimited    429 or overloaded, with `retry_after` seconds where given
│   ├── AuthRejected   the key was refused
│   ├── TooLarge       the prompt does not fit the model's window
│   └── Refused        the model declined to answer
├── HostError          GitHub did not do what was asked (`status`)
│   └── Forbidden      the token may not do this
├── GitError           the local repository did not do what was asked
├── ReplyError         the model's reply does not fit the task's reply model
├── BudgetSpent        a call would pass a ceiling in calls or USD
└── SecretInOutput     a secret of ours stood in something about to be posted
"""

# HTTP statuses of GitHub that leave open what was done; 0: no answer came.
_LOST = frozenset({0, 500, 502, 503, 504})


class BotError(Exception):
    """The root: its text is one line that says what to do next."""


class UsageError(BotError):
    """A command, an input or an event file cannot be used as given."""


class PolicyError(BotError):
    """The routing policy cannot be used.

    `problems` are lines `file:line: key: what is wrong and what is right`.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ProviderError(BotError):
    """A provider could not be asked; `retryable` says whether another try may work."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class RateLimited(ProviderError):
    """The provider asks us to wait `retry_after` seconds (None: it did not say)."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message, retryable=True)
        self.retry_after = retry_after


class AuthRejected(ProviderError):
    """The provider refused the key."""


class TooLarge(ProviderError):
    """The prompt does not fit the model's context window."""


class Refused(ProviderError):
    """The model declined to answer."""


class HostError(BotError):
    """GitHub answered with an error; `status` is the HTTP status, 0 if none came."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_lost(self) -> bool:
        """Whether the answer was lost: a write may have had its effect (R13)."""
        return self.status in _LOST


class Forbidden(HostError):
    """The token may not do this (403, or 404 where GitHub hides what it forbids)."""


class GitError(BotError):
    """Git could not do what was asked of the local repository."""


class ReplyError(BotError):
    """The reply does not fit the reply model; the text says where, without quoting."""


class BudgetSpent(BotError):
    """The next call would pass a ceiling in calls or USD."""


class SecretInOutput(BotError):
    """An exact value of ours stood in something about to leave; nothing was posted."""
