"""Sends a request again and again on one connection, reads each answer, and wants its status: many_requests.py SOCKET COUNT STATUS < REQUEST."""
import socket
import sys

path, count, status = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
request = sys.stdin.buffer.read()
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(60)
connection.connect(path)
answers = connection.makefile("rb")
for number in range(count):
    connection.sendall(request)
    found = answers.readline().split(b" ")[1]
    assert found == status, f"request {number}: {found}"
    length = 0
    while (line := answers.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    assert len(answers.read(length)) == length
