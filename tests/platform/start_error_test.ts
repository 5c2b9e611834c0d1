import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  isPortTakenMessage,
  listenStartError,
  messageOf,
  PortTakenError,
  StartError,
} from "../../lib/platform/start_error.ts";
import { granted } from "../permissions.ts";

const { AddrInUse, NotCapable, PermissionDenied } = Deno.errors;

Deno.test("listenStartError() says in one line what is wrong with a port, and names the flag", () => {
  const lines = [
    listenStartError(1, new AddrInUse("x"), "--port"),
    listenStartError(1, new PermissionDenied("x"), "--page-port"),
    listenStartError(1, new NotCapable("Requires net access\nx"), "--port"),
  ].map(({ message }) => message);
  assertEquals(lines, [
    "Cannot listen on 127.0.0.1:1: the port is in use, name another with --port",
    "Cannot listen on 127.0.0.1:1: the port is not allowed for this user, name another with --page-port",
    "Cannot listen on 127.0.0.1:1: Requires net access (start with --allow-net=127.0.0.1)",
  ]);
});

Deno.test("isPortTakenMessage() is true of a PortTakenError, of no other", () => {
  const taken = listenStartError(1, new AddrInUse("x"), "--port");
  const other = listenStartError(1, new PermissionDenied("x"), "--port");
  assert(taken instanceof PortTakenError);
  assert(!(other instanceof PortTakenError) && other instanceof StartError);
  assert(isPortTakenMessage(taken.message));
  assert(!isPortTakenMessage(other.message));
});

Deno.test("messageOf() is the first line of whatever was thrown", () => {
  assertEquals(messageOf(new Error("One\nTwo")), "One");
  assertEquals(messageOf("Three\nFour"), "Three");
  assertEquals(messageOf(undefined), "undefined");
});

Deno.test("messageOf() leaves out the call and the path that Deno tells of", () => {
  const full = "No space left on device (os error 28)";
  assertEquals(messageOf(new Error(`${full}: open '/tmp/it's'`)), full);
  assertEquals(messageOf(new Error(`${full}: rename '/a' -> '/b'`)), full);
  const more = `${full}; lost: 28 acknowledged likes`;
  assertEquals(messageOf(new Error(more)), more);
});

Deno.test({
  name: "messageOf() of a file that is missing names no path",
  ignore: !granted({ read: ["/tmp"] }),
  fn() {
    const error = assertThrows(() => Deno.openSync("/tmp/none/of/these"));
    assertEquals(messageOf(error), "No such file or directory (os error 2)");
  },
});
