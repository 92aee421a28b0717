import fc from "fast-check";
import type { Meta } from "./overrides.ts";

/** Whatever a session may have set for itself. */
export const metas: fc.Arbitrary<Meta> = fc.record(
  {
    timeout: fc.option(fc.double({ min: 0.001, max: 1e9, noNaN: true })),
    cookieExpires: fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 1e9 }), fc.date({ noInvalidDate: true })),
    domain: fc.domain(),
    // Whatever could be mistaken for a part of the record around it.
    path: fc.oneof(fc.string(), fc.constantFrom('/","data":', "/{}", '/\\"', ',"data":{}}')),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  },
  { requiredKeys: [] },
);
