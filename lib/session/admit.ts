import type { Config } from "../options/config.ts";
import type { MaybePromise } from "../seal/maybe-promise.ts";
import type { Lookup } from "./backing/backing.ts";
import type { Values } from "./changes.ts";
import { checkData, decodeData, Undecodable } from "./decode.ts";
import { type Ended, reportCorrupt, reportEnd } from "./endings.ts";

export type Found = Extract<Lookup, { status: "found" }>;

/** A session that may be used, or how it ended. */
export type Admission = { readonly status: "admitted"; readonly values: Values } | Ended;

/**
 * The data of a session that was found; or how it ended all the same, reported already: it cannot be read, it does not
 * fit the schema, or `isRevoked` says so.
 *
 * @throws {CorruptSessionError} for the first two, unless `invalidateCorrupt` asks for a fresh session.
 */
export function admit(config: Config, found: Found, id: () => string): MaybePromise<Admission> {
  const values = decodeData(config, found.meta, found.text);
  if (values instanceof Undecodable) return corrupt(config, id(), values);
  return config.isRevoked || config.schema
    ? check(config, found, id(), values)
    : { status: "admitted", values };
}

async function check(config: Config, found: Found, id: string, values: Values): Promise<Admission> {
  const { isRevoked, subject } = config;
  if (await isRevoked?.({ id, created: found.created, subject: subject?.of(values) })) {
    const ended: Ended = { status: "ended", reason: "revoked", id };
    reportEnd(config, ended);
    return ended;
  }
  const checked = await checkData(config, values);
  return checked instanceof Undecodable
    ? corrupt(config, id, checked)
    : { status: "admitted", values: checked };
}

function corrupt(config: Config, id: string, { step, error }: Undecodable): Ended {
  reportCorrupt(config, step, id, error);
  return { status: "ended", reason: "invalid", id, error };
}
