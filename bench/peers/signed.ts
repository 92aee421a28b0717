/** The two that sign only: whoever has the cookie can read it. */
import cookieSession from "cookie-session";
import type { Request, Response } from "express";
import { createCookie } from "react-router";
import { type Codec, type Payload, SECRET } from "./codec.ts";

const cookie = createCookie("session", { secrets: [SECRET] });

export const reactRouter: Codec = {
  label: "React Router createCookie",
  encrypted: false,
  seal: async (data) => valueIn(await cookie.serialize(data)),
  unseal: (text) => cookie.parse(`session=${text}`),
};

const middleware = cookieSession({ name: "session", secret: SECRET });

/** It has no codec of its own to call, only the whole middleware. */
export const expressCookieSession: Codec = {
  label: "cookie-session 2",
  encrypted: false,
  seal(data) {
    const request = requestWith("");
    const response = new Answer();
    middleware(request, response as unknown as Response, () => {});
    request.session = data as Request["session"] & Payload;
    response.writeHead();
    return response.cookies.map(valueIn).join("; session.sig=");
  },
  unseal(text) {
    const request = requestWith(`session=${text}`);
    middleware(request, new Answer() as unknown as Response, () => {});
    return request.session;
  },
};

function requestWith(cookie: string): Request {
  return { headers: { cookie }, connection: {} } as unknown as Request;
}

/** As much of a response as the middleware touches. */
class Answer {
  cookies: string[] = [];
  getHeader(): string[] {
    return this.cookies;
  }
  setHeader(_name: string, cookies: string[]): void {
    this.cookies = cookies;
  }
  writeHead(): void {}
}

function valueIn(setCookie: string): string {
  return setCookie.slice(setCookie.indexOf("=") + 1).split(";")[0]!;
}
