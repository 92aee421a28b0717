import { vi } from "vitest";
import { postgresKind } from "../stores/postgres/kind.testing.ts";
import { testBeakerOn } from "./on-servers.testing.ts";

vi.mock("#next-api", () => import("./next-request.testing.ts"));
await testBeakerOn(postgresKind());
