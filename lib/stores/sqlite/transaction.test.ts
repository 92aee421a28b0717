import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { atOnce } from "./transaction.ts";

function numbers(): { database: DatabaseSync; all: () => unknown[] } {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
  return {
    database,
    all: () =>
      database
        .prepare("SELECT n FROM numbers")
        .all()
        .map(({ n }) => n),
  };
}

describe("atOnce", () => {
  it("undoes all of it when a part fails, and the connection goes on", () => {
    const { database, all } = numbers();
    const failing = () =>
      atOnce(database, () => {
        database.exec("INSERT INTO numbers VALUES (1)");
        throw new Error("half way");
      });
    expect(failing).toThrow("half way");
    expect(all()).toEqual([]);
    expect(atOnce(database, () => database.prepare("INSERT INTO numbers VALUES (2)").run().changes)).toBe(1);
    expect(all()).toEqual([2]);
  });

  it("reports the failure itself where SQLite has undone everything already", () => {
    const { database, all } = numbers();
    const failing = () =>
      atOnce(database, () => {
        database.exec("INSERT INTO numbers VALUES (1)");
        database.exec("INSERT OR ROLLBACK INTO numbers VALUES (1)");
      });
    expect(failing).toThrow("UNIQUE constraint failed");
    expect(all()).toEqual([]);
    atOnce(database, () => database.exec("INSERT INTO numbers VALUES (3)"));
    expect(all()).toEqual([3]);
  });
});
