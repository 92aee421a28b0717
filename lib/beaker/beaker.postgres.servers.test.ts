import { runOn } from "../session/kinds.testing.ts";
import { postgresKind } from "../stores/postgres/kind.testing.ts";

runOn(postgresKind());
await import("./beaker.defects.test.ts");
await import("./beaker.defects-stores.test.ts");
await import("./beaker.invariants.test.ts");
await import("./beaker.keys.test.ts");
await import("./beaker.lifecycle.test.ts");
await import("./beaker.methods.test.ts");
await import("./beaker.object.test.ts");
await import("./beaker.place.test.ts");
await import("./beaker.refused.test.ts");
await import("../sessions.test.ts");
