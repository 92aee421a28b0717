import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest, NextResponse } from "next/server.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { ReadonlySessionError } from "../errors.ts";
import { fakeCookies } from "../testing/fake-cookies.ts";
import type { CookieAttributes, CookieJar } from "./jar.ts";
import { FetchJar, NextJar, NodeJar, StoreJar } from "./jars.ts";

const url = "https://example.com/";
const ATTRIBUTES: CookieAttributes = { path: "/", httpOnly: true, sameSite: "lax" };
const EXPIRED: CookieAttributes = { ...ATTRIBUTES, maxAge: 0 };
const withCookie = (cookie: string) => ({ headers: { cookie } });

interface Rig {
  jar: CookieJar;
  /** The `Set-Cookie` lines of the answer, with the application's own. */
  lines(): string[];
}

const rigs: Array<[string, (cookie: string) => Rig]> = [
  [
    "Request and Response",
    (cookie) => {
      const response = new Response();
      response.headers.append("set-cookie", "app=1; Path=/");
      return {
        jar: new FetchJar(new Request(url, withCookie(cookie)), response),
        lines: () => response.headers.getSetCookie(),
      };
    },
  ],
  [
    "Request and Headers",
    (cookie) => {
      const headers = new Headers([["set-cookie", "app=1; Path=/"]]);
      return {
        jar: new FetchJar(new Request(url, withCookie(cookie)), headers),
        lines: () => headers.getSetCookie(),
      };
    },
  ],
  [
    "NextRequest and NextResponse",
    (cookie) => {
      const response = NextResponse.next();
      response.headers.append("set-cookie", "app=1; Path=/");
      return {
        jar: new NextJar(new NextRequest(url, withCookie(cookie)), response),
        lines: () => response.headers.getSetCookie(),
      };
    },
  ],
  [
    "NextRequest and a redirect",
    (cookie) => {
      const response = NextResponse.redirect(url);
      response.cookies.set("app", "1", { path: "/" });
      return {
        jar: new NextJar(new NextRequest(url, withCookie(cookie)), response),
        lines: () => response.headers.getSetCookie(),
      };
    },
  ],
];

describe.each(rigs)("a jar over %s", (_, rig) => {
  test("reads what the request brought", () => {
    const { jar, lines } = rig("a=1; n=v; b=2");
    expect(jar.get("n")).toBe("v");
    expect(jar.get("absent")).toBeUndefined();
    expect(lines()).toEqual(["app=1; Path=/"]);
  });

  test("takes an empty cookie for none", () => {
    expect(rig("n=").jar.get("n")).toBeUndefined();
  });

  test("reads its own writes, and sends only the last of one name", () => {
    const { jar, lines } = rig("n=old");
    jar.set("n", "first", ATTRIBUTES);
    expect(jar.get("n")).toBe("first");
    jar.set("n", "second", ATTRIBUTES);
    expect(jar.get("n")).toBe("second");
    expect(lines().filter((line) => line.startsWith("n="))).toHaveLength(1);
    expect(lines().find((line) => line.startsWith("n="))).toMatch(/^n=second; Path=\/.*HttpOnly/);
  });

  test("forgets what it expired", () => {
    const { jar, lines } = rig("n=old");
    jar.set("n", "", EXPIRED);
    expect(jar.get("n")).toBeUndefined();
    expect(lines().some((line) => /^n=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/.test(line))).toBe(true);
    jar.set("n", "back", ATTRIBUTES);
    expect(jar.get("n")).toBe("back");
  });

  // next.js: `NextResponse.cookies.set` rebuilds all lines from those it knows.
  test("keeps the application's own cookies, before and after", () => {
    const { jar, lines } = rig("n=old");
    jar.set("n", "new", ATTRIBUTES);
    jar.set("n.0", "part", ATTRIBUTES);
    expect(
      lines()
        .map((line) => line.slice(0, line.indexOf("=")))
        .toSorted(),
    ).toEqual(["app", "n", "n.0"]);
  });
});

describe("a jar over NextRequest", () => {
  test("shows what was set to everything that reads the request afterwards", () => {
    const request = new NextRequest(url, withCookie("n=old; other=1"));
    const jar = new NextJar(request, NextResponse.next());
    jar.set("n", "new", ATTRIBUTES);
    expect(request.headers.get("cookie")).toBe("n=new; other=1");
    jar.set("n", "", EXPIRED);
    expect(request.headers.get("cookie")).toBe("other=1");
  });
});

describe("a jar whose response cannot be changed", () => {
  test("is read-only over Response.redirect(), and says so in our words", () => {
    const jar = new FetchJar(new Request(url, withCookie("n=v")), Response.redirect(url));
    expect(jar.get("n")).toBe("v");
    expect(() => jar.set("n", "new", ATTRIBUTES)).toThrow(ReadonlySessionError);
    expect(jar.get("n")).toBe("v");
  });
});

describe("a jar over a cookie store", () => {
  test("reads and writes through it", () => {
    const cookies = fakeCookies({ n: "v", empty: "" });
    const jar = new StoreJar(cookies);
    expect([jar.get("n"), jar.get("empty"), jar.get("absent")]).toEqual(["v", undefined, undefined]);
    jar.set("n", "new", ATTRIBUTES);
    expect(cookies.writes).toEqual([{ name: "n", value: "new", options: ATTRIBUTES }]);
  });

  test("turns Next's refusal into our error, with Next's as the cause", () => {
    const cookies = fakeCookies();
    cookies.readonly = true;
    const jar = new StoreJar(cookies);
    expect(() => jar.set("n", "v", ATTRIBUTES)).toThrow(ReadonlySessionError);
    expect(() => jar.set("n", "v", ATTRIBUTES)).toThrow(
      expect.objectContaining({
        code: "ERR_READONLY",
        cause: expect.objectContaining({ message: expect.stringContaining("Cookies can only") }),
      }),
    );
  });

  test.each(["get", "set"] as const)("lets any other error of %s through untouched", (method) => {
    const error = new Error("NEXT_SOMETHING");
    const store = { ...fakeCookies(), [method]: () => { throw error; } }; // biome-ignore format: one line
    const jar = new StoreJar(store);
    expect(() => (method === "get" ? jar.get("n") : jar.set("n", "v", ATTRIBUTES))).toThrow(error);
  });
});

describe("a jar over Node's request and response, through a socket", () => {
  async function serve(
    cookie: string | string[],
    work: (jar: NodeJar, response: ServerResponse, request: IncomingMessage) => void,
  ) {
    let failure: unknown;
    const server = createServer((request, response) => {
      try {
        work(new NodeJar(request, response), response, request);
      } catch (error) {
        failure = error;
      }
      response.end();
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0), "listening");
    const { port } = server.address() as AddressInfo;
    const client = httpRequest({ port, headers: { cookie: cookie as string } });
    const [answer] = (await once(client.end(), "response")) as [IncomingMessage];
    answer.resume();
    if (failure) throw failure;
    return answer.headers["set-cookie"] ?? [];
  }

  test("reads, reads its own writes, and sends each name once beside the application's own", async () => {
    const lines = await serve("a=1; n=v", (jar, response) => {
      response.setHeader("set-cookie", "app=1");
      expect(jar.get("n")).toBe("v");
      jar.set("n", "first", ATTRIBUTES);
      jar.set("n", "second", ATTRIBUTES);
      response.appendHeader("set-cookie", "late=1");
      jar.set("n.0", "part", ATTRIBUTES);
      expect(jar.get("n")).toBe("second");
    });
    expect(lines).toEqual([
      "app=1",
      "n=second; Path=/; HttpOnly; SameSite=Lax",
      "late=1",
      "n.0=part; Path=/; HttpOnly; SameSite=Lax",
    ]);
  });

  test("takes the last of doubled headers", async () => {
    await serve(["n=first", "n=last"], (jar) => expect(jar.get("n")).toBe("last"));
  });

  test("is read-only once the headers are sent", async () => {
    const sent = serve("n=v", (jar, response) => {
      response.flushHeaders();
      jar.set("n", "new", ATTRIBUTES);
    });
    await expect(sent).rejects.toThrow(ReadonlySessionError);
  });
});
