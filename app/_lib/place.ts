const ENGINES = {
  "redis:": "Redis",
  "rediss:": "Redis over TLS",
  "redis-cluster:": "Redis Cluster",
  "postgres:": "Postgres",
  "postgresql:": "Postgres",
} as const;

/** What SESSION_STORE says, taken apart. */
export interface Place {
  readonly protocol: keyof typeof ENGINES;
  /** As people call it. */
  readonly engine: string;
  /** Hosts, ports and database: what may be shown. User and password are not in it, nor are parameters. */
  readonly shown: string;
  readonly hosts: ReadonlyArray<{ readonly host: string; readonly port: number | undefined }>;
  readonly username?: string;
  readonly password?: string;
}

// All up to the last "@" may be a password: one with a slash in it, not encoded as it should be, is still none to show.
const ADDRESS = /^([a-z-]+:)\/\/(?:(.*)@)?([^/?#@]*)(\/[^?#]*)?/s;

/** @throws {Error} that repeats nothing of what was given but its scheme: the rest may hold a password. */
export function placeOf(address: string): Place {
  const [, protocol = "", credentials, places = "", path = ""] = ADDRESS.exec(address) ?? [];
  if (!isProtocol(protocol)) {
    const known = Object.keys(ENGINES).map((scheme) => `${scheme}//`);
    throw new Error(
      `SESSION_STORE must begin with ${known.join(", ")}; it begins with "${/^[a-z-]*/i.exec(address)?.[0]}".`,
    );
  }
  const [username, password] = credentials?.split(/:(.*)/s) ?? [];
  return {
    protocol,
    engine: ENGINES[protocol],
    shown: `${places}${path === "/" ? "" : path}`,
    hosts: places.split(",").map((place) => {
      const [, host = "", port] = /^(.*?)(?::(\d+))?$/.exec(place) ?? [];
      return { host, port: port ? Number(port) : undefined };
    }),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

function isProtocol(protocol: string): protocol is keyof typeof ENGINES {
  return Object.hasOwn(ENGINES, protocol);
}
