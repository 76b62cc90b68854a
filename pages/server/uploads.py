"""Files that readers bring along: one at a time for each, few in all, in memory, and only where they were asked for."""

from collections.abc import Sequence

from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadFileUrlInfo

from geo.sources.own_boundary import MOST_BYTES

LARGEST = MOST_BYTES + 500_000
"""Bytes of a request with a file: what stands round it is some hundred."""

AT_ONCE = 10
"""Files of all readers that are held or on their way; of more, the one asked for first is let go."""

ASKED: dict[str, str] = {}     # session → the one file that it may send, those that asked last standing last


def is_asked_for(rest: str) -> bool:
    """Tell whether the rest of an address, a session and a file, is what the app asked for."""
    session, _, file = rest.partition("/")
    return bool(file) and ASKED.get(session) == file


def limit_uploads() -> None:
    """Hold every upload to this from now on: Streamlit takes files from anybody with a session, without an end."""
    made = MemoryUploadedFileManager.get_upload_urls

    def get_upload_urls(
        self: MemoryUploadedFileManager, session_id: str, file_names: Sequence[str],
    ) -> list[UploadFileUrlInfo]:
        found = made(self, session_id, file_names[:1])
        ASKED.pop(session_id, None)
        self.remove_session_files(session_id)
        ASKED.update((session_id, one.file_id) for one in found)
        for oldest in list(ASKED)[:-AT_ONCE]:
            ASKED.pop(oldest, None)
            self.remove_session_files(oldest)
        return found

    MemoryUploadedFileManager.get_upload_urls = get_upload_urls     # type: ignore[method-assign]
    MultiPartParser.spool_max_size = LARGEST     # beyond a megabyte Starlette would write it to a file


def drop_upload() -> None:
    """Let go of what this reader sent, as soon as it is read."""
    context = get_script_run_ctx()
    if context is not None:
        ASKED.pop(context.session_id, None)
        context.uploaded_file_mgr.remove_session_files(context.session_id)
