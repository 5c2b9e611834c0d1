#!/usr/bin/env python3
"""A broadcast that is right: what a neighbour has not acknowledged is sent to it
again, and a node that comes back asks its neighbours for all that they know. A
message is acknowledged, and shown, when a neighbour has it as well, so it
survives the death of this node."""

from node import Node

node = Node()
messages = {}
seen = set()
neighbours = []
unknown = {}
waiting = {}


def learn(value, sender):
    """Messages are False as long as no other node is known to have them."""
    is_shared = sender is not None or not neighbours
    messages[value] = messages.get(value, False) or is_shared
    if value in seen:
        return
    seen.add(value)
    for one in neighbours:
        if one != sender:
            unknown.setdefault(one, {})[value] = True


@node.on("topology")
def topology(message):
    neighbours[:] = message["body"]["topology"][node.id]
    node.reply(message, {"type": "topology_ok"})
    for one in neighbours:
        node.send(one, {"type": "hello"})


@node.on("hello")
def hello(message):
    unknown.setdefault(message["src"], {}).update(messages)


@node.on("broadcast")
def broadcast(message):
    value = message["body"]["message"]
    learn(value, None)
    if neighbours:
        waiting.setdefault(value, []).append(message)
    else:
        node.reply(message, {"type": "broadcast_ok"})
    spread()


@node.on("read")
def read(message):
    shown = [value for value, is_shared in messages.items() if is_shared]
    node.reply(message, {"type": "read_ok", "messages": shown})


@node.on("gossip")
def gossip(message):
    values = message["body"]["values"]
    for value in values:
        learn(value, message["src"])
    node.reply(message, {"type": "gossip_ok"})


@node.every(0.1)
def spread():
    for one, values in unknown.items():
        if not values:
            continue
        told = list(values)

        def known(_, one=one, told=told):
            for value in told:
                unknown[one].pop(value, None)
                messages[value] = True
                for request in waiting.pop(value, []):
                    node.reply(request, {"type": "broadcast_ok"})

        node.ask(one, {"type": "gossip", "values": told}, known)


@node.every(1)
def greet():
    for one in neighbours:
        node.send(one, {"type": "hello"})


node.run()
