/**
 * `primary`: receives reports and holds the total.
 *
 * @module
 */

import { servePrimary } from "../../../primary.ts";
import { Exit } from "../../domain/exit_codes.ts";
import type { PrimaryCommandOptions } from "../../options/primary_options.ts";
import { logToStderr } from "../../platform/diagnostics.ts";
import { onStopSignals } from "../../platform/interruption.ts";
import { stderr, stdout } from "../../platform/output.ts";
import { giveUpPermissions } from "../../platform/permissions.ts";
import { messageOf, StartError } from "../../platform/start_error.ts";
import { stdinClosed } from "../../platform/stdin.ts";

/**
 * Runs a primary until a signal stops it.
 *
 * @param options How it is run.
 * @returns The exit code: 0 stopped in order, 1 its disk or its replies failed.
 * @throws {StartError} If it cannot start.
 */
export async function runPrimary(
  options: PrimaryCommandOptions,
): Promise<number> {
  logToStderr();
  const primary = await servePrimary(options);
  const stop = () => void primary.stop();
  using _signals = onStopSignals(stop);
  stdout.print(
    `PrimaryLikesServer listening on 127.0.0.1:${primary.port}\n`,
  );
  await using _dashboard = await openDashboard(options, primary.port);
  giveUpPermissions();
  if (options.untilStdinCloses) stdinClosed().then(stop);
  try {
    await primary.finished;
    return Exit.DONE;
  } catch (error) {
    stderr.print(`error: ${messageOf(error)}\n`);
    return Exit.FAILED;
  }
}

/**
 * Serves a page, if one was asked for. A primary that cannot have it serves its
 * clients all the same.
 */
async function openDashboard(
  { dashboard, pagePort }: PrimaryCommandOptions,
  port: number,
): Promise<AsyncDisposable | undefined> {
  if (!dashboard) return undefined;
  const [{ Dashboard }, { PrimaryPicture }] = await Promise.all([
    import("../../live/pages/dashboard.ts"),
    import("../../live/pages/primary_picture.ts"),
  ]);
  const picture = new PrimaryPicture(port);
  try {
    const page = new Dashboard(picture, pagePort);
    stdout.print(`Dashboard: ${page.link}\n`);
    return {
      async [Symbol.asyncDispose]() {
        await picture[Symbol.asyncDispose]();
        await page[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    picture.stop();
    if (!(error instanceof StartError)) throw error;
    stderr.print(`error: ${error.message}\n`);
    return undefined;
  }
}
