"""Every error Swathe raises on purpose: each is a `SwatheError` and also the builtin a caller would expect."""

from collections.abc import Iterable
from pathlib import Path


class SwatheError(Exception):
    """Base of all errors that are meant for the user: their text is one clear line."""


class CheckError(SwatheError, ValueError):
    """A check was made, and something in it does not hold."""


class SourceError(SwatheError, ValueError):
    """A publisher's file cannot be used as it is.

    Parameters
    ----------
    path
        The file at fault.
    problems
        Everything that is wrong with it, each in words: where, what stands there, what was expected, the cure.
    """

    def __init__(self, path: Path | str, problems: Iterable[str]) -> None:
        self.path = Path(path)
        self.problems = list(problems)
        super().__init__(f"{self.path.name}: {'; '.join(self.problems)}")

    def __reduce__(self) -> tuple[type["SourceError"], tuple[Path, list[str]]]:
        """Go to another process as it was made."""
        return type(self), (self.path, self.problems)


class MissingSourceError(SwatheError, FileNotFoundError):
    """Files that the build cannot do without are not there."""

    def __str__(self) -> str:
        """Return the sentence alone (FileNotFoundError would look for an errno)."""
        return str(self.args[0])


class FetchError(SwatheError, ConnectionError):
    """A publisher's file could not be had, or what came is not it."""


class EditionError(SwatheError, ValueError):
    """A folder is not an edition, or its content is not what its manifest says."""


class UnsoundEditionError(EditionError, CheckError):
    """An edition can be found, but something in it does not hold."""


class PlaceError(SwatheError, LookupError):
    """No place, or more than one, goes by that code or name."""


class AtWorkError(SwatheError, BlockingIOError):
    """Another process is at work where only one can be."""

    def __str__(self) -> str:
        """Return the sentence alone (an OSError would look for an errno)."""
        return str(self.args[0])


class WorkersError(SwatheError, RuntimeError):
    """Processes or machines that work was to be spread over cannot be had, or are not what this one is."""


class TemporaryError(SwatheError, RuntimeError):
    """What is needed for a moment cannot be kept in the system's temporary folder."""


class UploadError(SwatheError, ValueError):
    """A file of the reader's own is no boundary and no list that can be used."""


class QuoteError(SwatheError, ValueError):
    """A text cannot be checked: it is none, or too long."""


class PackError(SwatheError, ValueError):
    """An evidence pack cannot be made as asked, or is not what its manifest says."""


class ViewError(SwatheError, ValueError):
    """A view option (speed, hub, minutes, …) has a value that cannot be."""


class SettingError(SwatheError, ValueError):
    """A setting of whoever runs the app has a value that cannot be."""
