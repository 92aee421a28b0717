/**
 * What must be one step and is no single command. Each script names the keys that it touches, all in one slot, and
 * uses only what Redis 6.2 and Valkey know. Every one may be sent twice, as clients do when a connection breaks after
 * the server did its work: the second time gives the same answer, perhaps without its hint to look at the index, and
 * changes nothing.
 */
import { PERIOD_DIGITS, SPAN_DIGITS } from "./lifetime.ts";
import { LAYOUT } from "./record.ts";

/** A script, and its SHA-1 in hexadecimal once that is known. */
export interface Script {
  readonly text: string;
  sha: string | undefined;
}

function script(text: string): Script {
  return { text: text.trim().replace(/\n\s+/g, "\n"), sha: undefined };
}

/** The SHA-1 under which the server knows the script. */
export async function shaOf(of: Script): Promise<string> {
  if (of.sha === undefined) {
    const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(of.text));
    of.sha = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return of.sha;
}

const { accessed, expires, token, subject } = LAYOUT;

/** Digits of the two clocks, from and to, as Lua counts them. */
const SPAN = [1, SPAN_DIGITS] as const;
const PERIOD = [expires - accessed + 1, expires - accessed + PERIOD_DIGITS] as const;

function differ(clocks: string, [from, to]: readonly [number, number]): string {
  return `string.sub(head, ${from}, ${to}) ~= string.sub(${clocks}, ${from}, ${to})`;
}

/**
 * Compare-and-set. ARGV: the version to replace, the record, its lifetime, `1` if the subject's index was not written.
 * 1: written; 0: another version is stored; 2: nothing written, the index must be renewed first; 3: written, and it is
 * time to look for the session in the index.
 */
export const SAVE: Script = script(`
  local head = redis.call('GETRANGE', KEYS[1], ${accessed}, ${token - 1} + #ARGV[1])
  if string.sub(head, ${token - accessed + 1}) ~= ARGV[1] then
    local ours = string.sub(ARGV[2], ${token + 1}, ${subject})
    return string.sub(head, ${token - accessed + 1}, ${subject - accessed}) == ours and 1 or 0
  end
  local written = 1
  if ARGV[4] == '1' then
    local clocks = string.sub(ARGV[2], ${accessed + 1}, ${token})
    if ${differ("clocks", PERIOD)} then return 2 end
    if ${differ("clocks", SPAN)} then written = 3 end
  end
  if ARGV[3] == '' then
    redis.call('SET', KEYS[1], ARGV[2])
  else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  end
  return written
`);

/**
 * Moves the clocks. ARGV: the clocks, the lifetime, `1` if the subject's index was not written.
 * 1: moved; 0: no record; the record itself: nothing moved, its subject's index must be renewed first; `+` and the
 * record from its subject on, as far as that can reach: moved, and it is time to look for the session in the index.
 */
export const TOUCH: Script = script(`
  local head = redis.call('GETRANGE', KEYS[1], ${accessed}, ${subject + 8})
  if head == '' then return 0 end
  local moved = 1
  local length = string.match(head, '^(%w+):', ${subject - accessed + 1})
  if ARGV[3] == '1' and length then
    if ${differ("ARGV[1]", PERIOD)} then return redis.call('GET', KEYS[1]) end
    if ${differ("ARGV[1]", SPAN)} then
      moved = '+' .. redis.call('GETRANGE', KEYS[1], ${subject}, ${subject} + #length + 3 * tonumber(length, 36))
    end
  end
  redis.call('SETRANGE', KEYS[1], ${accessed}, ARGV[1])
  if ARGV[2] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return moved
`);

/** Takes a lease and gives the record a new version. KEYS: lock, record. ARGV: owner, milliseconds, token. */
export const TAKE: Script = script(`
  if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
    if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('SETRANGE', KEYS[2], ${token}, ARGV[3]) end
    return 1
  end
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
`);

/** ARGV: owner, milliseconds. */
export const EXTEND: Script = script(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
`);

/** ARGV: owner. */
export const DROP: Script = script(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
  return 0
`);

/** Puts a session into an index, as of now by the server's clock. ARGV: key, lifetime. Gives how many it holds. */
export const ENTER: Script = script(`
  local left = redis.call('PTTL', KEYS[1])
  redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
  if ARGV[2] == '' then
    redis.call('PERSIST', KEYS[1])
  elseif left ~= -1 and left < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  return redis.call('ZCARD', KEYS[1])
`);

/** Takes sessions out of an index unless they were entered lately. ARGV: seconds, keys. */
export const STRIKE: Script = script(`
  local before = redis.call('TIME')[1] - ARGV[1]
  for i = 2, #ARGV do
    local since = redis.call('ZSCORE', KEYS[1], ARGV[i])
    if since and tonumber(since) < before then redis.call('ZREM', KEYS[1], ARGV[i]) end
  end
  return 0
`);
