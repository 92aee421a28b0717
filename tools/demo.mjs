// Builds the demo and serves it: a secret that is made once and kept, the database in .data/, a free port.
//   node tools/demo.mjs [--no-build]       PORT, SESSION_SECRET, SESSION_STORE, SESSION_TIMEOUT, … from the environment count
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { constants } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { placeOf } from "../app/_lib/place.ts";

const LAST_PORT = 65_535;

// Before anything is built: a setting that says nothing ends it here, with a sentence.
const wantedPort = portOf(process.env.PORT);
for (const name of ["SESSION_TIMEOUT", "SESSION_ABSOLUTE_TIMEOUT"]) checkSeconds(name, process.env[name]);
checkSecret(process.env.SESSION_SECRET);
const engine = engineOf(process.env.SESSION_STORE);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

// `next` and the database path are relative to the project, wherever this is called from.
process.chdir(root);
mkdirSync(".data", { recursive: true, mode: 0o700 });
chmodSync(".data", 0o700);

const env = {
  ...process.env,
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  SESSION_SECRET: process.env.SESSION_SECRET || developmentSecret(".data/secret"),
  SESSION_SECURE: process.env.SESSION_SECURE || "false",
};

let child;
let stopped;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopped = signal;
    child?.kill(signal);
  });
}

if (!process.argv.includes("--no-build")) {
  const code = await run(["build"]);
  if (stopped) process.exit(code);
  if (code !== 0) {
    console.error(`\nThe demo could not be built (next build ended with ${code}); the reason is above.`);
    process.exit(code);
  }
}

const port = await freePort(wantedPort);
const served = run(["start", "--port", String(port)]);
whenListening(port).then(() => {
  console.log(`
  next-beaker demo:  http://localhost:${port}

  sessions   ${engine}
  secret     ${process.env.SESSION_SECRET ? "SESSION_SECRET" : ".data/secret (made for this machine, keep it to yourself)"}
  cookies    ${env.SESSION_SECURE === "false" ? "without Secure, because this is plain http; set SESSION_SECURE=true behind https" : "Secure, so serve this over https"}
  stop       Ctrl+C
`);
});
process.exit(await served);

/** Runs `next` with the arguments; gives its exit code, or 128 + signal as a shell would. */
function run(args) {
  return new Promise((resolve) => {
    child = spawn(process.execPath, [next, ...args], { stdio: "inherit", env });
    child.on("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function engineOf(address) {
  if (!address) return ".data/sessions.db (SQLite; still there after a restart)";
  let place;
  try {
    place = placeOf(address);
  } catch (error) {
    refuse(error.message);
  }
  const { engine, shown, protocol } = place;
  if (!shown) refuse(`SESSION_STORE names no host: write it as ${protocol}//127.0.0.1.`);
  return `${engine} at ${shown} (SESSION_STORE)`;
}

function portOf(value) {
  if (!value) return 3000;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > LAST_PORT)
    refuse(`PORT must be a whole number from 1 to ${LAST_PORT}; it is "${value}".`);
  return port;
}

function checkSeconds(name, value) {
  if (value && !(Number(value) > 0 && Number.isFinite(Number(value))))
    refuse(`${name} must be a number of seconds greater than 0; it is "${value}".`);
}

/** Says how long it is, and not what it is. */
function checkSecret(value) {
  const length = Buffer.byteLength(value ?? "");
  if (value && length < 32)
    refuse(
      `SESSION_SECRET must have at least 32 bytes, and has ${length}: leave it out, or take the output of openssl rand -base64 32.`,
    );
}

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}

function developmentSecret(path) {
  try {
    // "wx": two demos started at once must not each make one.
    writeFileSync(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
}

/** The wanted port or the next one that nobody listens on, on any address. */
async function freePort(wanted) {
  const last = Math.min(wanted + 99, LAST_PORT);
  for (let port = wanted; port <= last; port++) {
    const free = await new Promise((resolve) => {
      const probe = createServer().once("error", () => resolve(false));
      probe.listen(port, () => probe.close(() => resolve(true)));
    });
    if (free) return port;
    console.log(`Port ${port} is taken.`);
  }
  console.error(`No free port from ${wanted} to ${last}. Choose one: PORT=8080 npm run demo`);
  process.exit(1);
}

async function whenListening(port) {
  const answers = () =>
    new Promise((resolve) => {
      const socket = connect(port, "localhost", () => resolve(true) ?? socket.destroy());
      socket.once("error", () => resolve(false));
    });
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 100));
}
