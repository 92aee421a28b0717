/** For the test of the store contract: a store of the second process's own. */
import { memoryStore } from "./memory.ts";
import type { SessionStore } from "./store.ts";

export default (): SessionStore => memoryStore();
