"""A name server for pods: answers A queries from a file {name: [addresses]} that is read again when it
changes; what is not there does not exist.    name_server.py FILE [PORT]"""
import json
import pathlib
import socketserver
import struct
import sys
import threading

A, NO_SUCH_NAME, TTL_S = 1, 3, 1


def answer_to(query, records):
    """The bytes of the answer. Names are compared in lower case, as everywhere."""
    words, at = [], 12
    while query[at]:
        words.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    question = query[12:at + 5]
    kind = struct.unpack(">H", query[at + 1:at + 3])[0]
    name = ".".join(words).lower()
    addresses = records.get(name, []) if kind == A else []
    # A name without addresses exists, too: who asks for AAAA must not conclude that there is no A.
    code = 0 if name in records else NO_SUCH_NAME
    head = query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, len(addresses), 0, 0)
    body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", A, 1, TTL_S, 4) + bytes(map(int, address.split(".")))
                    for address in addresses)
    return head + question + body


class Records:
    def __init__(self, path):
        self._path = pathlib.Path(path)
        self._read = (None, {})

    def get(self):
        state = self._path.stat()
        version = (state.st_mtime_ns, state.st_ino)
        if self._read[0] != version:
            self._read = (version, json.loads(self._path.read_text()))
        return self._read[1]


class OverUdp(socketserver.BaseRequestHandler):
    def handle(self):
        query, connection = self.request
        connection.sendto(answer_to(query, self.server.records.get()), self.client_address)


class OverTcp(socketserver.StreamRequestHandler):
    def handle(self):
        while len(length := self.rfile.read(2)) == 2:
            answer = answer_to(self.rfile.read(int.from_bytes(length, "big")), self.server.records.get())
            self.wfile.write(len(answer).to_bytes(2, "big") + answer)


def main():
    records = Records(sys.argv[1])
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 53
    servers = [socketserver.ThreadingUDPServer(("", port), OverUdp), socketserver.ThreadingTCPServer(("", port), OverTcp)]
    for server in servers:
        server.records = records
        server.daemon_threads = True
    threading.Thread(target=servers[0].serve_forever, daemon=True).start()
    servers[1].serve_forever()


if __name__ == "__main__":
    main()
