import { expect, test } from "vitest";
import { type Extra, kinds, OTHER_SECRET } from "./kinds.testing.ts";

const fail = () => {
  throw new Error("mine");
};
const refuse = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
};

const STEPS: [step: string, extra: object, words: string][] = [
  ["seal", { secret: OTHER_SECRET }, "cookie was not made with any of the secrets in use"],
  ["data", { serializer: { serialize: JSON.stringify, parse: fail } }, "data cannot be read"],
  ["migrate", { version: 2, migrate: fail }, "data cannot be migrated"],
  ["schema", { schema: refuse }, "data does not fit the schema"],
];

for (const { name, scene } of kinds) {
  test.each(STEPS)(`a ${name} session that fails at %s says so in words`, async (step, extra, words) => {
    const here = scene();
    const id = await here.browser.start({ a: 1 });
    const strict = here.release({ ...extra, invalidateCorrupt: false } as Extra);
    const whose = step === "seal" ? "" : ` (session ${id})`;
    await expect(strict.browser.begin()).rejects.toThrow(
      `The session's ${words}${whose}. Set invalidateCorrupt: true to start a fresh session instead.`,
    );
    expect(strict.events).toMatchObject([{ type: "corrupt", reason: step }]);
  });
}
