import { createServer } from "node:net";
import { inspect } from "node:util";
import { createClient } from "redis";
import { expect, test } from "vitest";
import { withoutArguments } from "./cause.ts";

const RECORD = '1000mjuohs0u-{"iban":"DE-SECRET"}';

/** As ioredis makes them (DataHandler.js, event_handler.js). */
function reply(message: string): Error {
  return Object.assign(new Error(message), { command: { name: "SET", args: ["nb:{key}", RECORD] } });
}

/** Everything that a log may show. */
const shown = (error: Error) => inspect(error, { depth: 10, showHidden: true, getters: true });

test("message, name, stack and the command's name are kept, its arguments are not", () => {
  class ReplyError extends Error {
    override get name() {
      return "ReplyError";
    }
  }
  const error = Object.assign(new ReplyError("OOM command not allowed"), {
    command: { name: "SET", args: ["nb:{key}", RECORD], callback: () => {} },
  });
  const kept = withoutArguments(error) as typeof error;
  expect(kept).toBeInstanceOf(Error);
  expect([kept.name, kept.message, kept.stack]).toEqual([error.name, error.message, error.stack]);
  expect(kept.command).toEqual({ name: "SET" });
  expect(String(kept)).toBe("ReplyError: OOM command not allowed");
  expect(Object.keys(kept)).toEqual(["command"]);
  expect(error.command.args).toEqual(["nb:{key}", RECORD]);
});

test("errors within are kept in the same way, wherever clients put them", () => {
  const within = () => reply("MOVED 1 127.0.0.1:1");
  const error = Object.assign(new AggregateError([within(), RECORD], "all failed", { cause: within() }), {
    lastNodeError: within(),
    previousErrors: [within(), within()],
    originalError: Object.assign(within(), { socketError: within() }),
    replies: ["OK", [RECORD], within(), { record: RECORD }],
    buffer: Buffer.from(RECORD),
    args: [RECORD],
    input: RECORD,
    entries: new Map([[RECORD, RECORD]]),
  });
  const kept = withoutArguments(error);
  const same = expect.objectContaining({ message: within().message, command: { name: "SET" } });
  expect(kept).toMatchObject({ cause: same, lastNodeError: same, replies: [same] });
  expect(kept).toMatchObject({ errors: [same], previousErrors: [same, same] });
  expect(kept).toMatchObject({ originalError: { socketError: same } });
  expect(shown(error)).toContain("SECRET");
  expect(shown(kept)).not.toMatch(/SECRET|nb:/);
  expect(Object.keys(kept)).not.toContain("cause");
});

test("errors that lead back to themselves come to an end", () => {
  const error = reply("around");
  error.cause = Object.assign(reply("and around"), { previousErrors: [error, error] });
  expect(shown(withoutArguments(error))).not.toContain("SECRET");
});

test("arguments that the server quotes are left out, what follows them stays", () => {
  const error = new Error(`ERR unknown command 'SET', with args beginning with: 'nb:{key}' '${RECORD}' `);
  const kept = withoutArguments(error);
  expect(kept.message).toBe("ERR unknown command 'SET'");
  expect(kept.stack).toBe(String(error.stack).replace(/, with args.*/, ""));
  expect(kept.stack).toContain("cause.test.ts");
});

test("why nobody could be reached at several addresses is kept", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const places = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
  const client = createClient({
    socket: {
      host: "redis.test",
      port,
      reconnectStrategy: false,
      lookup: (_host, _options, found) => found(null, places),
    },
  });
  client.on("error", () => {});
  const error = (await client.connect().catch((error: unknown) => error)) as AggregateError;
  expect(error).toBeInstanceOf(AggregateError);
  const refused = ({ address }: { address: string }) =>
    expect.objectContaining({ code: "ECONNREFUSED", syscall: "connect", address, port });
  expect(withoutArguments(error)).toMatchObject({ code: "ECONNREFUSED", errors: places.map(refused) });
});
