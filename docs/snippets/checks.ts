import { expect } from "vitest";
import type { Module, Snippet } from "../../tools/snippets.ts";
import type { Site } from "./site.ts";

/** What a check may use. */
export interface Running {
  readonly snippet: Snippet;
  /** The quick start's app, built and started. */
  readonly site: Site;
  /** Runs the snippet on Node, holds it to its own comments, and gives its exports. */
  run(): Promise<Module>;
}

/** By the snippet's key: a check of what the text around it says. */
export type Checks = Readonly<Record<string, (running: Running) => Promise<void>>>;

/** A browser to functions that take a request and headers: keeps cookies, sends them with the next request. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  setCookies: string[] = [];

  /** The session of one request. */
  async visit<Result>(
    getSession: Module["getSession"],
    // biome-ignore lint/suspicious/noExplicitAny: whatever the snippet keeps.
    work: (session: any) => Result,
  ): Promise<Awaited<Result>> {
    const headers = new Headers();
    const session = await getSession(this.request("https://example.com/"), headers);
    const result = await work(session);
    this.receive(headers);
    return result;
  }

  request(url: string, init: RequestInit = {}): Request {
    const headers = new Headers(init.headers);
    headers.set("cookie", this.header);
    return new Request(url, { ...init, headers });
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  receive(headers: Headers): void {
    this.setCookies = headers.getSetCookie();
    for (const line of this.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/Max-Age=0/i.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
  }
}

/** Saves, and reads back with the next request. */
export async function keeps(getSession: Module["getSession"], data: object): Promise<Visitor> {
  const visitor = new Visitor();
  await visitor.visit(getSession, (session) => {
    Object.assign(session.data, data);
    return session.save();
  });
  expect(await visitor.visit(getSession, (session) => session.data)).toEqual(data);
  return visitor;
}
