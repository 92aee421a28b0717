/** For the store contract: opens the store in a second process. */

import { fileStore } from "../file.ts";
import type { SessionStore } from "../store.ts";

export default (dir: string): SessionStore => fileStore({ dir });
