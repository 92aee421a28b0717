/**
 * `next-beaker/testing`: for tests of applications that use sessions, and of stores.
 *
 * @module
 */
export { type FakeClock, fakeClock } from "./clock.ts";
export type { StoreUnderTest } from "./contract/subject.ts";
export {
  type CookieWrite,
  type FakeCookieOptions,
  type FakeCookies,
  fakeCookies,
} from "./fake-cookies.ts";
export {
  type StoreContractOptions,
  type TestRunner,
  testStore,
} from "./store-contract.ts";
