import type { CookieJar } from "../cookie/jar.ts";
import type { Config } from "../options/config.ts";
import { openSession } from "./open.ts";

/** Seconds until the session of this jar ends unused; 0 if there is none, null without limits. Extends nothing. */
export async function secondsLeft(config: Config, jar: CookieJar): Promise<number | null> {
  const { engine } = openSession(config, jar);
  await engine.load(false);
  if (engine.state.isNew) return 0;
  const end = engine.state.endsUnused;
  return end === null ? null : Math.max(0, Math.floor((end - config.now()) / 1000));
}
