"""Files go only where the app asked for one: one for each visit, ten in all, within the limit, and never to disk."""

from collections.abc import Iterator

import pytest
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

import app as served
from pages.server.gate import UPLOADS
from pages.server.uploads import ASKED, AT_ONCE, LARGEST, is_asked_for
from tests.server.test_gate import SENDER, asked

pytestmark = pytest.mark.slow

assert served     # which holds Streamlit to the limits when it starts


@pytest.fixture
def manager() -> Iterator[MemoryUploadedFileManager]:
    ASKED.clear()
    yield MemoryUploadedFileManager(UPLOADS.rstrip("/"))
    ASKED.clear()


def put(address: str, size: str, **more: str) -> int:
    headers = {**SENDER, "content-length": size, **{name.replace("_", "-"): text for name, text in more.items()}}
    return asked(address, "PUT", headers=list(headers.items()))[0]


def test_a_file_may_be_sent_where_the_app_asked_for_it(manager: MemoryUploadedFileManager) -> None:
    one, = manager.get_upload_urls("visit", ["a.csv", "b.csv"])
    assert put(one.upload_url, "5") == put(one.upload_url, str(LARGEST)) == 0
    assert asked(one.delete_url, "DELETE")[0] == 0
    assert put(one.upload_url, str(LARGEST + 1)) == put(one.upload_url, "x") == put(one.upload_url, "") == 413
    assert put(one.upload_url, "5", transfer_encoding="chunked") == 413
    assert asked(one.upload_url, "POST")[0] == asked(one.upload_url, "GET")[0] == 405
    assert asked(one.upload_url, "OPTIONS")[0] == 405
    for other in (f"{UPLOADS}visit/other", f"{UPLOADS}other/{one.file_id}", f"{UPLOADS}visit", f"{UPLOADS}visit/"):
        assert put(other, "5") == 404
    assert not is_asked_for("/")


def test_a_visit_has_one_file_and_all_visits_few(manager: MemoryUploadedFileManager) -> None:
    asked_for = []
    for number in range(AT_ONCE + 3):
        for _ in range(2):
            one, = manager.get_upload_urls(f"visit {number}", ["a"])
            manager.add_file(f"visit {number}", UploadedFileRec(one.file_id, "a", "", b"x" * 100))
            asked_for.append((number, one.file_id))
    held = {visit for visit, files in manager.file_storage.items() if files}
    assert held == {f"visit {number}" for number in range(3, AT_ONCE + 3)}
    assert all(len(manager.file_storage[visit]) == 1 for visit in held)
    assert sum(is_asked_for(f"visit {number}/{file}") for number, file in asked_for) == AT_ONCE


def test_nothing_goes_to_disk_on_its_way() -> None:
    assert MultiPartParser.spool_max_size >= LARGEST
