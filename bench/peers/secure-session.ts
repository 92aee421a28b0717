import secureSession from "@fastify/secure-session";
import fastify from "fastify";
import { type Codec, KEY } from "./codec.ts";

const app = fastify();
await app.register(secureSession, { key: KEY, sessionName: "session" });
await app.ready();

/** libsodium's secretbox: native code of its own. */
export const fastifySecureSession: Codec = {
  label: "@fastify/secure-session 8",
  encrypted: true,
  // A copy, because it puts its own time stamp into what it is given.
  seal: (data) => app.encodeSecureSession(app.createSecureSession({ ...data })),
  unseal: (text) => app.decodeSecureSession(text),
  encode: encodeURIComponent,
};
