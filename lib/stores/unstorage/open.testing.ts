/** For the store contract: opens the store in a second process. */
import { createStorage } from "unstorage";
import fs from "unstorage/drivers/fs";
import redis from "unstorage/drivers/redis";
import type { SessionStore } from "../store.ts";
import { unstorageStore } from "../unstorage.ts";

export default (place: { base: string } | { url: string; prefix: string }): SessionStore =>
  "url" in place
    ? unstorageStore(createStorage({ driver: redis({ url: place.url, base: place.prefix }) }))
    : unstorageStore(createStorage({ driver: fs({ base: place.base }) }), { prune: true });
