"""An edition that is sent to where its folder cannot be seen."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.core.spread import worker_folder
from geo.edition.manifest import MANIFEST
from geo.edition.store import Edition, load_edition
from geo.edition.tables import as_written


class SentEdition:
    """The files of an edition; who gets them writes them into a folder of its own, once, and loads them from there.

    Parameters
    ----------
    files
        Their content, by name.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    @classmethod
    def of(cls, edition: Edition) -> "SentEdition":
        """Take the files of an edition as it was read.

        Raises
        ------
        EditionError
            When they are not what they were any more.
        """
        files = as_written(edition.folder, edition.manifest, edition.manifest["files"])
        return cls({**files, MANIFEST: (edition.folder / MANIFEST).read_bytes()})

    def __reduce__(self) -> tuple[type["SentEdition"], tuple[Mapping[str, bytes]]]:
        """Go to another process without what was loaded."""
        return type(self), (self._files,)

    @cached_property
    def edition(self) -> Edition:
        """The edition, loaded where it was sent to."""
        self._folder = TemporaryDirectory(dir=worker_folder())     # it lives as long as this, and some is read later
        for name, content in self._files.items():
            (Path(self._folder.name) / name).write_bytes(content)
        return load_edition(Path(self._folder.name))
