import { type Kind, runOn } from "../session/kinds.testing.ts";

/** Beaker's behaviour, on a kind whose store is a server. */
export async function testBeakerOn(kind: Kind): Promise<void> {
  runOn(kind);
  await import("./beaker.defects.test.ts");
  await import("./beaker.defects-stores.test.ts");
  await import("./beaker.invariants.test.ts");
  await import("./beaker.keys.test.ts");
  await import("./beaker.lifecycle.test.ts");
  await import("./beaker.locks.test.ts");
  await import("./beaker.methods.test.ts");
  await import("./beaker.object.test.ts");
  await import("./beaker.options.test.ts");
  await import("./beaker.place.test.ts");
  await import("./beaker.properties.test.ts");
  await import("./beaker.with-session.test.ts");
  await import("../sessions.test.ts");
}
