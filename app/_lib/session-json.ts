import type { Kind } from "./kinds";
import type { DemoSession } from "./look";

/** A session as JSON. The session itself keeps a Set as a Set; only this way out of the house makes it a list. */
export function sessionJson(kind: Kind, session: DemoSession) {
  const { id, isNew, data, created, lastAccessed, expiresAt } = session;
  const { likes, ...rest } = data;
  return {
    kind,
    id,
    isNew,
    data: { ...rest, ...(likes && { likes: [...likes] }) },
    created,
    lastAccessed,
    expiresAt,
  };
}
