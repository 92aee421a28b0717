import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Addresses, Ports } from "./session-server.ts";

export interface SessionServer {
  readonly ports: Ports;
  stop(): void;
}

/** Starts `session-server.ts` in a process of its own. */
export async function startSessionServer(addresses: Addresses): Promise<SessionServer> {
  const script = fileURLToPath(new URL("session-server.ts", import.meta.url));
  const child = fork(script, [JSON.stringify(addresses)], {
    env: { ...process.env, NODE_ENV: "production" },
  });
  const ports = await new Promise<Ports>((resolve, reject) => {
    child.once("message", (message) => resolve(message as Ports));
    child.once("exit", (code) => reject(new Error(`session-server.ts ended with ${code}.`)));
  });
  return { ports, stop: () => void child.kill("SIGKILL") };
}
