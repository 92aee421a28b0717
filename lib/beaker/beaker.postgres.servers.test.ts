import { vi } from "vitest";
import { runOn } from "../session/kinds.testing.ts";
import { postgresKind } from "../stores/postgres/kind.testing.ts";

vi.mock("#next-api", () => import("./next-request.testing.ts"));
runOn(postgresKind());
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
