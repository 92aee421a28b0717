import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { StoreUnavailableError } from "../../errors.ts";
import { scratchPath } from "../sqlite/scratch.testing.ts";
import { exclusively } from "./hold.ts";
import { Layout, type Place } from "./layout.ts";

// Evaluated again with all that it imports, it takes no turns with the first: to it, the first is another process.
vi.resetModules();
const other: typeof import("./hold.ts") = await import("./hold.ts");

function scene(): { layout: Layout; place: Place; read: () => string | undefined } {
  const layout = new Layout(scratchPath("sessions"));
  const place = layout.of("k");
  mkdirSync(place.folder, { recursive: true });
  const read = () => (existsSync(place.record) ? readFileSync(place.record, "utf8") : undefined);
  return { layout, place, read };
}

const draft = (text: string) => ({ text, durable: false });
const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const nothingLeft = ({ layout, place }: { layout: Layout; place: Place }) =>
  !existsSync(place.lock) && readdirSync(layout.staging).length === 0;

/** A gate that is opened from outside. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe("exclusively", () => {
  it("lets a holder that wakes up late change nothing: it begins again with what is there by then", async () => {
    const { layout, place, read } = scene();
    const [seen, wake] = [[] as unknown[], gate()];
    const late = exclusively(layout, place, draft("late"), async (hold) => {
      seen.push(read());
      if (seen.length === 1) await wake.opened;
      await hold.install(place.record);
    });
    await delay(50);
    const startedAt = performance.now();
    await other.exclusively(layout, place, draft("second"), (hold) => hold.install(place.record));
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(read()).toBe("second");
    wake.open();
    await late;
    expect(seen).toEqual([undefined, "second"]);
    expect(read()).toBe("late");
    expect(nothingLeft({ layout, place })).toBe(true);
  });

  it("lets a remover that wakes up late remove nothing of what came meanwhile", async () => {
    const { layout, place, read } = scene();
    writeFileSync(place.record, "first");
    const [seen, wake] = [[] as unknown[], gate()];
    const late = exclusively(layout, place, undefined, async (hold) => {
      seen.push(read());
      if (seen.length > 1) return false;
      await wake.opened;
      return hold.remove(place.record);
    });
    await delay(50);
    await other.exclusively(layout, place, draft("second"), (hold) => hold.install(place.record));
    wake.open();
    expect(await late).toBe(false);
    expect(seen).toEqual(["first", "second"]);
    expect(read()).toBe("second");
    expect(nothingLeft({ layout, place })).toBe(true);
  });

  it("lets a late holder leave the next one's hold alone", async () => {
    const { layout, place } = scene();
    const [first, second] = [gate(), gate()];
    let tries = 0;
    const late = exclusively(layout, place, undefined, async () => {
      if (++tries === 1) await first.opened;
    });
    await delay(50);
    const next = other.exclusively(layout, place, draft("next"), async (hold) => {
      first.open();
      await late;
      expect(readdirSync(place.lock)).toHaveLength(1);
      second.open();
      await hold.install(place.record);
    });
    await Promise.all([next, second.opened]);
    expect(readFileSync(place.record, "utf8")).toBe("next");
  });

  it("takes over from a holder that was killed, whatever it was about to do", async () => {
    for (const left of ["a draft", "an empty entry", "a removed file", "no entry"]) {
      const { layout, place, read } = scene();
      mkdirSync(place.lock);
      const entry = join(place.lock, "killed");
      if (left === "a draft") writeFileSync(entry, "half of it");
      else if (left !== "no entry") mkdirSync(entry);
      if (left === "a removed file") writeFileSync(join(entry, "old0"), "");
      await exclusively(layout, place, draft("next"), (hold) => hold.install(place.record));
      expect(read()).toBe("next");
      expect(nothingLeft({ layout, place })).toBe(true);
    }
  });

  it("prepares anew what was tidied away before it was used", async () => {
    const { layout, place, read } = scene();
    const blocked = gate();
    const first = other.exclusively(layout, place, undefined, () => blocked.opened);
    await delay(30);
    const second = exclusively(layout, place, draft("second"), (hold) => hold.install(place.record));
    await delay(30);
    const { rmSync } = await import("node:fs");
    rmSync(layout.staging, { recursive: true });
    blocked.open();
    await Promise.all([first, second]);
    expect(read()).toBe("second");
  });

  it("closes what it prepares to others, whatever the umask", async () => {
    const { layout, place } = scene();
    const before = process.umask(0);
    onTestFinished(() => void process.umask(before));
    const modes: number[][] = [];
    for (const each of [undefined, draft(""), undefined, draft("")]) {
      await exclusively(layout, place, each, async () => {
        const inside = join(place.lock, readdirSync(place.lock)[0] ?? "");
        modes.push([layout.staging, place.lock, inside].map((path) => statSync(path).mode & 0o777));
      });
    }
    const [bin, file] = [
      [0o700, 0o700, 0o700],
      [0o700, 0o700, 0o600],
    ];
    expect(modes).toEqual([bin, file, bin, file]);
  });

  it("lets go when the work fails", async () => {
    const { layout, place, read } = scene();
    const failing = exclusively(layout, place, draft("never"), async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(read()).toBeUndefined();
    expect(nothingLeft({ layout, place })).toBe(true);
  });

  it("gives up in words when others never wait", async () => {
    const { layout, place } = scene();
    const hopeless = exclusively(layout, place, draft("never"), async (hold) => {
      await other.breakHold(place.lock);
      await hold.install(place.record);
    });
    await expect(hopeless).rejects.toThrow(StoreUnavailableError);
    await expect(hopeless).rejects.toThrow(/^file store \/.*10 times.*overloaded/);
    expect(nothingLeft({ layout, place })).toBe(true);
  });
});
