/**
 * The messages on their way of a story, each with a number: a state only says
 * how many there are of each.
 *
 * @module
 */

import type { ToldArrival, ToldMessage, ToldOutcome } from "./told.ts";

interface Tracked extends ToldMessage {
  readonly isCopy: boolean;
}

/** Follows messages from where they are sent to where they end. */
export class InFlight {
  #messages: Tracked[] = [];
  #last = 0;

  /**
   * A message is sent.
   *
   * @param message The message.
   * @returns It with its number.
   */
  send(message: Omit<ToldMessage, "id">): ToldMessage {
    const sent = { id: ++this.#last, ...message };
    this.#messages.push({ ...sent, isCopy: false });
    return sent;
  }

  /**
   * The network repeats a message.
   *
   * @param message The message.
   * @returns The copy with its number.
   */
  repeat(message: Omit<ToldMessage, "id">): ToldMessage {
    const sent = { id: ++this.#last, ...message };
    this.#messages.push({ ...sent, isCopy: true });
    return sent;
  }

  /**
   * A message ends.
   *
   * @param message What it says.
   * @param outcome How it ends.
   * @param isNewest Whether it is the one of several that was sent last.
   * @returns It with its number.
   */
  end(
    message: Omit<ToldMessage, "id">,
    outcome: Exclude<ToldOutcome, "repeated">,
    isNewest: boolean,
  ): ToldArrival {
    const isIt = (other: Tracked) =>
      other.from === message.from && other.to === message.to &&
      other.text === message.text && other.isReply === message.isReply;
    const candidates = this.#messages.filter(isIt);
    // Who waits, waits for what was sent last, and not for a copy.
    const own = candidates.filter(({ isCopy }) => !isCopy);
    const found = isNewest
      ? own.at(-1) ?? candidates.at(-1)
      : candidates.find(({ isCopy }) => isCopy) ?? candidates[0];
    if (found === undefined) return { id: ++this.#last, ...message, outcome };
    this.#messages = this.#messages.filter((other) => other !== found);
    const { isCopy, ...told } = found;
    const isRepeated = isCopy && outcome === "arrives";
    return { ...told, outcome: isRepeated ? "repeated" : outcome };
  }
}
