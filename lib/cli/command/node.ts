/**
 * `node`: our own replica as a node of `host`, and of its like.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { Streams } from "../../domain/random.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { exponential } from "../../faults/distributions.ts";
import { ReplicaNode } from "../../host/own/replica_node.ts";
import {
  formatMessage,
  type JsonObject,
  parseMessage,
} from "../../host/protocol/message.ts";
import { stderr, stdout } from "../../platform/output.ts";
import { LINE_CHARS_MAX } from "../../platform/bounded_lines.ts";
import { printable } from "../../platform/printable.ts";
import { stdinClosed } from "../../platform/stdin.ts";
import { SYNC_STYLES } from "../../protocol/sync.ts";
import { gossipPartner, GossipWaits } from "../../rules/choice.ts";
import type { NodeCommandOptions } from "../command_options.ts";

/** Lives whose first waits differ. */
const LIVES = 2 ** 20;

/**
 * Serves as a node until standard input closes.
 *
 * @param options How it gossips.
 * @returns The exit code: 0.
 */
export async function runNode(options: NodeCommandOptions): Promise<number> {
  const [high = 0, low = 0, epoch = 0] = crypto.getRandomValues(
    new Uint32Array(3),
  );
  let name = "";
  const send = (dest: string, body: JsonObject) =>
    stdout.deliver(formatMessage(name, dest, body));
  const node = new ReplicaNode(
    { epoch: epoch + 1, session: [high, low] },
    send,
    SYNC_STYLES.indexOf(options.gossipStyle),
  );
  await stdinClosed((line) => {
    const message = parseMessage(line);
    if (typeof message === "string") {
      refuse(message, line);
      return;
    }
    const wasKnown = node.index >= 0;
    name = message.dest;
    node.receive(message);
    if (!wasKnown && node.index >= 0) gossip(node, options, epoch);
  }, (beginning) => {
    refuse(`it has more than ${LINE_CHARS_MAX} characters`, beginning);
  });
  return Exit.DONE;
}

/** Says why a line is no message. */
function refuse(reason: string, line: string): void {
  stderr.print(`Not a message, as ${reason}: ${printable(line)}\n`);
}

/** Begins exchanges, one after each wait, until this process ends. */
function gossip(
  node: ReplicaNode,
  { gossip, seed }: NodeCommandOptions,
  epoch: number,
): void {
  if (gossip === null || node.nodes < 2) return;
  const streams = new Streams(seed);
  const waits = new GossipWaits(streams, gossip, exponential);
  let exchange = 0;
  const wait = (ticks: number) => setTimeout(begin, ticks / TICKS_PER_MS);
  wait(waits.first(node.index, epoch % LIVES));

  function begin(): void {
    exchange++;
    wait(waits.after(node.index, exchange));
    node.exchange(gossipPartner(streams, node.index, exchange, node.nodes));
  }
}
