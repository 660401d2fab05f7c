"""A file server as it is written in a first networking course: a thread for each connection, files
in chunks, no checksums, nothing made durable. Its client is here too.

  classroom.py serve FOLDER           prints its port
  classroom.py get PORT NAME TARGET
  classroom.py put PORT SOURCE NAME
"""

import os
import socket
import sys
import threading

CHUNK = 4096
HOST = "127.0.0.1"


def read_line(conn):
    line = b""
    while not line.endswith(b"\n") and len(line) < 5000:
        byte = conn.recv(1)
        if not byte:
            break
        line += byte
    return line.decode().strip()


def send_file(conn, path):
    conn.sendall(f"{os.path.getsize(path)}\n".encode())
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            conn.sendall(chunk)


def receive_file(conn, path):
    left = int(read_line(conn))
    with open(path, "wb") as file:
        while left > 0:
            chunk = conn.recv(min(CHUNK, left))
            if not chunk:
                raise ConnectionError("the other side closed early")
            file.write(chunk)
            left -= len(chunk)


def answer(conn, folder):
    with conn:
        verb, name = read_line(conn).split(" ", 1)
        path = os.path.join(folder, name)
        if verb == "GET":
            send_file(conn, path)
        else:
            receive_file(conn, path)
            conn.sendall(b"OK\n")


def serve(folder):
    with socket.create_server((HOST, 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            conn, _ = listener.accept()
            threading.Thread(target=answer, args=(conn, folder), daemon=True).start()


def get(port, name, target):
    with socket.create_connection((HOST, int(port))) as conn:
        conn.sendall(f"GET {name}\n".encode())
        receive_file(conn, target)


def put(port, source, name):
    with socket.create_connection((HOST, int(port))) as conn:
        conn.sendall(f"PUT {name}\n".encode())
        send_file(conn, source)
        if read_line(conn) != "OK":
            raise ConnectionError("the server did not take it")


if __name__ == "__main__":
    {"serve": serve, "get": get, "put": put}[sys.argv[1]](*sys.argv[2:])
