"""What goes over a reader's websocket, held to what the app uses, both ways."""

from pathlib import Path

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_ROOT = str(Path(__file__).parents[2]).encode()

# Left out: where the code comes from ("load_git_info"), an empty cache for all, and help for programming assistants,
# which Streamlit writes into the app's folder for whoever asks from this machine, as a proxy on it does for everybody.
_TAKEN = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
_OPERATIONS_TAKEN = frozenset({"dataframe_chunk", "deferred_file"})


def is_taken(sent: bytes) -> bool:
    """Tell whether the app uses a message of a browser; Streamlit itself closes on one that cannot be read."""
    try:
        message = BackMsg.FromString(sent)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _OPERATIONS_TAKEN
    return kind in _TAKEN


def without_path(sent: bytes) -> bytes:
    """Tell a browser the name of the script alone, where Streamlit tells the folder on the server too."""
    if _ROOT not in sent:
        return sent
    message = ForwardMsg.FromString(sent)
    if message.WhichOneof("type") == "new_session":
        message.new_session.main_script_path = Path(message.new_session.main_script_path).name
    return bytes(message.SerializeToString())


class Messages:
    """Middleware that drops what the app does not use, and hides where it lies on the server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass messages on."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def taken() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or message.get("bytes") is None or is_taken(message["bytes"]):
                    return message

        async def told(message: Message) -> None:
            if message.get("bytes"):
                message["bytes"] = without_path(message["bytes"])
            await send(message)

        await self.app(scope, taken, told)
