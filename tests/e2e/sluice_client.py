#!/usr/bin/env python3
"""A small Sluice client: Python 3.9+, standard library only, written from docs/protocol.md alone.

It shows that the page is enough to write a client. Run `python3 sluice_client.py --help`.
Section numbers in comments are those of docs/protocol.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import select
import socket
import struct
import sys
import zlib

# Frame types (section 4).
HELLO, WELCOME = 0x01, 0x02
LIST, STAT, GET, PUT, COMMIT, ABORT = 0x10, 0x11, 0x12, 0x13, 0x14, 0x15
RENAME, DELETE, MKDIR, STATUS, PING = 0x16, 0x17, 0x18, 0x19, 0x1B
FIND, CHECKSUM, HISTORY, TRASH, RESTORE, ENTRIES = 0x1C, 0x1D, 0x1E, 0x1F, 0x21, 0x47
CANCEL, WATCH, SNAPSHOT = 0x1A, 0x25, 0x48
DATA, READY, RESULT, ERROR, QUEUED, ACK, PROGRESS, PONG = (
    0x20, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46)

PREFACE = b"SLUICE\x00\x01"
HEADER = struct.Struct(">IB3xII")
MAX_PAYLOAD_BYTES = 1024 * 1024
SILENCE_SECONDS = 60


class SluiceError(Exception):
    """An ERROR frame (section 8), or a reply that breaks the protocol."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class Connection:
    """One TCP connection: frames out, frames in, request ids."""

    def __init__(self, host: str, port: int, token: str | None = None) -> None:
        self.socket = socket.create_connection((host, port), timeout=SILENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.last_id = 0
        greeting = {"agent": "sluice-python/1"}
        if token:
            greeting["token"] = token  # section 9
        hello = json.dumps(greeting).encode()
        self.socket.sendall(PREFACE + HEADER.pack(len(hello), HELLO, 0, 0) + hello)
        preface = self.receive(len(PREFACE))
        if preface[:6] != PREFACE[:6]:
            raise SluiceError("protocol_error", "this is not a Sluice server")
        # A server of another version says so in an ERROR frame, which next_frame raises.
        frame_type, _, payload = self.next_frame()
        if frame_type != WELCOME:
            raise SluiceError("protocol_error", f"frame 0x{frame_type:02x} instead of WELCOME")
        welcome = json.loads(payload)
        self.limits = welcome["limits"]
        self.role = welcome.get("role", "admin")

    def close(self) -> None:
        self.socket.close()

    def send(self, frame_type: int, request_id: int, payload: bytes = b"") -> None:
        crc = zlib.crc32(payload) if frame_type == DATA else 0
        header = HEADER.pack(len(payload), frame_type, request_id, crc)
        self.socket.sendall(header + payload)

    def begin(self, frame_type: int, request: dict | bytes) -> int:
        """Sends a request and gives its id."""
        self.last_id += 1
        payload = request if isinstance(request, bytes) else json.dumps(request).encode()
        self.send(frame_type, self.last_id, payload)
        return self.last_id

    def receive(self, size: int) -> bytes:
        parts = []
        while size > 0:
            part = self.socket.recv(min(size, 1 << 20))
            if not part:
                raise SluiceError("unreachable", "the server closed the connection")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def next_frame(self) -> tuple[int, int, bytes]:
        """The next frame that is news: ERROR is raised, QUEUED and PROGRESS are left out."""
        while True:
            header = self.receive(HEADER.size)
            size, frame_type, request_id, crc = HEADER.unpack(header)
            if size > MAX_PAYLOAD_BYTES or header[5:8] != b"\0\0\0":
                raise SluiceError("protocol_error", "the server sent a bad frame header")
            payload = self.receive(size)
            if frame_type == DATA and zlib.crc32(payload) != crc:
                raise SluiceError("checksum_mismatch", "a piece of the file arrived damaged")
            if frame_type == ERROR:
                error = json.loads(payload)
                raise SluiceError(error["name"], error["message"])
            if frame_type not in (QUEUED, PROGRESS):
                return frame_type, request_id, payload

    def expect(self, wanted: int, request_id: int) -> bytes:
        frame_type, got_id, payload = self.next_frame()
        if (frame_type, got_id) != (wanted, request_id):
            raise SluiceError("protocol_error", f"frame 0x{frame_type:02x} of request {got_id} "
                              f"instead of 0x{wanted:02x} of {request_id}")
        return payload

    def call(self, frame_type: int, request: dict | bytes) -> dict:
        """One request that is answered by one RESULT."""
        return json.loads(self.expect(RESULT, self.begin(frame_type, request)))

    def has_news(self) -> bool:
        return bool(select.select([self.socket], [], [], 0)[0])


def list_folder(connection: Connection, path: str) -> list[dict]:
    entries: list[dict] = []
    after = None
    while True:
        request = {"path": path} if after is None else {"path": path, "after": after}
        page = connection.call(LIST, request)
        entries += page["entries"]
        if not page["hasMore"]:
            return entries
        after = entries[-1]["name"]


def find(connection: Connection, path: str, pattern: str) -> list[dict]:
    request_id = connection.begin(FIND, {"path": path, "pattern": pattern})
    entries: list[dict] = []
    while True:
        frame_type, got_id, payload = connection.next_frame()
        if got_id != request_id or frame_type not in (ENTRIES, RESULT):
            raise SluiceError("protocol_error", f"frame 0x{frame_type:02x} while searching")
        if frame_type == RESULT:
            return entries
        entries += json.loads(payload)["entries"]


def upload(connection: Connection, local: str, remote: str, options: argparse.Namespace) -> dict:
    with open(local, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        request = {"path": remote, "sizeBytes": size, "algorithm": "sha256", "resume": True,
                   "onConflict": options.on_conflict, "makeParents": options.parents}
        request_id, reply = begin_put(connection, request)
        digest = hashlib.sha256()
        if "session" in reply and not has_prefix(file, digest, reply):
            abort_put(connection, request_id)
            request["resume"] = False
            request_id, reply = begin_put(connection, request)
            digest = hashlib.sha256()
            file.seek(0)
        if "session" not in reply:
            return reply  # the name is taken and the policy is skip
        send_data(connection, request_id, file, digest, reply, options.stop_after)
        commit = json.dumps({"digest": f"sha256:{digest.hexdigest()}"}).encode()
        connection.send(COMMIT, request_id, commit)
        while True:
            frame_type, _, payload = connection.next_frame()
            if frame_type == RESULT:
                return {**json.loads(payload), "resumedFromBytes": reply["offsetBytes"]}


def begin_put(connection: Connection, request: dict) -> tuple[int, dict]:
    """Sends PUT; gives its id and READY's payload, or RESULT's when the upload is skipped."""
    request_id = connection.begin(PUT, request)
    frame_type, _, payload = connection.next_frame()
    if frame_type not in (READY, RESULT):
        raise SluiceError("protocol_error", f"frame 0x{frame_type:02x} instead of READY")
    return request_id, json.loads(payload)


def has_prefix(file, digest, ready: dict) -> bool:
    """Whether the file begins with what the server has (section 6.4, Resume)."""
    if not feed(file, digest, ready["offsetBytes"]):
        return False
    return ready["offsetBytes"] == 0 or ready.get("prefixDigest") == f"sha256:{digest.hexdigest()}"


def feed(file, digest, size: int) -> bool:
    """Reads `size` bytes into the digest; false when the file is shorter."""
    while size > 0:
        piece = file.read(min(size, 1 << 20))
        if not piece:
            return False
        digest.update(piece)
        size -= len(piece)
    return True


def abort_put(connection: Connection, request_id: int) -> None:
    connection.send(ABORT, request_id, json.dumps({"keep": False}).encode())
    try:
        while True:
            connection.next_frame()
    except SluiceError as error:
        if error.name != "cancelled":
            raise


def send_data(connection, request_id, file, digest, ready, stop_after) -> None:
    """Sends the rest of the file, never more than the window beyond the last ACK."""
    sent = acked = ready["offsetBytes"]
    piece_bytes = max(1, min(ready["chunkBytes"], ready["windowBytes"], MAX_PAYLOAD_BYTES))
    while True:
        piece = file.read(piece_bytes)
        if not piece:
            return
        while sent + len(piece) - acked > ready["windowBytes"] or connection.has_news():
            acked = struct.unpack(">Q", connection.expect(ACK, request_id))[0]
        connection.send(DATA, request_id, piece)
        digest.update(piece)
        sent += len(piece)
        if stop_after is not None and sent - ready["offsetBytes"] >= stop_after:
            raise InterruptedError(f"stopped after {sent} bytes")


def download(connection: Connection, remote: str, local: str, stop_after: int | None) -> dict:
    part, note = f"{local}.part", f"{local}.part.version"
    try:
        return download_part(connection, remote, part, note, local, stop_after)
    except SluiceError as error:
        # Section 6.3: what we have is not the beginning of the file any more, so start at 0.
        if error.name not in ("file_changed", "checksum_mismatch", "offset_out_of_range"):
            raise
        if not os.path.exists(part) or os.path.getsize(part) == 0:
            raise
        os.remove(part)
        return download_part(connection, remote, part, note, local, stop_after)


def download_part(connection, remote, part, note, local, stop_after) -> dict:
    digest = hashlib.sha256()
    request = {"path": remote, "digest": "sha256"}
    with open(part, "ab+") as file:
        offset = os.fstat(file.fileno()).st_size
        file.seek(0)
        feed(file, digest, offset)
        if offset > 0 and os.path.exists(note):
            with open(note, encoding="utf-8") as saved:
                request["version"] = saved.read()
            request["offsetBytes"] = offset
            request["prefixDigest"] = f"sha256:{digest.hexdigest()}"
        elif offset > 0:
            file.truncate(0)
            offset, digest = 0, hashlib.sha256()
        request_id = connection.begin(GET, request)
        ready = json.loads(connection.expect(READY, request_id))
        with open(note, "w", encoding="utf-8") as saved:
            saved.write(ready["version"])
        got = 0
        while got < ready["lengthBytes"]:
            piece = connection.expect(DATA, request_id)
            file.write(piece)
            digest.update(piece)
            got += len(piece)
            if stop_after is not None and got >= stop_after:
                raise InterruptedError(f"stopped after {offset + got} bytes")
        result = json.loads(connection.expect(RESULT, request_id))
        if result["digest"] != f"sha256:{digest.hexdigest()}":
            raise SluiceError("checksum_mismatch", "the whole file is not what the server has")
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, local)
    os.remove(note)
    return {"sizeBytes": offset + got, "resumedFromBytes": offset, "digest": result["digest"]}


def ping(connection: Connection) -> dict:
    request_id = connection.begin(PING, b"are you there?")
    if connection.expect(PONG, request_id) != b"are you there?":
        raise SluiceError("protocol_error", "PONG is not what PING was")
    return {"pong": True}


def watch(connection: Connection, count: int, interval_ms: int) -> list[dict]:
    """Some snapshots (section 6.14); then a CANCEL, which the server confirms."""
    request_id = connection.begin(WATCH, {"intervalMs": interval_ms})
    snapshots = [json.loads(connection.expect(SNAPSHOT, request_id)) for _ in range(count)]
    connection.send(CANCEL, request_id)
    try:
        while True:
            connection.expect(SNAPSHOT, request_id)
    except SluiceError as error:
        if error.name != "cancelled":
            raise
    return snapshots


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A small client of the Sluice file server.")
    parser.add_argument("--server", default="127.0.0.1:9999", help="host:port")
    parser.add_argument("--token-file", help="file with an access token (then SLUICE_TOKEN)")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, *arguments: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name)
        for argument in arguments:
            command.add_argument(argument)
        return command

    commands.add_parser("list").add_argument("path", nargs="?", default="")
    add("stat", "path")
    put = add("upload", "local", "remote")
    put.add_argument("--on-conflict", default="error",
                     choices=["error", "overwrite", "rename", "skip"])
    put.add_argument("--parents", action="store_true")
    put.add_argument("--stop-after", type=int, metavar="BYTES")
    add("download", "remote", "local").add_argument("--stop-after", type=int, metavar="BYTES")
    add("rename", "source", "target")
    add("delete", "path").add_argument("--permanent", action="store_true")
    add("mkdir", "path").add_argument("--parents", action="store_true")
    add("search", "pattern").add_argument("path", nargs="?", default="")
    add("checksum", "path").add_argument(
        "--algorithm", default="sha256", choices=["xxh128", "sha256", "crc32"])
    add("history")
    add("trash")
    add("restore", "id")
    add("status")
    watcher = add("watch")
    watcher.add_argument("count", type=int)
    watcher.add_argument("--interval", type=int, default=1000, metavar="MS")
    add("ping")
    add("role")
    return parser.parse_args()


def run(connection: Connection, options: argparse.Namespace) -> object:
    if options.command == "list":
        return list_folder(connection, options.path)
    if options.command == "stat":
        return connection.call(STAT, {"path": options.path})
    if options.command == "upload":
        return upload(connection, options.local, options.remote, options)
    if options.command == "download":
        return download(connection, options.remote, options.local, options.stop_after)
    if options.command == "rename":
        return connection.call(RENAME, {"from": options.source, "to": options.target})
    if options.command == "delete":
        return connection.call(DELETE, {"path": options.path, "permanent": options.permanent})
    if options.command == "mkdir":
        return connection.call(MKDIR, {"path": options.path, "parents": options.parents})
    if options.command == "search":
        return find(connection, options.path, options.pattern)
    if options.command == "checksum":
        return connection.call(CHECKSUM, {"path": options.path, "algorithm": options.algorithm})
    if options.command == "history":
        return connection.call(HISTORY, {})["records"]
    if options.command == "trash":
        return connection.call(TRASH, {})["entries"]
    if options.command == "restore":
        return connection.call(RESTORE, {"id": options.id})
    if options.command == "status":
        return connection.call(STATUS, b"")
    if options.command == "watch":
        return watch(connection, options.count, options.interval)
    if options.command == "role":
        return {"role": connection.role}
    return ping(connection)


def read_token(options: argparse.Namespace) -> str | None:
    if options.token_file is None:
        return os.environ.get("SLUICE_TOKEN")
    with open(options.token_file, encoding="ascii") as file:
        return file.read().strip()


def main() -> int:
    options = read_arguments()
    host, _, port = options.server.rpartition(":")
    try:
        connection = Connection(host, int(port), read_token(options))
        try:
            # JSON in ASCII: names may hold terminal escapes (section 7) and none gets through.
            print(json.dumps(run(connection, options), indent=1))
        finally:
            connection.close()
    except SluiceError as error:
        print(f"{error.name}: {json.dumps(str(error))[1:-1]}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"unreachable or stopped: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
