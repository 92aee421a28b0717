import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { NextRequest, NextResponse } from "next/server.js";
import { describe, expect, test } from "vitest";
import { fakeCookies } from "../testing/fake-cookies.ts";
import { FetchJar, NextJar, NodeJar, StoreJar } from "./jars.ts";
import { openJar } from "./open-jar.ts";

const url = "https://example.com/";
const incoming = new IncomingMessage(new Socket());

describe("openJar", () => {
  test.each<[string, unknown, unknown, abstract new (...args: never[]) => unknown]>([
    ["a cookie store", fakeCookies(), undefined, StoreJar],
    ["NextRequest and NextResponse", new NextRequest(url), NextResponse.next(), NextJar],
    ["NextRequest and NextResponse.redirect", new NextRequest(url), NextResponse.redirect(url), NextJar],
    ["NextRequest and a plain Response", new NextRequest(url), new Response(), FetchJar],
    ["Request and Response", new Request(url), new Response(), FetchJar],
    ["Request and Headers", new Request(url), new Headers(), FetchJar],
    ["Request and NextResponse", new Request(url), NextResponse.next(), FetchJar],
    ["Node's request and response", incoming, new ServerResponse(incoming), NodeJar],
    [
      "NextApiRequest and its response",
      Object.assign(new IncomingMessage(new Socket()), { cookies: { set: "x" } }),
      new ServerResponse(incoming),
      NodeJar,
    ],
  ])("takes %s", (_, first, second, kind) => {
    expect(openJar(first, second)).toBeInstanceOf(kind);
  });

  test("gives a jar back as it is", () => {
    const jar = new StoreJar(fakeCookies());
    expect(openJar(jar, undefined)).toBe(jar);
  });

  test.each<[string, unknown, unknown]>([
    ["null", null, undefined],
    ["a string", "cookie=1", undefined],
    ["a number", 5, 5],
    ["an empty object", {}, undefined],
    ["a request without its response", new Request(url), undefined],
    ["a NextRequest without its response", new NextRequest(url), undefined],
    ["headers alone", new Headers(), undefined],
    ["a request and nothing", new Request(url), null],
    ["a request and something else", new Request(url), {}],
    ["two requests", new Request(url), new Request(url)],
    ["Node's request with a fetch response", incoming, new Response()],
    ["a fetch request with Node's response", new Request(url), new ServerResponse(incoming)],
    ["a promise of cookies", Promise.resolve(fakeCookies()), undefined],
  ])("refuses %s and says what it takes", (_, first, second) => {
    expect(() => openJar(first, second)).toThrow(TypeError);
    expect(() => openJar(first, second)).toThrow("NextRequest and NextResponse");
  });
});
