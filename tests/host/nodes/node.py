"""A node of the protocol, for the examples beside this file: reads messages,
answers requests, asks others, and does something every now and then. Standard
library only."""

import json
import sys
import threading


class Node:
    """Handlers by type of request; one lock, so that one runs at a time."""

    def __init__(self):
        self.id = None
        self.ids = []
        self.handlers = {}
        self.callbacks = {}
        self.last_id = 0
        self.lock = threading.RLock()
        self.timers = []

    def on(self, kind):
        """Registers a handler of requests, as a decorator."""

        def register(handler):
            self.handlers[kind] = handler
            return handler

        return register

    def every(self, seconds):
        """Registers what is done every so often once the node knows its id."""

        def register(act):
            self.timers.append((seconds, act))
            return act

        return register

    def send(self, dest, body):
        """Sends a message."""
        with self.lock:
            message = {"src": self.id, "dest": dest, "body": body}
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()

    def reply(self, request, body):
        """Answers a request."""
        answer = dict(body, in_reply_to=request["body"]["msg_id"])
        self.send(request["src"], answer)

    def ask(self, dest, body, callback):
        """Sends a request; its answer goes to the callback."""
        with self.lock:
            self.last_id += 1
            self.callbacks[self.last_id] = callback
            self.send(dest, dict(body, msg_id=self.last_id))

    def others(self):
        """All nodes but this one."""
        return [one for one in self.ids if one != self.id]

    def run(self):
        """Serves until standard input closes."""
        for line in sys.stdin:
            message = json.loads(line)
            with self.lock:
                self._take(message)

    def _take(self, message):
        body = message["body"]
        if "in_reply_to" in body:
            callback = self.callbacks.pop(body["in_reply_to"], None)
            if callback is not None:
                callback(body)
            return
        if body["type"] == "init":
            self.id = body["node_id"]
            self.ids = body["node_ids"]
            self.reply(message, {"type": "init_ok"})
            for seconds, act in self.timers:
                self._repeat(seconds, act)
            return
        handler = self.handlers.get(body["type"])
        if handler is not None:
            handler(message)
        elif "msg_id" in body:
            text = f"{body['type']} is not known here"
            self.reply(message, {"type": "error", "code": 10, "text": text})

    def _repeat(self, seconds, act):
        def tick():
            with self.lock:
                act()
            self._repeat(seconds, act)

        timer = threading.Timer(seconds, tick)
        timer.daemon = True
        timer.start()
