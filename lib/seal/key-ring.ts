import * as runtimePrimitives from "#primitives";
import { BoundedMap } from "./bounded-map.ts";
import { type Form, sealed, signed } from "./forms.ts";
import { all, chain, isPromise, type MaybePromise } from "./maybe-promise.ts";
import type { Primitives } from "./primitives.ts";
import { deriveKey, type RingKey } from "./ring-key.ts";

/** What something is protected for: a cookie session, a store session's cookie, a record at rest, … */
export type Purpose = "session" | "token" | "successor" | "record" | "signed-cookie";

/** What came back out. */
export interface Opened {
  /** The payload. */
  readonly bytes: Uint8Array;
  /** False when an older secret opened it: worth writing again. */
  readonly current: boolean;
}

/**
 * Seals and signs with keys derived from the application's secrets, each bound to one purpose and one
 * cookie name: what was made for one is not accepted for another. Synchronous on Node.
 */
export interface KeyRing {
  /**
   * Encrypts and authenticates under the first secret; base64url.
   *
   * @param context bound as well, a record's key for instance. None is the same as an empty one.
   * @throws {RangeError} if the name has more than 512 bytes.
   */
  seal(purpose: Purpose, name: string, plaintext: Uint8Array, context?: string): MaybePromise<string>;

  /** What {@link seal} was given, under any of the secrets; `undefined`, never an error, for any other text. */
  open(purpose: Purpose, name: string, text: string, context?: string): MaybePromise<Opened | undefined>;

  /** Like {@link seal}, but anybody can read the payload. */
  sign(purpose: Purpose, name: string, payload: Uint8Array, context?: string): MaybePromise<string>;

  /** What {@link sign} was given, under any of the secrets; `undefined`, never an error, for any other text. */
  verify(purpose: Purpose, name: string, text: string, context?: string): MaybePromise<Opened | undefined>;
}

// A record may be as large as its store allows. The others arrive in a Cookie header, and servers cap all
// headers together (Node at 16 KB): a longer text is none of ours and not worth decoding.
const TEXT_LIMITS: Readonly<Record<Purpose, number>> = {
  session: 32_768,
  token: 32_768,
  successor: 32_768,
  record: Number.POSITIVE_INFINITY,
  "signed-cookie": 32_768,
};

// Head and tag of a signature; a sealed text is longer still. Whatever is shorter is not worth deriving a key for: one
// Cookie header holds thousands of such texts, each under a name of its own.
const SHORTEST = 2 + 32;

// node:crypto takes at most 1024 bytes of HKDF info, of which the name is a part.
const NAME_LIMIT = 512;

// Names may come from a request (`SignedCookie` reads whatever was sent), so they must not pile up.
const NAMES_REMEMBERED = 64;

/**
 * The key ring of these secrets, newest first: the first one writes, all of them read.
 *
 * @throws {TypeError} if there is no secret or an empty one. How long one must be, the options say.
 * @example
 * const ring = createKeyRing([newest, older]);
 * const text = await ring.seal("session", "beaker.session.id", bytes);
 * const opened = await ring.open("session", "beaker.session.id", text);
 * if (opened?.current === false) save(); // `older` opened it: let `newest` seal it again
 */
export function createKeyRing(
  secrets: readonly string[],
  primitives: Primitives = runtimePrimitives,
): KeyRing {
  if (secrets.length === 0 || secrets.includes("")) {
    throw new TypeError("createKeyRing() needs at least one secret, and none of them empty.");
  }
  const materials = secrets.map((secret) => primitives.utf8Encode(secret));
  const seals = createForm(primitives, sealed, materials);
  const signatures = createForm(primitives, signed, materials);
  return { seal: seals.write, open: seals.read, sign: signatures.write, verify: signatures.read };
}

interface FormOfRing {
  write: KeyRing["seal"];
  read: KeyRing["open"];
}

function createForm(primitives: Primitives, form: Form, materials: readonly Uint8Array[]): FormOfRing {
  const keysFor = rememberKeys(primitives, form, materials);
  return {
    write(purpose, name, payload, context) {
      const keys = keysFor(purpose, name);
      if (keys === undefined) throw new RangeError(`A cookie's name may have ${NAME_LIMIT} bytes at most.`);
      return chain(keys, (keys) => {
        const key = keys[0]!;
        return chain(key.write(payload, key.bind(context)), (parts) => primitives.toBase64url(...parts));
      });
    },
    read(purpose, name, text, context) {
      if (text.length > TEXT_LIMITS[purpose]) return undefined;
      const bytes = primitives.fromBase64url(text);
      if (!bytes || bytes.length < SHORTEST || bytes[0] !== form.version) return undefined;
      const keys = keysFor(purpose, name);
      return keys && chain(keys, (keys) => tryKeys(keys, 0, bytes, context));
    },
  };
}

function tryKeys(
  keys: readonly RingKey[],
  from: number,
  bytes: Uint8Array,
  context: string | undefined,
): MaybePromise<Opened | undefined> {
  for (let index = from; index < keys.length; index++) {
    const key = keys[index]!;
    // The hint is bound, so a key with another one cannot be the right one: nothing is lost by passing it by.
    if (key.hint !== bytes[1]) continue;
    const payload = key.read(bytes, key.bind(context));
    if (isPromise(payload)) {
      return payload.then((payload) =>
        payload === undefined
          ? tryKeys(keys, index + 1, bytes, context)
          : { bytes: payload, current: index === 0 },
      );
    }
    if (payload !== undefined) return { bytes: payload, current: index === 0 };
  }
  return undefined;
}

/** Derives the keys of a purpose and name, one a secret, and keeps them; `undefined` for a name too long. */
function rememberKeys(
  primitives: Primitives,
  form: Form,
  materials: readonly Uint8Array[],
): (purpose: Purpose, name: string) => MaybePromise<readonly RingKey[]> | undefined {
  const remembered = new Map<Purpose, BoundedMap<string, readonly RingKey[]>>();
  for (const purpose of Object.keys(TEXT_LIMITS) as Purpose[]) {
    remembered.set(purpose, new BoundedMap(NAMES_REMEMBERED));
  }
  return (purpose, name) => {
    const names = remembered.get(purpose);
    const known = names?.get(name);
    if (known !== undefined) return known;
    if (primitives.utf8Encode(name).length > NAME_LIMIT) return undefined;
    const derived = materials.map((secret) => deriveKey(primitives, form, secret, purpose, name));
    return chain(all(derived), (keys) => {
      // Never the promise itself: on workerd one request's promise may not settle for another.
      names?.set(name, keys);
      return keys;
    });
  };
}
