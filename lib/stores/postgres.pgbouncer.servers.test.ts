import { describe, inject, it } from "vitest";
import { testStore } from "../testing/store-contract.ts";
import { subject } from "./postgres/scene.testing.ts";

const secondProcess = new URL("./postgres/open.testing.ts", import.meta.url);

testStore(
  { describe, it },
  {
    name: "postgresStore through PgBouncer in transaction mode",
    durable: true,
    secondProcess,
    create: () => subject(inject("pgbouncerUrl")),
  },
);
