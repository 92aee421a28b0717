import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "../errors.ts";
import { within } from "./within.ts";

const later = <T>(milliseconds: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), milliseconds));

describe("within", () => {
  it("gives what the operation gives in time, and its own error", async () => {
    expect(await within(1000, "x", later(5, 1))).toBe(1);
    await expect(within(1000, "x", Promise.reject(new Error("own")))).rejects.toThrow("own");
  });

  it("gives up when the time is over, saying what did not answer", async () => {
    const never = within(20, 'The session store "x"', new Promise(() => {}));
    await expect(never).rejects.toThrow(StoreUnavailableError);
    await expect(never).rejects.toThrow('The session store "x" did not answer within 0.02 s');
  });

  it("hands a late result on, and swallows a late error", async () => {
    const late: number[] = [];
    const results = [later(40, 1), later(40, 0).then(() => Promise.reject(new Error("late")))] as const;
    for (const result of results) {
      await expect(within(10, "x", result, (value) => late.push(value))).rejects.toThrow("did not answer");
    }
    await later(60, 0);
    expect(late).toEqual([1]);
  });

  it("waits for as long as it takes without a limit", async () => {
    expect(await within(null, "x", later(20, 1))).toBe(1);
    expect(await within(undefined, "x", later(20, 2))).toBe(2);
  });
});
