/**
 * Errors at the start of a program that its user can mend.
 *
 * @module
 */

/**
 * An obstacle at the start that the user can clear away: a port that is taken,
 * a folder that is missing, a permission. The message says how, in one line;
 * nothing is left running.
 */
export class StartError extends Error {
  /** The name that stack traces print. */
  override readonly name: string = "StartError";
}

/**
 * An obstacle that is a port which somebody else listens on, or has been given
 * for his side of a connection: another port, or a later time, helps.
 */
export class PortTakenError extends StartError {
  /** The name that stack traces print. */
  override readonly name: string = "PortTakenError";
}

/**
 * The words of a message of {@linkcode PortTakenError}, by which a parent knows
 * the obstacle of its child.
 */
const PORT_TAKEN = "the port is in use";

/**
 * Whether a process that could not start met a {@linkcode PortTakenError}.
 *
 * @param message What it said last.
 * @returns Whether its port was taken.
 */
export function isPortTakenMessage(message: string): boolean {
  return message.includes(PORT_TAKEN);
}

/**
 * Says in one line why a port could not be listened on.
 *
 * @param port The port
 * @param error What Deno threw
 * @param flag The flag that says which port
 * @returns The error to print
 */
export function listenStartError(
  port: number,
  error: unknown,
  flag: string,
): StartError {
  const Kind = error instanceof Deno.errors.AddrInUse
    ? PortTakenError
    : StartError;
  return new Kind(
    `Cannot listen on 127.0.0.1:${port}: ${listenReason(error, flag)}`,
    { cause: error },
  );
}

function listenReason(error: unknown, flag: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `${messageOf(error)} (start with --allow-net=127.0.0.1)`;
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return `${PORT_TAKEN}, name another with ${flag}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `the port is not allowed for this user, name another with ${flag}`;
  }
  return messageOf(error);
}

/** The call and its paths, which Deno adds to an error of the system. */
const CALL_REGEXP = /(?<=\(os error \d+\)): \w+ '.*'$/;

/**
 * The message of whatever was thrown, in one line. The path of a file is left
 * out: the sentence that the message becomes part of names it.
 *
 * @param error What was thrown
 * @returns Its message
 */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ""] = message.split("\n", 1);
  return line.replace(CALL_REGEXP, "");
}
