import { describe, inject, it } from "vitest";
import { testStore } from "../testing/store-contract.ts";
import { subject } from "./postgres/scene.testing.ts";

const secondProcess = new URL("./postgres/open.testing.ts", import.meta.url);
const shared = { durable: true, secondProcess };

testStore(
  { describe, it },
  { ...shared, name: "postgresStore", create: () => subject(inject("postgresUrl")) },
);
