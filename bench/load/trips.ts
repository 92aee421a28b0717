import { type AddressInfo, connect, createServer } from "node:net";

/** Stands between a client and its server, and counts how often the client waits for an answer. */
export interface TripCounter {
  readonly port: number;
  /** Since the last call. */
  take(): number;
  close(): void;
}

/**
 * A round trip begins with the first bytes that go to the server after an answer. What a client sends in one go, a
 * pipeline or a prepared statement's messages, is one trip, for any protocol.
 */
export async function countTrips(port: number): Promise<TripCounter> {
  let trips = 0;
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const upstream = connect({ port, host: "127.0.0.1", noDelay: true });
    let waiting = false;
    client.on("data", (bytes) => {
      if (!waiting) trips++;
      waiting = true;
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      waiting = false;
      client.write(bytes);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => [client, upstream].map((end) => end.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const counted = trips;
      trips = 0;
      return counted;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
