import { assertEquals, assertRejects } from "@std/assert";
import { EventStream } from "../../lib/platform/event_stream.ts";

/**
 * A source that counts how often it is asked, and gives as many bytes as it is
 * told to.
 */
class Source {
  pictures = 0;
  bytes = 0;
  readonly picture = () =>
    `picture ${++this.pictures}${"x".repeat(this.bytes)}`;
}

const decoder = new TextDecoder();

/** A page that reads when it is told to. */
class PageReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next event, without what fills it up. */
  async next(): Promise<string | undefined> {
    const { value, done } = await this.#reader.read();
    return done ? undefined : decoder.decode(value).replace(/x+|\n\n$/g, "");
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

const RETRY = "retry: 500";

Deno.test("EventStream.send() tells a page the picture again and again", async () => {
  const stream = new EventStream(new Source().picture);
  const page = new PageReader(stream.open());
  stream.send();
  stream.send();
  assertEquals(await page.next(), RETRY);
  assertEquals(await page.next(), "event: picture\ndata: picture 1");
  assertEquals(await page.next(), "event: picture\ndata: picture 2");
});

Deno.test("EventStream.send() works a picture out once for ten pages, and not at all for none", () => {
  const source = new Source();
  const stream = new EventStream(source.picture);
  stream.send();
  assertEquals(source.pictures, 0);
  const streams = Array.from({ length: 10 }, () => stream.open());
  stream.send();
  stream.send();
  assertEquals(source.pictures, 2);
  assertEquals(stream.readers, streams.length);
});

Deno.test("EventStream.send() passes over a page that reads too slowly, and tells it the latest later", async () => {
  const source = new Source();
  const stream = new EventStream(source.picture);
  const page = new PageReader(stream.open());
  stream.send();
  source.bytes = 2_000_000;
  stream.send(); // Fills its buffer,
  source.bytes = 0;
  stream.send(); // so this one is left out,
  stream.send(); // and this one.
  assertEquals(await page.next(), RETRY);
  assertEquals(await page.next(), "event: picture\ndata: picture 1");
  assertEquals(await page.next(), "event: picture\ndata: picture 2");
  stream.send();
  assertEquals(await page.next(), "event: picture\ndata: picture 5");
});

Deno.test("EventStream.send() drops a page that has read nothing for half a minute", async () => {
  let nowMs = 0;
  const source = new Source();
  source.bytes = 2_000_000;
  const stream = new EventStream(source.picture, () => nowMs);
  const page = new PageReader(stream.open());
  stream.send();
  stream.send();
  nowMs = 29_000;
  stream.send();
  assertEquals(stream.readers, 1);
  nowMs = 31_000;
  stream.send();
  assertEquals(stream.readers, 0);
  await assertRejects(
    async () => {
      while (await page.next() !== undefined);
    },
    Error,
    "The page reads too slowly",
  );
});

Deno.test("EventStream forgets a page that has gone", async () => {
  const stream = new EventStream(new Source().picture);
  const page = new PageReader(stream.open());
  await page.cancel();
  assertEquals(stream.readers, 0);
});

Deno.test("EventStream.end() tells the last of it, and that it was the last", async () => {
  const stream = new EventStream(new Source().picture);
  const page = new PageReader(stream.open());
  stream.end();
  assertEquals(await page.next(), RETRY);
  assertEquals(await page.next(), "event: picture\ndata: picture 1");
  assertEquals(await page.next(), "event: end\ndata: {}");
  assertEquals(await page.next(), undefined);
});

Deno.test("EventStream.open() turns away more pages than there is memory for", async () => {
  const stream = new EventStream(new Source().picture);
  for (let i = 0; i < 64; i++) stream.open();
  assertEquals(await new PageReader(stream.open()).next(), undefined);
  assertEquals(stream.readers, 64);
});
