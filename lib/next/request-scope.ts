import { nextApi } from "#next-api";
import type { CookieJar, CookieStore } from "../cookie/jar.ts";
import { StoreJar } from "../cookie/jars.ts";
import { MovingJar } from "../cookie/moving-jar.ts";
import { openJar } from "../cookie/open-jar.ts";
import type { Config } from "../options/config.ts";
import { isPromise, type MaybePromise } from "../seal/maybe-promise.ts";
import { type Opened, openSession } from "../session/open.ts";
import type { Session } from "../session/session.ts";
import { PerRequest } from "./per-request.ts";
import { isPrefetch } from "./prefetch.ts";

interface Cell<Data extends object> extends Opened<Data> {
  readonly jar: CookieJar;
  isRead: boolean;
  /** While it is being read. */
  reading: MaybePromise<void>;
}

/** Gives one session object per request, whatever way the request shows itself. */
export class RequestScope<Data extends object> {
  readonly #config: Config;
  readonly #cells = new PerRequest<Cell<Data>>();

  constructor(config: Config) {
    this.#config = config;
  }

  /**
   * The session of the request that is being answered, from `next/headers`.
   *
   * `headers()` is the one object that Next keeps through handler, action, the render after it and `after()`. The
   * jar stays over the first phase's `cookies()`: it shows what was set in it, which those of `after()` do not, and
   * refuses to set any once that phase is over.
   */
  async fromNext(): Promise<Session<Data>> {
    const loaded = nextApi();
    const { cookies, headers } = isPromise(loaded) ? await loaded : loaded;
    // Awaited before any clock or random number, and never caught: Next's throws are its control flow.
    const cookieStore = (await cookies()) as CookieStore;
    const requestHeaders = await headers();
    const cell = this.#cells.get(requestHeaders) ?? this.#add(requestHeaders, new StoreJar(cookieStore));
    const reading = this.#read(cell, requestHeaders);
    if (reading) await reading;
    return cell.session;
  }

  /** The session of a request that the caller has in hand. */
  async from(first: unknown, second: unknown): Promise<Session<Data>> {
    // `cookies()` gives a promise; people forget to await it.
    const carrier = await first;
    const known = () =>
      typeof carrier === "object" && carrier !== null ? this.#cells.get(carrier) : undefined;
    if (!known() && second === undefined && (await isNextJar(carrier))) return this.fromNext();
    // Asked once more: another caller may have been faster.
    const cell = known() ?? this.#add(carrier as object, jarFor(carrier, second));
    if (second !== undefined && cell.jar instanceof MovingJar) cell.jar.moveTo(carrier, second);
    await this.#read(cell, headersOf(carrier));
    return cell.session;
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
    const { session, engine } = openSession<Data>(this.#config, jar);
    const cell: Cell<Data> = { session, engine, jar, isRead: false, reading: undefined };
    this.#cells.set(key, cell);
    return cell;
  }

  #read(cell: Cell<Data>, headers: Pick<Headers, "get">): MaybePromise<void> {
    if (cell.isRead && !cell.engine.isStale) return cell.reading;
    // A failed read is tried again by the next caller, not remembered.
    cell.isRead = false;
    const reading = cell.engine.load(() => !isPrefetch(headers));
    cell.isRead = true;
    cell.reading = isPromise(reading)
      ? reading.catch((error) => {
          cell.isRead = false;
          throw error;
        })
      : undefined;
    return cell.reading;
  }
}

/** Whether this is what `await cookies()` gives: then it is the same session as without an argument. */
async function isNextJar(carrier: unknown): Promise<boolean> {
  // Next's have this beside what a cookie store needs. Of others nobody asks Next, which would take it for a use.
  if (typeof (carrier as { has?: unknown } | null)?.has !== "function") return false;
  try {
    const { cookies } = await nextApi();
    return (await cookies()) === carrier;
  } catch {
    return false;
  }
}

function jarFor(first: unknown, second: unknown): CookieJar {
  return second === undefined ? openJar(first) : new MovingJar(first, second);
}

/** Of a fetch or a Node request; a cookie store has none. */
function headersOf(carrier: unknown): Pick<Headers, "get"> {
  const headers = (carrier as { headers?: unknown }).headers;
  if (headers instanceof Headers) return headers;
  const plain = (headers ?? {}) as Record<string, string | undefined>;
  return { get: (name) => plain[name] ?? null };
}
