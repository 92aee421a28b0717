import { SessionError } from "next-beaker";
import { kinds, skip, type TortureData } from "../../../sessions.ts";

type Session = Awaited<ReturnType<typeof kinds.plain.getSession>>;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What the driver can ask for. Each is the kind of handler that an application would have. */
const OPERATIONS: Record<string, (session: Session, query: URLSearchParams) => Promise<unknown>> = {
  read: async (session) => ({ id: session.id, isNew: session.isNew, data: session.data }),

  start: async (session) => {
    session.data.n = 0;
    await session.save();
    return { id: session.id };
  },

  increment: (session) =>
    session.update((data: Partial<TortureData>) => {
      data.n = (data.n ?? 0) + 1;
      return { id: session.id, n: data.n };
    }),

  /** Signs in, which makes one more session of this user. */
  login: async (session, query) => {
    session.data.user = query.get("user") ?? "";
    await session.save();
    return { id: session.id };
  },

  /** How many sessions a user has. */
  count: async (_, query) => ({ count: (await kinds.capped.list(query.get("user") ?? "")).length }),

  skip: async (_, query) => {
    skip(Number(query.get("seconds")));
    return {};
  },

  set: async (session, query) => {
    session.data[query.get("key") ?? ""] = true;
    await session.save();
    return { saved: true };
  },

  /** Has the session in hand while others go on, and saves late. */
  slow: async (session, query) => {
    session.data["late"] = query.get("value");
    await wait(Number(query.get("wait")));
    await session.save();
    return { saved: true };
  },

  logout: async (session) => {
    await session.delete();
    return { deleted: true };
  },

  /** Whether somebody holds the lock: `ERR_LOCK_TIMEOUT` if so. */
  probe: async (session) => {
    await using _lock = await session.lock({ wait: 0 });
    return { free: true };
  },

  /** Takes the lock and does not come back: for the driver to kill this server meanwhile. */
  hold: async (session, query) => {
    await session.lock({ lease: Number(query.get("lease")) });
    await wait(60_000);
    return {};
  },
};

export async function POST(request: Request, context: { params: Promise<{ operation: string }> }) {
  const operation = OPERATIONS[(await context.params).operation];
  const query = new URL(request.url).searchParams;
  const sessions = kinds[query.get("kind") as keyof typeof kinds];
  if (!operation || !sessions) return Response.json({ error: "no such operation" }, { status: 404 });
  try {
    return Response.json(await operation(await sessions.getSession(), query));
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    return Response.json({ code: error.code, error: error.message }, { status: 409 });
  }
}
