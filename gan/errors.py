"""Errors that a user can fix. Each message is one line that says what is wrong and what to do.

`train.py`, `app.py` and `python -m gan.publish` print these as that one line. All other errors are bugs and raise.
"""


class UserError(Exception):
    """Base class of the errors that a user can fix."""


class CheckpointError(UserError):
    """A file of a run, or the classifier's, is missing, damaged or of another kind."""


class FitError(CheckpointError):
    """The tensors of a snapshot do not fit the networks in gan/models.py."""


class DataError(UserError):
    """Images or labels are missing, damaged or of the wrong form."""


class DiskError(UserError):
    """The disk is full, or does not allow a file or folder to be written."""


class DivergedError(UserError):
    """A loss or weight became inf or NaN. The message names the epoch and step."""


class OutOfMemoryError(UserError):
    """The computer or its GPU has too little memory."""


class LockedError(UserError):
    """Another process trains this run. The message names its process id."""


class HubError(UserError):
    """The Hugging Face Hub did not give or take a repository."""


class VariableError(UserError):
    """A variable of the environment has a value that cannot be used. The message names it."""


def first_line(error: Exception) -> str:
    """The first line of an error's message, or the name of its class if it has none."""
    return str(error).partition("\n")[0].rstrip(": ") or type(error).__name__
