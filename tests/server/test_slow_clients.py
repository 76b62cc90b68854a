"""Who does not say what they want is cut off, and nobody else."""

import asyncio

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from pages.server.slow_clients import cut_off_slow_clients

pytestmark = pytest.mark.slow

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LOOK = 0.3


@pytest.mark.parametrize(("sent", "then", "answered"), [
    (b"", b"", 0),
    (b"GET / HTTP/1.1\r\n", b"X: a\r\n", 0),
    (HEAD + b"GET / HTTP/1.1\r\n", b"X: a\r\n", 1),
    (HEAD, HEAD, 6),
])
def test_a_request_has_to_come_in_good_time(
    monkeypatch: pytest.MonkeyPatch, sent: bytes, then: bytes, answered: int,
) -> None:
    monkeypatch.setattr(H11Protocol, "connection_made", H11Protocol.connection_made)     # and then as it was
    cut_off_slow_clients(LOOK)

    async def talk() -> bytes:
        config = uvicorn.Config(PlainTextResponse("page"), lifespan="off", log_config=None)
        config.load()
        made = asyncio.get_running_loop().create_server(
            lambda: H11Protocol(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0)
        async with await made as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            said = asyncio.create_task(reader.read())
            writer.write(sent)
            for _ in range(5):
                await asyncio.sleep(LOOK)
                if not said.done():
                    writer.write(then)
            await asyncio.sleep(LOOK / 2)
            assert said.done() == (answered < 2)
            if not said.done():
                writer.write_eof()
            await asyncio.wait_for(said, 20)
            writer.close()
            return said.result()

    assert asyncio.run(talk()).count(b"200 OK") == answered
