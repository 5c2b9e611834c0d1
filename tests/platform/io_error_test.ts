import { assert } from "@std/assert";
import { isIoError } from "../../lib/platform/io_error.ts";
import { granted } from "../permissions.ts";

Deno.test("isIoError() is true of what Deno and the system say, false of errors in this program", () => {
  const outside = [
    ...["BadResource", "Interrupted", "ConnectionReset", "BrokenPipe"],
    ...["UnexpectedEof", "NotConnected", "TimedOut", "ConnectionRefused"],
  ] as const;
  for (const name of outside) {
    const kind = Deno.errors[name as keyof typeof Deno.errors];
    assert(isIoError(new kind("Outside")), name);
  }
  const ofSystem = new Error("No route to host (os error 113)");
  assert(!isIoError(ofSystem));
  assert(isIoError(Object.assign(ofSystem, { code: "EHOSTUNREACH" })));
  const ofProgram = [
    ...[new TypeError("x is undefined"), new RangeError("Invalid length")],
    ...[new Error("Bug"), new Deno.errors.NotCapable("Requires net access")],
    Object.assign(new TypeError("Bug"), { code: "ERR_INVALID_ARG_TYPE" }),
    ...["BadResource", undefined, null, { code: "EIO" }],
  ];
  for (const error of ofProgram) assert(!isIoError(error), `${error}`);
});

Deno.test({
  name: "isIoError() is true of what reading a closed connection throws",
  ignore: !granted({ net: ["127.0.0.1"] }),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const connecting = Deno.connect({ hostname: "127.0.0.1", port });
    using _other = await listener.accept();
    const connection = await connecting;
    const reading = connection.read(new Uint8Array(1));
    connection.close();
    const errors = await Promise.all([
      reading.catch((error) => error),
      connection.read(new Uint8Array(1)).catch((error) => error),
      connection.write(new Uint8Array(1)).catch((error) => error),
    ]);
    for (const error of errors) assert(isIoError(error), `${error}`);
  },
});
