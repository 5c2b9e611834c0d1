/**
 * The worker of the laboratory: runs there do not stop the page.
 *
 * @module
 */
/// <reference lib="dom" />
import { answer } from "../lab/answer.ts";
import type { LabRequest } from "../lab/requests.ts";

self.addEventListener("message", ({ data }: MessageEvent<LabRequest>) => {
  self.postMessage(
    answer(data, (told) => self.postMessage(told), () => performance.now()),
  );
});
