/**
 * The worker of the laboratory: runs there do not stop the page. It is the same
 * script as the page, which has most of its code anyway.
 *
 * @module
 */
/// <reference lib="dom" />
import { answer } from "../../lab/answer.ts";
import type { LabRequest } from "../../lab/requests.ts";

/** Answers the requests of the page; for a worker. */
export function answerRequests(): void {
  self.addEventListener("message", ({ data }: MessageEvent<LabRequest>) => {
    self.postMessage(
      answer(data, (told) => self.postMessage(told), () => performance.now()),
    );
  });
}

/**
 * Prepares workers that run the script of the page.
 *
 * @param script The script that is running, which stands in the page.
 * @returns Makes a worker.
 */
export function workersOf({ text }: HTMLScriptElement): () => Worker {
  const blob = new Blob([text], { type: "text/javascript" });
  const address = URL.createObjectURL(blob);
  return () => new Worker(address);
}
