import { postgresKind } from "../stores/postgres/kind.testing.ts";
import { testSessionsOn } from "./on-servers.testing.ts";

await testSessionsOn(postgresKind());
