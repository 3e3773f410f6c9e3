"""A hub as one writes it with FastAPI: what ours is measured against.

It speaks the same register, command and result over the same socket, and takes the same REST call.
It keeps everything in memory: no accounts, no levels, no audit, no disk. So it does less for each
command than ours, and what it costs is what the conversation itself costs there.
"""

import asyncio
import hmac
import os
import uuid
from contextlib import suppress
from datetime import datetime, timezone

from fastapi import FastAPI, Header, HTTPException, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from pydantic import BaseModel

DEVICE_TOKEN = os.environ["PEER_DEVICE_TOKEN"]
OWNER_TOKEN = os.environ["PEER_OWNER_TOKEN"]
PATIENCE_SECONDS = 120

app = FastAPI(openapi_url=None)
devices: dict[str, WebSocket] = {}
waiting: dict[str, asyncio.Future] = {}


class Notification(BaseModel):
    device_node_id: str
    title: str
    body: str
    icon: str | None = None
    sound: str | None = None


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def refusal(status: int, code: str, detail: str) -> JSONResponse:
    body = {"success": False, "detail": detail, "error": detail, "code": code}
    return JSONResponse(body, status)


@app.get("/healthz")
async def health():
    return {"status": "ok"}


@app.websocket("/api/devices/ws")
async def door(socket: WebSocket, token: str = Query()):
    if not hmac.compare_digest(token, DEVICE_TOKEN):
        raise HTTPException(403)
    await socket.accept()
    device = None
    with suppress(WebSocketDisconnect):
        while True:
            frame = await socket.receive_json()
            kind = frame.get("type")
            if kind == "register":
                device = frame["device_node_id"]
                replaced = devices.get(device)
                devices[device] = socket
                if replaced not in (None, socket):
                    await replaced.close(4009)
                await socket.send_json({"type": "connected", "timestamp": now()})
                await socket.send_json({"type": "registered", "device_node_id": device, "timestamp": now()})
            elif kind == "result":
                command = waiting.get(frame["command_id"])
                if command and not command.done():
                    command.set_result(frame)
            elif kind == "heartbeat":
                await socket.send_json({"type": "heartbeat_ack", "timestamp": now()})
    if device is not None and devices.get(device) is socket:
        del devices[device]


@app.post("/api/devices/notification")
async def notification(wish: Notification, authorization: str = Header(default="")):
    if not hmac.compare_digest(authorization, f"Bearer {OWNER_TOKEN}"):
        return refusal(401, "unauthorized", "Could not validate credentials")
    socket = devices.get(wish.device_node_id)
    if socket is None:
        return refusal(400, "device_offline", f"Device {wish.device_node_id} is not currently connected.")
    command = str(uuid.uuid4())
    answer = asyncio.get_running_loop().create_future()
    waiting[command] = answer
    try:
        params = {"title": wish.title, "body": wish.body, "icon": wish.icon, "sound": wish.sound}
        await socket.send_json(
            {
                "type": "command",
                "command_id": command,
                "command": "send_notification",
                "params": params,
                "timestamp": now(),
            }
        )
        result = await asyncio.wait_for(answer, PATIENCE_SECONDS)
    except (asyncio.TimeoutError, RuntimeError, WebSocketDisconnect) as problem:
        return refusal(400, "expired", f"Send notification failed: {problem}")
    finally:
        del waiting[command]
    if not result.get("success"):
        return refusal(400, "failed", f"Send notification failed: {result.get('error')}")
    return {
        "success": True,
        "device_node_id": wish.device_node_id,
        "title": wish.title,
        "body": wish.body,
        "sent_at": result.get("timestamp"),
        "command_id": command,
    }
