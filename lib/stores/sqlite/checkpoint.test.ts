import { afterEach, describe, expect, it, vi } from "vitest";
import { StoreUnavailableError } from "../../errors.ts";
import { record } from "../../testing/contract/subject.ts";
import { countingWrites } from "./checkpoint.ts";
import { scratchPath } from "./scratch.testing.ts";
import { acquire, release, type SharedDatabase, withConnection } from "./shared.ts";
import { save } from "./writes.ts";

/** SQLITE_FULL, as the store reports it. A disk of its own to fill up would take a privileged mount. */
const full = new StoreUnavailableError("the disk is full", {
  cause: Object.assign(new Error("database or disk is full"), { errcode: 13 }),
});

describe("a write for which the disk has no room", () => {
  let shared: SharedDatabase | undefined;
  afterEach(async () => {
    await shared?.merge?.settled;
    if (shared) release(shared);
    shared = undefined;
  });
  const write = (database: SharedDatabase, key: string) =>
    countingWrites(database, () =>
      withConnection(database, "write", (connection) => save(connection, key, record(), undefined)),
    );

  it("is done again after a merge, which makes room in the log", async () => {
    shared = acquire(scratchPath(), 2000);
    await write(shared, "k");
    const failing = vi.fn().mockImplementationOnce(() => {
      throw full;
    });
    failing.mockReturnValue("written");
    const written = countingWrites(shared, failing);
    const merged = shared.merge?.answer;
    expect(await written).toBe("written");
    expect(failing).toHaveBeenCalledTimes(2);
    expect(await merged).toBe(true);
  });

  it("fails when there is no room after it either, and then at once until a write succeeds", async () => {
    shared = acquire(scratchPath(), 2000);
    await write(shared, "k");
    const failing = () => {
      throw full;
    };
    await expect(countingWrites(shared, failing)).rejects.toBe(full);
    await vi.waitUntil(() => shared?.merge === undefined);
    const database = shared;
    expect(() => countingWrites(database, failing)).toThrow(full);
    expect(shared.merge).toBeUndefined();
    await write(shared, "k");
    const again = countingWrites(shared, failing);
    expect(shared.merge).toBeDefined();
    await expect(again).rejects.toBe(full);
  });

  it("fails at once with whatever else went wrong", async () => {
    shared = acquire(scratchPath(), 2000);
    await write(shared, "k");
    const database = shared;
    const broken = new StoreUnavailableError("broken", {
      cause: Object.assign(new Error(), { errcode: 10 }),
    });
    expect(() =>
      countingWrites(database, () => {
        throw broken;
      }),
    ).toThrow(broken);
    expect(shared.merge).toBeUndefined();
  });
});
