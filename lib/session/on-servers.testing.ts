import { type Kind, runOn } from "./kinds.testing.ts";

/** All that is tested of sessions, on a kind whose store is a server. */
export async function testSessionsOn(kind: Kind): Promise<void> {
  runOn(kind);
  await import("./session.test.ts");
  await import("./session.conflict.test.ts");
  await import("./session.data.test.ts");
  await import("./session.ended.test.ts");
  await import("./session.events.test.ts");
  await import("./session.failure.test.ts");
  await import("./session.invalidate.test.ts");
  await import("./session.keys.test.ts");
  await import("./session.limits.test.ts");
  await import("./session.load.test.ts");
  await import("./session.lock.test.ts");
  await import("./session.moved.test.ts");
  await import("./session.overrides.test.ts");
  await import("./session.readonly.test.ts");
  await import("./session.regenerate.test.ts");
  await import("./session.revert.test.ts");
  await import("./session.rotation.test.ts");
  await import("./session.save.test.ts");
  await import("./session.schema.test.ts");
  await import("./session.subject-values.test.ts");
  await import("./session.subjects.test.ts");
  await import("./session.versions.test.ts");
  await import("./bad-input.test.ts");
}
