import type { ResponseCookie } from "next/dist/compiled/@edge-runtime/cookies";
import { describe, expect, it } from "vitest";
import { fakeClock } from "./clock.ts";
import { type FakeCookieOptions, fakeCookies } from "./fake-cookies.ts";

/** iron-session's, to the letter. */
interface CookieStore {
  get(name: string): { name: string; value: string } | undefined;
  getAll?(): { name: string; value: string }[];
  set(name: string, value: string, options: Partial<ResponseCookie>): unknown;
}

describe("fakeCookies", () => {
  it("has the shape of a cookie store", () => {
    const store: CookieStore = fakeCookies({ a: "1" });
    expect(store.get("a")).toEqual({ name: "a", value: "1" });
    expect(store.get("b")).toBeUndefined();
    expect(store.getAll?.()).toEqual([{ name: "a", value: "1" }]);
  });

  it("reads its own writes and records them", () => {
    const cookies = fakeCookies({ a: "1" });
    cookies.set("a", "2", { maxAge: 60 });
    cookies.set("b", "3");
    expect(cookies.getAll()).toEqual([
      { name: "a", value: "2" },
      { name: "b", value: "3" },
    ]);
    expect(cookies.writes).toEqual([
      { name: "a", value: "2", options: { maxAge: 60 } },
      { name: "b", value: "3", options: {} },
    ]);
  });

  it.each<FakeCookieOptions>([
    { maxAge: 0 },
    { maxAge: -1 },
    { expires: new Date(0) },
    { expires: 1 },
    { maxAge: 0, expires: new Date(8e15) },
  ])("deletes by %j", (options) => {
    const cookies = fakeCookies({ a: "1" });
    cookies.set("a", "", options);
    expect(cookies.get("a")).toBeUndefined();
    expect(cookies.nextRequest().getAll()).toEqual([]);
    expect(cookies.writes).toHaveLength(1);
  });

  it("throws Next's error while read-only, and records nothing", () => {
    const cookies = fakeCookies();
    cookies.readonly = true;
    expect(() => cookies.set("a", "1")).toThrow(
      "Cookies can only be modified in a Server Action or Route Handler. Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options",
    );
    expect(cookies.writes).toEqual([]);
  });

  it("sends in the next request what a browser kept", () => {
    const cookies = fakeCookies({ kept: "1" });
    cookies.set("new", "2", { path: "/", sameSite: "lax" });
    cookies.set("__Host-good", "3", { secure: true, path: "/" });
    cookies.set("fits", "x".repeat(4092));
    cookies.set("__Host-plain", "4", { path: "/" });
    cookies.set("__Host-domain", "4", { secure: true, domain: "a.example" });
    cookies.set("__Host-path", "4", { secure: true, path: "/admin" });
    cookies.set("__Secure-plain", "4");
    cookies.set("none", "4", { sameSite: "none" });
    cookies.set("kept", "x".repeat(4093));
    const next = cookies.nextRequest();
    expect(next.getAll().map(({ name }) => name)).toEqual(["kept", "new", "__Host-good", "fits"]);
    expect(next.get("kept")?.value).toBe("1");
    expect(next.writes).toEqual([]);
  });

  it("forgets by the given clock", () => {
    const clock = fakeClock();
    const cookies = fakeCookies({}, { clock });
    cookies.set("a", "1", { maxAge: 60 });
    cookies.set("b", "1", { expires: new Date(clock() + 120_000) });
    cookies.set("c", "1");
    const names = () =>
      cookies
        .nextRequest()
        .nextRequest()
        .getAll()
        .map(({ name }) => name);
    clock.advance(59);
    expect(names()).toEqual(["a", "b", "c"]);
    clock.advance(1);
    expect(names()).toEqual(["b", "c"]);
    clock.advance(60);
    expect(names()).toEqual(["c"]);
  });
});
