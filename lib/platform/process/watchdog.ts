/**
 * The end of process groups whatever becomes of this process.
 *
 * @module
 */

/**
 * Keeps a list of process groups, from lines `+PID` and `-PID`. When its
 * standard input closes, because this process has ended in whichever way, it
 * kills them all. Then it looks, where the system tells it, for processes that
 * have left their group but still have the mark in their environment, until
 * there are none: one that is killed takes a moment to end.
 */
const SCRIPT = `
trap '' INT TERM HUP TSTP
groups=' '
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) groups="$groups$pid " ;;
    -*) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
for pid in $groups; do kill -9 "-$pid" 2>/dev/null; done
rounds=0
while [ $rounds -lt 50 ]; do
  files=$(grep -l -a -s "LIKES_RUN=$1" /proc/[0-9]*/environ 2>/dev/null)
  [ -n "$files" ] || break
  for file in $files; do
    pid=\${file#/proc/}
    kill -9 "\${pid%/environ}" 2>/dev/null
  done
  rounds=$((rounds + 1))
  sleep 0.05
done
exit 0
`;

/** The variable of the environment by which a process of a run is known. */
export const RUN_MARK = "LIKES_RUN";

const encoder = new TextEncoder();

/** A process that outlives this one, to end what this one has started. */
export class Watchdog {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #isClosed = false;

  /**
   * Starts it.
   *
   * @param mark The value of {@linkcode RUN_MARK} in what is started.
   * @throws {Deno.errors.NotCapable} If programs may not be started.
   */
  constructor(mark: string) {
    this.#process = new Deno.Command("/bin/sh", {
      args: ["-c", SCRIPT, "sh", mark],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      detached: true,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
  }

  /**
   * A process group is to end when this process does.
   *
   * @param pid The id of its first process.
   */
  add(pid: number): void {
    this.#write(`+${pid}\n`);
  }

  /**
   * A process group has ended: its number may belong to another one soon.
   *
   * @param pid The id of its first process.
   */
  remove(pid: number): void {
    this.#write(`-${pid}\n`);
  }

  /**
   * Ends what is left of all groups.
   *
   * @returns Fulfils when that is done.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writer.close().catch(() => {});
    await this.#process.status;
  }

  #write(line: string): void {
    if (this.#isClosed) return;
    this.#writer.write(encoder.encode(line)).catch(() => {});
  }
}
