"""A mail server on loopback that keeps what it is given."""

import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 ready")
        recipients = []
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].upper()
            if word == "RCPT TO":
                recipients.append(line.partition("<")[2].rstrip(">"))
                self.say(self.server.verdict)
            elif word == "DATA":
                self.say("354 go on")
                self.server.received.append((recipients, self.data()))
                self.say("250 taken")
                self.server.arrived.set()
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def data(self):
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Smtp(socketserver.ThreadingTCPServer):
    """`received`: (recipients, message) each; `verdict`: its answer to a recipient."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.received, self.arrived, self.verdict = [], threading.Event(), "250 fine"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)
