/** For the tests of faults: many users who save all the time, and what became of them. */
import { SessionError } from "../../errors.ts";
import { Browser, SECRET } from "../../session/kinds.testing.ts";
import { createSessions, type Sessions } from "../../sessions.ts";
import { fakeCookies } from "../../testing/fake-cookies.ts";
import type { SessionStore } from "../store.ts";

interface Counted {
  user: string;
  /** How often this user has saved. */
  n: number;
}

/** What happened since last asked. */
export interface Report {
  readonly saved: number;
  /** Visits that failed because the store was not available. */
  readonly unavailable: number;
  /** Milliseconds that the slowest of those took to fail. */
  readonly slowest: number;
  /** Whatever else went wrong: a save that was lost, somebody else's session, another error. */
  readonly wrong: readonly string[];
  readonly messages: readonly string[];
}

const PAUSE = 20;

/** Seconds that one call of the store may take. */
export const STORE_TIMEOUT = 1;

/** Users who visit one after the other request, each in a browser of their own, until told to stop. */
export class Users {
  readonly sessions: Sessions<Counted>;
  readonly #users: User[] = [];
  readonly #loops: Promise<void>[] = [];
  #stopped = false;

  constructor(store: SessionStore, settings: { timeout?: number } = {}) {
    this.sessions = createSessions<Counted>({
      store,
      secret: SECRET,
      secure: true,
      storeTimeout: STORE_TIMEOUT,
      ...settings,
    });
  }

  /** Signs so many of them in; they begin to visit. */
  async start(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const user = new User(this.sessions, crypto.randomUUID());
      await user.signIn();
      this.#users.push(user);
      this.#loops.push(this.#loop(user));
    }
  }

  /** Resolves once each has saved again: all is well. */
  async everyoneSaves(): Promise<void> {
    const before = this.#users.map(({ acknowledged }) => acknowledged);
    while (this.#users.some(({ acknowledged }, at) => acknowledged <= (before[at] ?? 0))) await delay(PAUSE);
  }

  /** What happened since last asked. */
  report(): Report {
    const parts = this.#users.map((user) => user.report());
    return {
      saved: parts.reduce((sum, { saved }) => sum + saved, 0),
      unavailable: parts.reduce((sum, { unavailable }) => sum + unavailable, 0),
      slowest: Math.max(0, ...parts.map(({ slowest }) => slowest)),
      wrong: parts.flatMap(({ wrong }) => wrong),
      messages: [...new Set(parts.flatMap(({ messages }) => messages))],
    };
  }

  /** They end their last visit and go. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }

  async #loop(user: User): Promise<void> {
    while (!this.#stopped) {
      await user.visit();
      await delay(PAUSE * (0.5 + Math.random()));
    }
  }
}

class User {
  /** The last save that was acknowledged. */
  acknowledged = 0;
  readonly #name: string;
  readonly #browser: Browser<Counted>;
  #report = { saved: 0, unavailable: 0, slowest: 0, wrong: [] as string[], messages: [] as string[] };

  constructor(sessions: Sessions<Counted>, name: string) {
    this.#name = name;
    this.#browser = new Browser(sessions, fakeCookies());
  }

  async signIn(): Promise<void> {
    await this.#browser.start({ user: this.#name, n: 0 });
  }

  /** Reads, looks whether all is as it was left, counts on, saves. */
  async visit(): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#browser.visit(async (session) => {
        const { user, n = -1 } = session.data;
        if (user !== this.#name) throw new Error(`found the session of ${user ?? "nobody"}`);
        // One more than acknowledged: a save that was not acknowledged may have been done all the same.
        if (n !== this.acknowledged && n !== this.acknowledged + 1) {
          throw new Error(`${this.acknowledged} was acknowledged, ${n} is there`);
        }
        this.acknowledged = n;
        session.data.n = n + 1;
        await session.save();
        this.acknowledged = n + 1;
      });
      this.#report.saved++;
    } catch (error) {
      if (error instanceof SessionError && error.code === "ERR_STORE_UNAVAILABLE") {
        this.#report.unavailable++;
        this.#report.slowest = Math.max(this.#report.slowest, performance.now() - startedAt);
        this.#report.messages.push(error.message);
      } else {
        this.#report.wrong.push(String(error));
      }
    }
  }

  report(): Report {
    const report = this.#report;
    this.#report = { saved: 0, unavailable: 0, slowest: 0, wrong: [], messages: [] };
    return report;
  }
}

const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
