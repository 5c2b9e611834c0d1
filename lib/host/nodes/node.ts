/**
 * A node: a program of somebody else, in one life after the other.
 *
 * @module
 */

import { messageOf, StartError } from "../../platform/start_error.ts";
import { printable } from "../../platform/printable.ts";
import {
  type Backlog,
  type ProcessEnd,
  ProcessGroup,
  type ProcessListener,
} from "../../platform/process/process_group.ts";
import type { Watchdog } from "../../platform/process/watchdog.ts";
import { isObject, parseMessage } from "../protocol/message.ts";
import type { Complaints } from "./complaints.ts";
import type { ErrorLog } from "./error_log.ts";

/** The most characters of a message. */
const LINE_CHARS_MAX = 1 << 23;

/** Characters that may wait for a node to read them; more are lost. */
const WAITING_CHARS_MAX = 1 << 23;

/** Characters that may wait for all nodes. */
const BACKLOG_CHARS_MAX = 1 << 25;

/** Characters of what a node printed that are quoted. */
const QUOTED_CHARS = 200;

/** The program of a node, and its surroundings. */
export interface NodeOptions {
  /** The name of the node, such as `n1`. */
  readonly name: string;
  /** The path or the name of the program. */
  readonly program: string;
  /** The arguments of the program. */
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what it has forked, whatever becomes of this process. */
  readonly watchdog: Watchdog;
  /** Counts what waits for all nodes of the run. */
  readonly backlog: Backlog;
  /** Keeps its standard error. */
  readonly errors: ErrorLog;
  /** Takes complaints about it. */
  readonly complaints: Complaints;
  /** Takes each line that it prints. */
  readonly onLine: (line: string) => void;
  /** Answers what to wait for before more that it prints is read. */
  readonly gate: () => Promise<void> | undefined;
}

/** A node of a run. */
export class Node {
  /** The name of the node. */
  readonly name: string;
  readonly #options: NodeOptions;
  #group: ProcessGroup | null = null;
  #isPaused = false;
  #hasPrinted = false;
  #life = 0;
  #death = new AbortController();
  /** Messages to it as long as it has not answered `init`; then null. */
  #held: string[] | null = [];
  #heldChars = 0;
  readonly #ending = new Set<Promise<unknown>>();

  /** @param options The program. */
  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = options.name;
  }

  /** Whether there is a process. */
  get isUp(): boolean {
    return this.#group !== null;
  }

  /** Whether it still has to answer `init` in this life. */
  get isBeginning(): boolean {
    return this.#group !== null && this.#held !== null;
  }

  /** Whether it has printed a line in this life. */
  get hasPrinted(): boolean {
    return this.#hasPrinted;
  }

  /** The number of this life, or of the last one; 0 before the first. */
  get life(): number {
    return this.#life;
  }

  /** Aborted when this life has ended. */
  get died(): AbortSignal {
    return this.#death.signal;
  }

  /** The last lines of standard error. */
  get lastLines(): readonly string[] {
    return this.#options.errors.lastLines;
  }

  /**
   * Starts a life.
   *
   * @param first The first message that it gets, with its LF.
   * @throws {StartError} If the program cannot be started.
   */
  start(first: string): void {
    const { program, args, env, watchdog } = this.#options;
    const life: { group: ProcessGroup | null } = { group: null };
    try {
      life.group = this.#group = new ProcessGroup({
        program,
        args,
        env,
        lineCharsMax: LINE_CHARS_MAX,
        backlog: this.#options.backlog,
        listener: this.#listener(() =>
          life.group !== null && life.group === this.#group
        ),
      });
    } catch (error) {
      throw startError(program, error);
    }
    const group = this.#group;
    this.#life++;
    this.#hasPrinted = false;
    this.#death = new AbortController();
    this.#held ??= [];
    watchdog.add(group.pid);
    group.write(first);
    group.ended.then((end) => {
      if (this.#group !== group) return;
      this.#group = null;
      this.#forgetHeld();
      this.#death.abort();
      const complaining = this.#bury(group).then(() =>
        this.#complain("died", `${this.name} ${described(end)}`)
      ).finally(() => this.#ending.delete(complaining));
      this.#ending.add(complaining);
    });
  }

  /** Kills what is left of a life. */
  #bury(group: ProcessGroup): Promise<void> {
    const ending = group.kill().then(() => {
      this.#options.watchdog.remove(group.pid);
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
    return ending;
  }

  /**
   * Gives a life that has answered `init` what has been held back for it.
   *
   * @param next The message that it gets before that, with its LF, if any.
   */
  initialized(next?: string): void {
    const lines = this.#held ?? [];
    this.#forgetHeld();
    if (next !== undefined) this.#group?.write(next);
    for (const line of lines) this.#group?.write(line);
  }

  /**
   * Takes a message. One to a node that is down is lost; one to a node that has
   * not answered `init` is held back until then, as many programs do not know
   * their own name before. Answers are not: to answer `init` it may need them.
   *
   * @param line The message, with its LF.
   * @returns `false` if it was lost because the node does not read.
   */
  receive(line: string): boolean {
    const group = this.#group;
    const isHeld = this.#held !== null &&
      (group === null || !isAnswer(line));
    if (group === null && !isHeld) return true;
    const waiting = this.#heldChars + (group?.waitingChars ?? 0);
    const { backlog } = this.#options;
    const isFull = waiting + line.length > WAITING_CHARS_MAX ||
      backlog.chars + line.length > BACKLOG_CHARS_MAX;
    if (isFull) return false;
    if (isHeld) {
      this.#held!.push(line);
      this.#heldChars += line.length;
      backlog.chars += line.length;
    } else group!.write(line);
    return true;
  }

  /** Ends this life. */
  crash(): void {
    const group = this.#group;
    this.#group = null;
    this.#isPaused = false;
    this.#forgetHeld();
    this.#death.abort();
    if (group !== null) this.#bury(group);
  }

  #forgetHeld(): void {
    this.#held = null;
    this.#options.backlog.chars -= this.#heldChars;
    this.#heldChars = 0;
  }

  /**
   * Stops it where it stands.
   *
   * @returns Whether there was something to stop.
   */
  pause(): boolean {
    if (this.#group === null) return false;
    this.#isPaused = true;
    this.#group.signal("SIGSTOP");
    return true;
  }

  /**
   * Continues it.
   *
   * @returns Whether there was something to continue.
   */
  resume(): boolean {
    if (!this.#isPaused) return false;
    this.#isPaused = false;
    this.#group?.signal("SIGCONT");
    return this.#group !== null;
  }

  /**
   * Waits until what lives that have ended had to say is known.
   *
   * @returns Fulfils then.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  /**
   * Ends it and all that it has forked.
   *
   * @returns Fulfils when nothing of it is left.
   */
  async close(): Promise<void> {
    this.crash();
    await Promise.all(this.#ending);
    this.#options.errors.close();
  }

  #listener(isAlive: () => boolean): ProcessListener {
    const { onLine, errors, gate } = this.#options;
    const onClosed = (stream: "input" | "output") => () => {
      if (!isAlive()) return;
      const text = `${this.name} closed its standard ${stream}`;
      this.#complain(`${stream} closed`, text);
    };
    return {
      onLine: (line) => {
        if (!isAlive()) return;
        this.#hasPrinted = true;
        onLine(line);
      },
      onTooLong: (beginning) => {
        this.#hasPrinted = true;
        this.#complain(
          "long line",
          `${this.name} printed a line of more than ${LINE_CHARS_MAX} characters, which begins with ${
            quoted(beginning)
          }`,
        );
      },
      onErrorBytes: (bytes) => errors.add(bytes),
      onInputClosed: onClosed("input"),
      onOutputClosed: onClosed("output"),
      gate,
    };
  }

  #complain(kind: Parameters<Complaints["add"]>[1], text: string): void {
    this.#options.complaints.add(
      this.name,
      kind,
      () => text,
      () => this.#options.errors.lastLines,
    );
  }
}

/**
 * Quotes what a node printed, for a sentence.
 *
 * @param text What it printed.
 * @returns The beginning of it, safe to show.
 */
export function quoted(text: string): string {
  return `«${printable(text, QUOTED_CHARS)}»`;
}

function isAnswer(line: string): boolean {
  const message = parseMessage(line);
  return typeof message !== "string" && isObject(message.body) &&
    message.body["in_reply_to"] !== undefined;
}

function described({ code, signal }: ProcessEnd): string {
  return signal === null
    ? `exited with code ${code}`
    : `was ended by ${signal}`;
}

function startError(program: string, error: unknown): StartError {
  const reason = error instanceof Deno.errors.NotFound
    ? "there is no such program (a program of this folder is written ./program)"
    : error instanceof Deno.errors.PermissionDenied
    ? "it may not be run: is it executable (chmod +x)?"
    : `${messageOf(error)}${limitHint(messageOf(error))}`;
  return new StartError(
    `Cannot start ${printable(program)}: ${reason}`,
    { cause: error },
  );
}

/** Limits of the system that many nodes meet, by the number of its error. */
function limitHint(message: string): string {
  if (message.includes("os error 24")) {
    return ": ulimit -n allows fewer files than so many nodes need, three each";
  }
  return message.includes("os error 11")
    ? ": ulimit -u allows fewer processes than so many nodes need"
    : "";
}
