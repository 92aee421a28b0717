import pg from "pg";
import { describe, inject, it } from "vitest";
import { testStore } from "../testing/store-contract.ts";
import { subject, testStoreOn } from "./postgres/scene.testing.ts";

const shared = {
  durable: true,
  secondProcess: new URL("./postgres/open.testing.ts", import.meta.url),
};

testStore(
  { describe, it },
  { ...shared, name: "postgresStore", create: () => subject(inject("postgresUrl")) },
);

testStore(
  { describe, it },
  {
    ...shared,
    name: "postgresStore, unlogged",
    create: () => subject(inject("postgresUrl"), { unlogged: true }),
  },
);

testStore(
  { describe, it },
  {
    name: "postgresStore on a bare query(text, values)",
    create: async () => {
      const pool = new pg.Pool({ connectionString: inject("postgresUrl") });
      const store = await testStoreOn({ query: (text, values) => pool.query(text, values) });
      return { store, cleanup: () => pool.end() };
    },
  },
);
