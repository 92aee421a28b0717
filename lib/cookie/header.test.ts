import fc from "fast-check";
import { NextRequest } from "next/server.js";
import { describe, expect, test } from "vitest";
import { formatSetCookie, readCookie, withoutSetCookie } from "./header.ts";
import type { CookieAttributes } from "./jar.ts";

const NAME = "beaker.session.id";

describe("readCookie", () => {
  test.each<[string, string | null | undefined, string | undefined]>([
    ["no header", null, undefined],
    ["an absent header", undefined, undefined],
    ["an empty header", "", undefined],
    ["only our cookie", `${NAME}=v`, "v"],
    ["others around it", `a=1; ${NAME}=v; b=2`, "v"],
    ["no space after the semicolon", `a=1;${NAME}=v`, "v"],
    ["space around name and value", `a=1;   ${NAME} = v  `, "v"],
    ["tabs around name and value", `a=1;\t${NAME}\t=\tv\t`, "v"],
    // What `String.trim` takes besides: a browser keeps such a name apart from ours, and lets any subdomain set it.
    ...["\u00a0", "\v", "\f", "\ufeff", "\u2003", "\u0085"].flatMap(
      (blank): [string, string, undefined][] => [
        [`${JSON.stringify(blank)} before the name`, `${blank}${NAME}=v`, undefined],
        [`${JSON.stringify(blank)} behind the name`, `a=1; ${NAME}${blank}=v`, undefined],
      ],
    ),
    ["equals signs in the value", `${NAME}=a=b==`, "a=b=="],
    ["quotes around the value", `${NAME}="v"`, "v"],
    ["a lone quote", `${NAME}="`, '"'],
    ["an empty value", `${NAME}=; a=1`, undefined],
    ["an empty value in quotes", `${NAME}=""`, undefined],
    ["a name that ends like ours", `x${NAME}=v`, undefined],
    ["a name that begins like ours", `${NAME}.0=v`, undefined],
    ["a name in another case", `${NAME.toUpperCase()}=v`, undefined],
    ["doubled: the last one counts", `${NAME}=first; ${NAME}=last`, "last"],
    ["doubled, the last one empty", `${NAME}=first; ${NAME}=`, undefined],
    // beaker#231: a bare token made Python's parser drop everything behind it.
    ["a bare token in front", `null; ${NAME}=v`, "v"],
    ["foreign cookies of any shape", `;;=;=x;"; a b=c; ${NAME}=v; \u00e9=\u20ac`, "v"],
    ["our name as another's value", `a=${NAME}=v`, undefined],
  ])("%s", (_, header, expected) => {
    expect(readCookie(header, NAME)).toBe(expected);
  });

  test("never throws, whatever was sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => {
        readCookie(header, NAME);
      }),
    );
  });

  test("finds ours among any others, just where Next.js finds it", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);
    const others = fc.array(fc.tuple(token, token), { maxLength: 5 });
    fc.assert(
      fc.property(others, token, others, (before, value, after) => {
        const pairs = [...before, [NAME, value], ...after].map(([name, value]) => `${name}=${value}`);
        const header = pairs.join("; ");
        const request = new NextRequest("https://example.com/", { headers: { cookie: header } });
        expect(readCookie(header, NAME)).toBe(value);
        expect(request.cookies.get(NAME)?.value).toBe(value);
      }),
    );
  });
});

describe("formatSetCookie", () => {
  test.each<[CookieAttributes, string]>([
    [{}, "n=v"],
    [
      { path: "/", httpOnly: true, secure: true, sameSite: "lax" },
      "n=v; Path=/; HttpOnly; Secure; SameSite=Lax",
    ],
    [{ httpOnly: false, secure: false, partitioned: false }, "n=v"],
    [{ maxAge: 0 }, "n=v; Max-Age=0"],
    [{ maxAge: 60.9 }, "n=v; Max-Age=60"],
    // beaker 1.11: the date was once localised.
    [{ expires: new Date("2028-02-29T23:59:59Z") }, "n=v; Expires=Tue, 29 Feb 2028 23:59:59 GMT"],
    [{ domain: "example.com", path: "/app" }, "n=v; Domain=example.com; Path=/app"],
    [{ secure: true, partitioned: true, sameSite: "none" }, "n=v; Secure; Partitioned; SameSite=None"],
    [{ sameSite: "strict", priority: "high" }, "n=v; SameSite=Strict; Priority=High"],
  ])("of %j", (attributes, line) => {
    expect(formatSetCookie("n", "v", attributes)).toBe(line);
  });
});

describe("withoutSetCookie", () => {
  test("drops the line of that name and no other", () => {
    const lines = ["n=1; Path=/", "nn=2", "n.0=3", "a=n=4", "N=5"];
    expect(withoutSetCookie(lines, "n")).toEqual(lines.slice(1));
  });
});
