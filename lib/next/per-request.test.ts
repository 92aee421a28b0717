import { describe, expect, test } from "vitest";
import { PerRequest } from "./per-request.ts";

describe("PerRequest", () => {
  test("gives each object the value that was kept for it", () => {
    const values = new PerRequest<{ n: number }>();
    const [a, b] = [{}, {}];
    values.set(a, { n: 1 });
    values.set(b, { n: 2 });
    values.set(a, { n: 3 });
    expect([values.get(a), values.get(b), values.get({})]).toEqual([{ n: 3 }, { n: 2 }, undefined]);
  });

  test("leaves nothing that shows on the object", () => {
    const request = { url: "/" };
    new PerRequest<object>().set(request, {});
    expect(JSON.stringify(request)).toBe('{"url":"/"}');
    expect(Object.getOwnPropertySymbols({ ...request })).toEqual([]);
    expect(request).toEqual({ url: "/" });
  });

  test("does not take an object for the one that it inherits from, or whose properties it has", () => {
    const values = new PerRequest<object>();
    const request = {};
    values.set(request, {});
    const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(request));
    expect([values.get(Object.create(request)), values.get(copy)]).toEqual([undefined, undefined]);
  });

  test("keeps two apart over one object", () => {
    const [one, other] = [new PerRequest<{ n: number }>(), new PerRequest<{ n: number }>()];
    const request = {};
    one.set(request, { n: 1 });
    other.set(request, { n: 2 });
    expect([one.get(request), other.get(request)]).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test.each([
    ["frozen", Object.freeze({})],
    ["behind a proxy that takes no property", new Proxy({}, { defineProperty: () => false })],
  ])("keeps one for an object that is %s", (_, request) => {
    const values = new PerRequest<{ n: number }>();
    values.set(request, { n: 1 });
    values.set(request, { n: 2 });
    expect(values.get(request)).toEqual({ n: 2 });
  });

  test("knows a proxy by itself, as it is what the request is known by", () => {
    const values = new PerRequest<{ n: number }>();
    const target = {};
    const sealed = new Proxy(target, {});
    values.set(sealed, { n: 1 });
    expect([values.get(sealed), values.get(target)]).toEqual([{ n: 1 }, undefined]);
  });
});
