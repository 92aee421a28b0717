import type { RequestListener } from "node:http";
import fastifyCookie from "@fastify/cookie";
import fastifySession, { type FastifySessionOptions } from "@fastify/session";
import type session from "express-session";
import fastify, { type FastifyInstance } from "fastify";
import { SECRET } from "./codec.ts";
import { type Ours, SECONDS } from "./session-stores.ts";

declare module "fastify" {
  interface Session {
    n: number;
  }
}

export async function fastifyBare(): Promise<RequestListener> {
  const app = fastify();
  app.get("/read", async () => ({ n: 0 }));
  return listenerOf(app);
}

/** @fastify/session takes express-session's stores. */
export async function fastifySessions(store: session.Store, seed: { n: number }): Promise<RequestListener> {
  const app = fastify();
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    store: store as unknown as NonNullable<FastifySessionOptions["store"]>,
    secret: SECRET,
    saveUninitialized: false,
    rolling: false,
    cookie: { maxAge: SECONDS * 1000, secure: false },
  });
  app.get("/seed", async ({ session }) => {
    Object.assign(session, seed);
    return { n: session.n };
  });
  app.get("/read", async ({ session }) => ({ n: session.n }));
  app.get("/save", async ({ session }) => {
    session.n += 1;
    return { n: session.n };
  });
  return listenerOf(app);
}

export async function fastifyOurs({ getSession }: Ours, seed: { n: number }): Promise<RequestListener> {
  const app = fastify();
  app.get("/seed", async (request, reply) => {
    const session = await getSession(request.raw, reply.raw);
    Object.assign(session.data, seed);
    await session.save();
    return { n: session.data.n };
  });
  app.get("/read", async (request, reply) => ({ n: (await getSession(request.raw, reply.raw)).data.n }));
  app.get("/save", async (request, reply) => {
    const session = await getSession(request.raw, reply.raw);
    session.data.n! += 1;
    await session.save();
    return { n: session.data.n };
  });
  return listenerOf(app);
}

async function listenerOf(app: FastifyInstance): Promise<RequestListener> {
  await app.ready();
  return (request, response) => app.routing(request, response);
}
