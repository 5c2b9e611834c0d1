/** Folders of tests. */

/** A new folder below `/tmp`, removed with all that is in it. */
export class TempFolder implements Disposable {
  /** The place of the folder. */
  readonly path: string = Deno.makeTempDirSync({
    dir: "/tmp",
    prefix: "likes-",
  });

  /** Removes the folder. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
