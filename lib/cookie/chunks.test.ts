import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fakeCookies } from "../testing/fake-cookies.ts";
import {
  expireChunks,
  MAX_CHUNKS,
  MAX_COOKIE_BYTES,
  measureChunks,
  readChunks,
  writeChunks,
} from "./chunks.ts";
import { StoreJar } from "./jars.ts";

const NAME = "beaker.session.id";
const ATTRIBUTES = { path: "/app", domain: "example.com", secure: true, expires: new Date(8e14) };
const WHOLE = MAX_COOKIE_BYTES - NAME.length;
const CAPACITY = WHOLE - 2;

function jarOf(initial: Record<string, string> = {}) {
  const cookies = fakeCookies(initial);
  return { cookies, jar: new StoreJar(cookies) };
}

const names = (cookies: ReturnType<typeof fakeCookies>) => cookies.getAll().map(({ name }) => name);

describe("a value in chunks", () => {
  test("comes back, in cookies that browsers keep, whatever was there before", () => {
    const value = (max: number) =>
      fc.stringMatching(/^[A-Za-z0-9_-]$/).chain((letter) => fc.nat(max).map((n) => letter.repeat(n + 1)));
    fc.assert(
      fc.property(value(4 * CAPACITY - 1), value(4 * CAPACITY - 1), (before, after) => {
        const { cookies, jar } = jarOf();
        for (const text of [before, after]) {
          writeChunks(jar, NAME, text, ATTRIBUTES);
          expect(readChunks(jar, NAME)).toBe(text);
        }
        // nextRequest drops what is over 4096 bytes, as browsers do.
        expect(readChunks(new StoreJar(cookies.nextRequest()), NAME)).toBe(after);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    [1, [NAME]],
    [WHOLE, [NAME]],
    [WHOLE + 1, [`${NAME}.0`, `${NAME}.1`]],
    [2 * CAPACITY, [`${NAME}.0`, `${NAME}.1`]],
    [2 * CAPACITY + 1, [`${NAME}.0`, `${NAME}.1`, `${NAME}.2`]],
    [4 * CAPACITY, [`${NAME}.0`, `${NAME}.1`, `${NAME}.2`, `${NAME}.3`]],
  ])("of %d bytes takes %j", (length, expected) => {
    const { cookies, jar } = jarOf();
    writeChunks(jar, NAME, "x".repeat(length), ATTRIBUTES);
    expect(names(cookies)).toEqual(expected);
    expect(cookies.writes.map(({ options }) => options)).toEqual(expected.map(() => ATTRIBUTES));
  });

  test("that shrinks expires what it leaves behind, and nothing that is not there", () => {
    const { cookies, jar } = jarOf();
    writeChunks(jar, NAME, "x".repeat(3 * CAPACITY), ATTRIBUTES);
    cookies.writes.length = 0;
    writeChunks(jar, NAME, "short", ATTRIBUTES);
    expect(cookies.writes.map(({ name, options }) => [name, options.maxAge])).toEqual([
      [NAME, undefined],
      [`${NAME}.0`, 0],
      [`${NAME}.1`, 0],
      [`${NAME}.2`, 0],
    ]);
    expect(names(cookies)).toEqual([NAME]);
  });

  // litestar#3441: the old whole cookie stayed, and went before the new chunks.
  test("that grows out of one cookie expires that one", () => {
    const { cookies, jar } = jarOf({ [NAME]: "old" });
    writeChunks(jar, NAME, "y".repeat(WHOLE + 1), ATTRIBUTES);
    expect(names(cookies)).toEqual([`${NAME}.0`, `${NAME}.1`]);
    expect(readChunks(jar, NAME)).toBe("y".repeat(WHOLE + 1));
  });

  test("never picks up cookies whose names only look like its own", () => {
    const { jar } = jarOf({
      [`${NAME}.4`]: "a",
      [`${NAME}.00`]: "b",
      [`${NAME}.x`]: "c",
      [`${NAME}.-1`]: "d",
      [`${NAME}0`]: "e",
    });
    expect(readChunks(jar, NAME)).toBeUndefined();
    expireChunks(jar, NAME, ATTRIBUTES);
    expect(jar.get(`${NAME}.4`)).toBe("a");
  });

  test("is read up to the first gap", () => {
    const { jar } = jarOf({ [`${NAME}.0`]: "a", [`${NAME}.2`]: "c" });
    expect(readChunks(jar, NAME)).toBe("a");
    expect(readChunks(jarOf({ [`${NAME}.1`]: "b" }).jar, NAME)).toBeUndefined();
  });
});

describe("measureChunks", () => {
  test("allows just what fits: the limit is kept by every cookie, and one byte more is over it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 * CAPACITY }),
        fc.integer({ min: 1, max: MAX_CHUNKS }),
        (length, chunks) => {
          const value = "x".repeat(length);
          const { bytes, limit } = measureChunks(NAME, value, chunks);
          const { cookies, jar } = jarOf();
          writeChunks(jar, NAME, value, ATTRIBUTES);
          const taken = cookies.writes.length;
          const fits =
            taken <= chunks &&
            cookies.writes.every(({ name, value }) => name.length + value.length <= MAX_COOKIE_BYTES);
          expect(bytes <= limit).toBe(fits);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("tells the bytes of name and value together", () => {
    expect(measureChunks(NAME, "x".repeat(5000), 1)).toEqual({ bytes: 5000 + NAME.length, limit: 4096 });
    expect(measureChunks(NAME, "x".repeat(5000), 4)).toEqual({
      bytes: 5000 + 2 * (NAME.length + 2),
      limit: 16_384,
    });
  });
});

describe("expireChunks", () => {
  test("expires every piece, with the attributes by which a browser finds it", () => {
    const { cookies, jar } = jarOf({ [NAME]: "w", [`${NAME}.0`]: "a", [`${NAME}.3`]: "d", other: "1" });
    expireChunks(jar, NAME, ATTRIBUTES);
    expect(names(cookies)).toEqual(["other"]);
    expect(cookies.writes.map(({ options }) => options)).toEqual(
      Array(3).fill({ path: "/app", domain: "example.com", secure: true, maxAge: 0, expires: new Date(0) }),
    );
  });

  test("sends nothing where there is nothing", () => {
    const { cookies, jar } = jarOf({ other: "1" });
    expireChunks(jar, NAME, ATTRIBUTES);
    expect(cookies.writes).toEqual([]);
  });
});
