import type { CookieExpires } from "../cookie/attributes.ts";
import type { Config, Limits } from "../options/config.ts";
import { checkedOverrides } from "./override-checks.ts";
import { limitsOf, type Meta, NO_META, type Overrides } from "./overrides.ts";

/** What one session has set for itself over the configuration, and what holds in the end. */
export class Settings {
  readonly #config: Config;
  /** As it is kept with the data. Equal text means nothing was set. */
  meta: Meta = NO_META;

  constructor(config: Config) {
    this.#config = config;
  }

  get limits(): Limits {
    return limitsOf(this.#config.limits, this.meta.timeout);
  }

  get timeout(): number | null {
    const { timeout } = this.limits;
    return timeout === null ? null : timeout / 1000;
  }

  get cookieExpires(): CookieExpires {
    return this.meta.cookieExpires ?? this.#config.cookieExpires;
  }

  get domain(): string | undefined {
    return this.meta.domain ?? this.#config.cookie.domain;
  }

  get path(): string {
    return this.meta.path ?? this.#config.cookie.path;
  }

  /**
   * undefined goes back to what is configured.
   *
   * @throws {ConfigError} for a value out of range.
   */
  set<Name extends keyof Overrides>(name: Name, value: Overrides[Name] | undefined): void {
    const { [name]: _, ...rest } = this.meta;
    this.meta =
      value === undefined ? rest : { ...rest, ...checkedOverrides(this.#config, { [name]: value }) };
  }

  /** What to write, given what the data was last stored with: its version never goes back. */
  toStore(stored: Meta): Meta {
    if (this.meta === NO_META && stored === NO_META && this.#config.version === 0) return NO_META;
    const { version: _, from: __, ...overrides } = { ...this.meta, ...kept(stored) };
    const version = Math.max(this.#config.version, stored.version ?? 0);
    return version > 0 ? { ...overrides, version } : overrides;
  }
}

function kept({ issued, since }: { issued?: number | undefined; since?: number | undefined }): Meta {
  return { ...(issued === undefined ? {} : { issued }), ...(since === undefined ? {} : { since }) };
}

const NAMES = ["timeout", "cookieExpires", "domain", "path"] as const;

/** What to store over what another request stored: each setting from whoever changed it since `base`. */
export function mergedMeta(base: Meta, ours: Meta, theirs: Meta): Meta {
  const merged: Record<string, unknown> = { ...theirs, ...kept({ since: ours.since }) };
  for (const name of NAMES) {
    if (sameSetting(base[name], ours[name])) continue;
    if (ours[name] === undefined) delete merged[name];
    else merged[name] = ours[name];
  }
  const version = Math.max(ours.version ?? 0, theirs.version ?? 0);
  return version > 0 ? { ...merged, version } : merged;
}

/** Whether two ask for the same, in whatever order it was set. */
export function sameOverrides(a: Overrides, b: Overrides): boolean {
  return a === b || NAMES.every((name) => sameSetting(a[name], b[name]));
}

function sameSetting(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}
