import type { RequestListener } from "node:http";
import express from "express";
import session from "express-session";
import { SECRET } from "./codec.ts";
import { type Ours, SECONDS } from "./session-stores.ts";

declare module "express-session" {
  interface SessionData {
    n: number;
  }
}

export function expressBare(): RequestListener {
  const app = express();
  app.get("/read", (_request, response) => void response.json({ n: 0 }));
  return app as RequestListener;
}

/** express-session, as its README and those of its stores recommend it. */
export function expressSessions(store: session.Store, seed: { n: number }): RequestListener {
  const app = express();
  app.use(
    session({
      store,
      secret: SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { maxAge: SECONDS * 1000 },
    }),
  );
  app.get("/seed", (request, response) => {
    Object.assign(request.session, seed);
    response.json({ n: request.session.n });
  });
  app.get("/read", (request, response) => void response.json({ n: request.session.n }));
  app.get("/save", (request, response) => {
    request.session.n! += 1;
    response.json({ n: request.session.n });
  });
  return app as RequestListener;
}

export function expressOurs({ getSession }: Ours, seed: { n: number }): RequestListener {
  const app = express();
  app.get("/seed", async (request, response) => {
    const session = await getSession(request, response);
    Object.assign(session.data, seed);
    await session.save();
    response.json({ n: session.data.n });
  });
  app.get("/read", async (request, response) => {
    const session = await getSession(request, response);
    response.json({ n: session.data.n });
  });
  app.get("/save", async (request, response) => {
    const session = await getSession(request, response);
    session.data.n! += 1;
    await session.save();
    response.json({ n: session.data.n });
  });
  return app as RequestListener;
}
