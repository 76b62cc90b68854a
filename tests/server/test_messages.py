"""Of what may go over a websocket, the app takes what it uses, and tells nobody where it lies on the server."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.server.messages import is_taken, without_path
from tests.fixtures.process import ROOT

pytestmark = pytest.mark.slow

TAKEN = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
OPERATIONS = {"dataframe_chunk", "deferred_file"}


def fields(message: type[BackMsg] | type[BackendOperationRequest], group: str) -> list[str]:
    return [field.name for field in message.DESCRIPTOR.oneofs_by_name[group].fields]


def written(kind: str, operation: str = "") -> bytes:
    message = BackMsg()
    if operation:
        getattr(message.backend_operation_request, operation).SetInParent()
    elif kind in {"rerun_script", "file_urls_request", "backend_operation_request"}:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    return message.SerializeToString()


@pytest.mark.parametrize("kind", fields(BackMsg, "type"))
def test_of_all_messages_these_are_taken(kind: str) -> None:
    assert is_taken(written(kind)) == (kind in TAKEN - {"backend_operation_request"})


@pytest.mark.parametrize("operation", fields(BackendOperationRequest, "payload"))
def test_of_all_operations_these_are_taken(operation: str) -> None:
    assert is_taken(written("", operation)) == (operation in OPERATIONS)


def test_what_cannot_be_read_is_left_to_streamlit_which_closes() -> None:
    assert is_taken(b"\xff\xff")
    assert not is_taken(b"")


def test_the_path_of_the_script_is_its_name_and_other_messages_are_as_they_were() -> None:
    message = ForwardMsg()
    message.new_session.main_script_path = str(ROOT / "pages" / "frame.py")
    message.new_session.page_script_hash = "0123"
    told = ForwardMsg.FromString(without_path(message.SerializeToString()))
    assert (told.new_session.main_script_path, told.new_session.page_script_hash) == ("frame.py", "0123")
    other = ForwardMsg()
    other.delta.new_element.html.body = "page"
    assert without_path(other.SerializeToString()) == other.SerializeToString()
