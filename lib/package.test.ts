import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import build from "../tsdown.config.ts";

const root = new URL("../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const entries = build.entry as string[];

/** Every file that package.json promises, under whatever condition. */
function promised(targets: unknown): string[] {
  if (typeof targets === "string") return [targets];
  return Object.values(targets as Record<string, unknown>).flatMap(promised);
}

describe("package.json", () => {
  const files = [...new Set(promised({ ...manifest.exports, ...manifest.imports }))];

  it.each(files.filter((file) => file.startsWith("./dist/")))("%s is built", (file) => {
    const source = file.replace("./dist/", "lib/").replace(/\.d\.ts$|\.js$/, ".ts");
    expect(entries).toContain(source);
    expect(existsSync(new URL(source, root))).toBe(true);
  });

  it("promises nothing outside dist but itself", () => {
    expect(files.filter((file) => !file.startsWith("./dist/"))).toEqual(["./package.json"]);
  });

  it.each([
    [["browser"], "next-beaker runs on servers only"],
    [["edge-light", "browser"], "function"],
    [["workerd", "browser"], "function"],
    [[], "function"],
  ])("gives those who import it with the conditions %j: %s", (conditions, said) => {
    const script = 'import("next-beaker").then((all) => console.log(typeof all.createSessions), console.log)';
    const flags = conditions.flatMap((condition) => ["--conditions", condition]);
    const { stdout } = spawnSync(process.execPath, [...flags, "--eval", script], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stdout).toContain(said);
  });

  it("shows nobody what is internal", () => {
    const types = readFileSync(new URL("dist/index.d.ts", root), "utf8");
    expect(types).toContain("class Session<");
    expect(types).not.toMatch(/engineOf|@internal/);
  });

  it("names types first: TypeScript takes the first condition that fits", () => {
    for (const target of Object.values({ ...manifest.exports, ...manifest.imports })) {
      if (typeof target === "string") continue;
      expect(Object.keys(target as object)[0]).toBe("types");
      expect(Object.keys(target as object).at(-1)).toBe("default");
    }
  });
});
