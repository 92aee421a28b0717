import { nextApi } from "#next-api";
import type { CookieJar, CookieStore } from "../cookie/jar.ts";
import { StoreJar } from "../cookie/jars.ts";
import { openJar } from "../cookie/open-jar.ts";
import type { Config } from "../options/config.ts";
import { type Opened, openSession } from "../session/open.ts";
import type { Session } from "../session/session.ts";
import { isPrefetch } from "./prefetch.ts";

interface Cell<Data extends object> extends Opened<Data> {
  readonly jar: StoreJar | undefined;
  loading: Promise<void> | undefined;
}

/** Gives one session object per request, whatever way the request shows itself. */
export class RequestScope<Data extends object> {
  readonly #config: Config;
  readonly #cells = new WeakMap<object, Cell<Data>>();

  constructor(config: Config) {
    this.#config = config;
  }

  /**
   * The session of the request that is being answered, from `next/headers`.
   *
   * `headers()` is the one object that Next keeps through handler, action, the render after it and `after()`;
   * `cookies()` differs from phase to phase, so the jar is pointed at the present one.
   */
  async fromNext(): Promise<Session<Data>> {
    const { cookies, headers } = await nextApi();
    // Awaited before any clock or random number, and never caught: Next's throws are its control flow.
    const cookieStore = (await cookies()) as CookieStore;
    const requestHeaders = await headers();
    let cell = this.#cells.get(requestHeaders);
    if (cell) cell.jar?.bind(cookieStore);
    else cell = this.#add(requestHeaders, new StoreJar(cookieStore));
    return this.#enter(cell, !isPrefetch(requestHeaders));
  }

  /** The session of a request that the caller has in hand. */
  async from(first: unknown, second: unknown): Promise<Session<Data>> {
    // `cookies()` gives a promise; people forget to await it.
    const carrier = await first;
    const known = typeof carrier === "object" && carrier !== null ? this.#cells.get(carrier) : undefined;
    const cell = known ?? this.#add(carrier as object, openJar(carrier, second));
    return this.#enter(cell, !isPrefetch(headersOf(carrier)));
  }

  /** A jar of its own, for a look that must not meet the request's session object. */
  async nextJar(): Promise<CookieJar> {
    const { cookies } = await nextApi();
    return new StoreJar((await cookies()) as CookieStore);
  }

  async jarOf(first: unknown, second: unknown): Promise<CookieJar> {
    return openJar(await first, second);
  }

  #add(key: object, jar: CookieJar): Cell<Data> {
    const cell: Cell<Data> = {
      ...openSession<Data>(this.#config, jar),
      jar: jar instanceof StoreJar ? jar : undefined,
      loading: undefined,
    };
    this.#cells.set(key, cell);
    return cell;
  }

  async #enter(cell: Cell<Data>, touch: boolean): Promise<Session<Data>> {
    if (!cell.loading || cell.engine.isStale) {
      cell.loading = cell.engine.load({ touch }).catch((error) => {
        // A failed read is tried again by the next caller, not remembered.
        cell.loading = undefined;
        throw error;
      });
    }
    await cell.loading;
    return cell.session;
  }
}

/** Of a fetch or a Node request; a cookie store has none. */
function headersOf(carrier: unknown): Pick<Headers, "get"> {
  const headers = (carrier as { headers?: unknown }).headers;
  if (headers instanceof Headers) return headers;
  const plain = (headers ?? {}) as Record<string, string | undefined>;
  return { get: (name) => plain[name] ?? null };
}
