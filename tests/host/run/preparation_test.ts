import { assertEquals } from "@std/assert";
import { hosted, ignore } from "../hosted.ts";

/**
 * The node n1 greets n2 as soon as it has answered `init`. The node n2 takes
 * its time to answer, for which it needs `lin-kv`, and ends with code 3 if it
 * hears from n1 meanwhile.
 */
const SCRIPT = `
import json, os, select, sys, time

def take():
    lines = os.read(0, 65536).decode().splitlines()
    if len(lines) != 1:
        sys.exit(3)
    return json.loads(lines[0])

def send(dest, body):
    print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)

init = take()
me = init["body"]["node_id"]
if me == "n2":
    send("lin-kv", {"type": "read", "key": 0, "msg_id": 1})
    if take()["src"] != "lin-kv" or select.select([0], [], [], 0.3)[0]:
        sys.exit(3)
send(init["src"], {"type": "init_ok", "in_reply_to": init["body"]["msg_id"]})
if me == "n1":
    send("n2", {"type": "hello"})
else:
    hello = json.loads(sys.stdin.readline())
    if hello["body"]["type"] != "hello":
        sys.exit(4)
for line in sys.stdin:
    message = json.loads(line)
    body = dict(message["body"], type="echo_ok")
    body["in_reply_to"] = body.pop("msg_id")
    send(message["src"], body)
`;

Deno.test({
  name:
    "host holds back what others send to a node until it has answered init, but no answers",
  ignore,
  async fn() {
    const told = await hosted(
      ["--workload", "echo", "--lifetime", "0.3s", "--nodes", "2"],
      ["python3", "-c", SCRIPT],
    );
    assertEquals(told.complaints, []);
    assertEquals(told.code, 0);
  },
});

Deno.test({
  name: "host says of a node that prints no line what may be the reason",
  ignore,
  async fn() {
    const told = await hosted(
      ["--workload", "echo", "--lifetime", "0.3s", "--nodes", "1"],
      ["sh", "-c", "printf '{}'; exec sleep 100"],
    );
    assertEquals(told.complaints.map(({ text }) => text), [
      'n1 did not answer "init" within 10.1 s, nor print a line: it has to end each with LF and flush it',
    ]);
  },
});

/** Nodes that echo, and answer `init` in their first life only. */
const ONCE_SCRIPT = `
import json, os, sys

for line in sys.stdin:
    request = json.loads(line)
    body = request["body"]
    if body["type"] == "init":
        path = "/tmp/" + os.environ["LIKES_RUN"]
        if os.path.exists(path):
            os.remove(path)
            continue
        open(path, "w").close()
    answer = dict(body, type=body["type"] + "_ok", in_reply_to=body["msg_id"])
    answer = {"src": request["dest"], "dest": request["src"], "body": answer}
    print(json.dumps(answer), flush=True)
`;

Deno.test({
  name:
    "host says of a node that was started again and could not be asked that it has not answered init",
  ignore,
  async fn() {
    const told = await hosted(
      [
        ...["--workload", "echo", "--lifetime", "0.6s", "--nodes", "1"],
        ...["--timeout", "0.5s", "--crash", "n1@0.2s+0.2s"],
      ],
      ["python3", "-c", ONCE_SCRIPT],
    );
    assertEquals(told.complaints.map(({ kind, text }) => [kind, text]), [
      ["no init", 'n1 has not answered "init" since it was started again'],
    ]);
  },
});
