/** For the store contract: opens the store in a second process. */
import { redisStore } from "../redis.ts";
import type { SessionStore } from "../store.ts";
import { type ClientName, connect } from "./clients.testing.ts";

export default ({ client, url, prefix }: { client: ClientName; url: string; prefix: string }): SessionStore =>
  redisStore({ client: connect(client, url).client, prefix });
