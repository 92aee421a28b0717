import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ConfigError } from "../errors.ts";
import { record } from "../testing/contract/subject.ts";
import { resolveStore } from "./kind.ts";

function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "next-beaker-kind-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe("type and dataDir", () => {
  it.each([
    [{ type: "file" }, "file", "sessions"],
    [{ type: "sqlite" }, "sqlite", "sessions.db"],
    [{}, "sqlite", "sessions.db"],
  ])("%j with dataDir keeps its files there", async (options, name, file) => {
    const dataDir = join(scratch(), "data");
    const store = resolveStore({ ...options, dataDir }, "cookie");
    expect(store?.name).toBe(name);
    expect(existsSync(dataDir)).toBe(false);
    await store?.set("k", record());
    expect(readdirSync(dataDir)).toContain(file);
    await store?.close?.();
  });

  it.each(["file", "sqlite"])("%s asks for dataDir", (type) => {
    expect(() => resolveStore({ type }, "cookie")).toThrow(ConfigError);
    expect(() => resolveStore({ type }, "cookie")).toThrow(new RegExp(`type: "${type}" needs dataDir`));
  });

  it.each(["memory", "cookie"])("%s takes none", (type) => {
    expect(() => resolveStore({ type, dataDir: "x" }, "cookie")).toThrow(/"sqlite" or "file"/);
  });

  it("names the kinds that there are", () => {
    expect(() => resolveStore({ type: "fil" }, "cookie")).toThrow(/cookie.*memory.*file.*sqlite/);
  });
});

describe("the warning that sessions are kept in memory", () => {
  it.each<[string | undefined, object, number]>([
    ["production", {}, 1],
    ["production", { type: "memory" }, 0],
    ["development", {}, 0],
    ["test", {}, 0],
    [undefined, {}, 0],
  ])("with NODE_ENV %s and %j comes %d times in a process", (environment, options, times) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.stubEnv("NODE_ENV", environment);
    const flags = globalThis as Record<symbol, unknown>;
    const warned = Symbol.for("next-beaker.memory-warning");
    delete flags[warned];
    onTestFinished(() => {
      delete flags[warned];
      vi.unstubAllEnvs();
      warn.mockRestore();
    });
    for (const key of ["one cookie", "another"]) resolveStore(options, key);
    expect(warn).toHaveBeenCalledTimes(times);
  });
});
