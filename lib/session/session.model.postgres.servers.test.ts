import { postgresKind } from "../stores/postgres/kind.testing.ts";
import { runOn } from "./kinds.testing.ts";

runOn(postgresKind());
await import("./session.model.test.ts");
