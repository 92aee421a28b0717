/** The Next.js app that the quick start and its recipes make up: built, started, and driven over HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { root, site } from "../../tools/snippets.ts";

/** What an existing app has, and pages that call the recipes' actions. */
export const scaffold: Readonly<Record<string, string>> = {
  "app/layout.tsx": `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  "app/harness/page.tsx": `import { setRemembered } from "@/app/login/remember";
import { startOver } from "@/app/start-over/actions";

export default function Harness() {
  return <>
    <form action={startOver}><button>Start over</button></form>
    <form action={setRemembered}><input type="checkbox" name="remember" /><button>Remember</button></form>
  </>;
}
`,
  "app/harness/required/page.tsx": `import { requireUser } from "@/app/lib/require-user";

export default async function Required() {
  return <p>Required {await requireUser()}</p>;
}
`,
};

/** Runs `next` in the site; rejects with its output if it fails. */
function next(args: readonly string[]): ChildProcess {
  const { SESSION_SECRET: _, NODE_ENV: __, VITEST: ___, ...env } = process.env;
  return spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), ...args], {
    cwd: site,
    env: { ...env, NEXT_TELEMETRY_DISABLED: "1" } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface Site {
  readonly origin: string;
  /** What `next build` printed. */
  readonly built: string;
  stop(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const built = await output(next(["build"]));
  const port = await freePort();
  const server = next(["start", "--port", String(port)]);
  const stopped = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  let text = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      text += chunk;
      if (text.includes("Ready in")) resolve();
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("exit", () => reject(new Error(`next start ended:\n${text}`)));
  });
  return {
    origin: `http://localhost:${port}`,
    built,
    stop() {
      server.kill();
      return stopped;
    },
  };
}

function output(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) =>
      code === 0 ? resolve(text) : reject(new Error(`next build failed:\n${text}`)),
    );
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** A browser as far as sessions go: it keeps cookies and sends them, and posts forms without JavaScript. */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** `Set-Cookie` lines of the last answer. */
  setCookies: string[] = [];
  readonly #origin: string;

  constructor(site: Site) {
    this.#origin = site.origin;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    const response = await fetch(new URL(path, this.#origin), { ...init, headers, redirect: "manual" });
    this.setCookies = response.headers.getSetCookie();
    for (const line of this.setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/; Max-Age=0(;|$)/i.test(line) || value === "") this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return response;
  }

  async text(path: string): Promise<string> {
    // React puts comments between pieces of text.
    return (await (await this.request(path)).text()).replaceAll("<!-- -->", "");
  }

  /** Presses the button of a form on the page at `path`, with these fields filled in. */
  async submit(
    path: string,
    button: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const html = await this.text(path);
    const form = html.match(/<form[\s\S]*?<\/form>/g)?.find((form) => form.includes(`>${button}</button>`));
    if (!form) throw new Error(`No button "${button}" on ${path}:\n${html}`);
    const body = new FormData();
    for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(attribute(input, "name"), attribute(input, "value"));
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.request(path, { method: "POST", body, headers: { origin: this.#origin } });
  }
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll("&quot;", '"') ?? "";
}

/** The path that a redirect leads to. */
export function location(response: Response): string | undefined {
  const to = response.headers.get("location");
  if (to === null) return undefined;
  const { pathname, search } = new URL(to, "http://localhost");
  return pathname + search;
}

export async function signedIn(site: Site): Promise<Browser> {
  const browser = new Browser(site);
  await browser.submit("/login", "Sign in", { name: "ada", password: "lovelace" });
  return browser;
}
