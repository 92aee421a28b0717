/** For the tests of redisStore: what really goes to a server, by its own MONITOR. */
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { startRedis } from "../../../tools/servers/redis.ts";

/** A server of the test's own, and what it is asked. */
export interface WatchedRedis {
  readonly url: string;
  /** Somebody at its console. */
  readonly operator: Redis;
  /** What clients have sent since last asked, in capitals, without what a client sends when it connects. */
  sent(): Promise<string[]>;
  /** What scripts have called since last asked. */
  called(): Promise<string[]>;
}

const CONNECTING = new Set([
  "INFO",
  "CLIENT",
  "HELLO",
  "AUTH",
  "SELECT",
  "PING",
  "QUIT",
  "MONITOR",
  "COMMAND",
]);

export async function watchedRedis(): Promise<WatchedRedis> {
  const server = await startRedis();
  onTestFinished(() => server.destroy());
  const operator = new Redis(server.port);
  const [, console] = / addr=(\S+)/.exec(String(await operator.call("CLIENT", "INFO"))) ?? [];
  let sent: string[] = [];
  let called: string[] = [];
  let seen = (_marker: string) => {};
  // By hand: a client that has its connection checked at the same moment takes what MONITOR says for the answer.
  const monitor = connect(server.port, "127.0.0.1", () => monitor.write("MONITOR\r\n"));
  const lines = createInterface(monitor);
  lines.on("line", (line) => {
    // +1700000000.000000 [0 127.0.0.1:50000] "get" "key", or [0 lua]
    const [, source, said = ""] = /^\+[\d.]+ \[\d+ (\S+)\] (.*)$/.exec(line) ?? [];
    if (source === undefined) return;
    const [name = "", ...args] = Array.from(said.matchAll(/"((?:[^"\\]|\\.)*)"/g), (match) => match[1] ?? "");
    const command = [name.toUpperCase(), ...args].join(" ");
    if (source === "lua") called.push(command);
    else if (source !== console && !CONNECTING.has(name.toUpperCase())) sent.push(command);
    if (name.toUpperCase() === "PING") seen(args[0] ?? "");
  });
  await once(lines, "line");
  onTestFinished(() => {
    operator.disconnect();
    monitor.destroy();
  });
  // MONITOR tells everything in its order: what came before our PING has been told when the PING is.
  const arrived = async () => {
    const marker = crypto.randomUUID();
    const told = new Promise<void>((resolve) => {
      seen = (said) => {
        if (said === marker) resolve();
      };
    });
    await operator.ping(marker);
    await told;
  };
  return {
    url: server.url,
    operator,
    async sent() {
      await arrived();
      const all = sent;
      sent = [];
      return all;
    },
    async called() {
      await arrived();
      const all = called;
      called = [];
      return all;
    },
  };
}

/** The command's name alone. */
export const nameOf = (command: string): string => command.split(" ", 1)[0] ?? "";
