# The part of QEMU's guest agent protocol that oomdrill speaks, for images that come without qemu-guest-agent. Whatever has cloud-init
# has Python. "QEMU Guest Agent Protocol Reference": guest-ping, guest-exec, guest-exec-status, guest-file-open, -write and -close.
import base64
import json
import os
import subprocess
import sys
import threading
import time

jobs = {}
files = {}


class Job:
    """A program that runs, and what came out of it."""

    def __init__(self, path, arg, env, given):
        self.process = subprocess.Popen(
            [path] + arg,
            env=dict(pair.split("=", 1) for pair in env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.output = None
        threading.Thread(target=self.wait, args=(given,), daemon=True).start()

    def wait(self, given):
        self.output = self.process.communicate(given)

    def status(self):
        if self.output is None:
            return {"exited": False}
        code = self.process.returncode
        said = {"exited": True, **({"exitcode": code} if code >= 0 else {"signal": -code})}
        for name, text in zip(("out-data", "err-data"), self.output):
            if text:
                said[name] = base64.b64encode(text).decode()
        return said


def start(request):
    given = base64.b64decode(request.get("input-data", ""))
    try:
        job = Job(request["path"], request.get("arg", []), request.get("env", []), given)
    except OSError as error:
        # As GLib says it.
        raise ValueError("Failed to execute child process (%s)" % error)
    jobs[job.process.pid] = job
    return {"pid": job.process.pid}


def look(request):
    status = jobs[request["pid"]].status()
    if status["exited"]:
        del jobs[request["pid"]]
    return status


def open_file(request):
    opened = open(request["path"], request.get("mode", "r") + "b")
    files[opened.fileno()] = opened
    return opened.fileno()


def write_file(request):
    return {"count": files[request["handle"]].write(base64.b64decode(request["buf-b64"])), "eof": False}


def close_file(request):
    files.pop(request["handle"]).close()
    return {}


COMMANDS = {
    "guest-ping": lambda request: {},
    "guest-exec": start,
    "guest-exec-status": look,
    "guest-file-open": open_file,
    "guest-file-write": write_file,
    "guest-file-close": close_file,
}


def answer(line):
    number = None
    try:
        message = json.loads(line)
        number = message.get("id")
        reply = {"return": COMMANDS[message["execute"]](message.get("arguments", {}))}
    except Exception as error:
        reply = {"error": {"class": "GenericError", "desc": str(error)}}
    return (json.dumps({**reply, "id": number} if number is not None else reply) + "\n").encode()


def main(path):
    port = os.open(path, os.O_RDWR)
    rest = b""
    while True:
        got = os.read(port, 65536)
        if not got:
            # No one is at the other end.
            time.sleep(0.1)
            continue
        *lines, rest = (rest + got).split(b"\n")
        for line in filter(None, lines):
            said = answer(line)
            while said:
                said = said[os.write(port, said) :]


main(sys.argv[1])
