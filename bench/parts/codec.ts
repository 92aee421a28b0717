import { type Timings, timeRounds } from "../measure/rounds.ts";
import { median, pairedRatio } from "../measure/statistics.ts";
import { sealCodec, wholeSession } from "../ours/codecs.ts";
import { loadLibrary } from "../ours/library.ts";
import type { Codec } from "../peers/codec.ts";
import { floor } from "../peers/floor.ts";
import {
  atLeast,
  atMost,
  type Goal,
  type Part,
  type PartReport,
  type RunOptions,
  type Table,
} from "../report/part.ts";
import { payloadOf, SIZES } from "./payload.ts";

const OURS = "next-beaker";
const OURS_WEB = "next-beaker on WebCrypto";
const IRON = "iron-session 9";
const SODIUM = "@fastify/secure-session 8";

interface Measured {
  readonly bytes: number;
  readonly seal: Timings;
  readonly unseal: Timings;
  /** Bytes of the cookie's value. */
  readonly cookies: ReadonlyMap<string, number>;
}

export const part: Part = {
  title: "Cookie codecs",

  async run(options: RunOptions): Promise<PartReport> {
    const { codecs: peers, wholePeer } = await import("../peers/index.ts");
    const [node, edge] = [await loadLibrary("node"), await loadLibrary("edge")];
    const codecs = [floor, sealCodec(OURS, node), sealCodec(OURS_WEB, edge), ...peers];
    const measured: Measured[] = [];
    for (const bytes of SIZES) {
      options.say(`codec: ${bytes} bytes`);
      measured.push(await measure(codecs, bytes, options));
    }
    options.say("codec: whole sessions");
    const wholes = [
      wholeSession("next-beaker, getSession", node),
      wholeSession("next-beaker on WebCrypto, getSession", edge),
      wholePeer,
    ];
    const whole = await measure([floor, ...wholes], 500, options);
    return {
      tables: [...measured.map((figures) => tableOf(codecs, figures)), wholeTable([floor, ...wholes], whole)],
      goals: goalsOf(codecs, measured),
    };
  },
};

async function measure(codecs: readonly Codec[], bytes: number, { quick }: RunOptions): Promise<Measured> {
  const data = payloadOf(bytes);
  const sealed = new Map<string, string>();
  for (const codec of codecs) sealed.set(codec.label, await codec.seal(data));
  const effort = quick ? { rounds: 7, milliseconds: 12 } : { rounds: 15, milliseconds: 30 };
  const seal = await timeRounds(
    codecs.map((codec) => ({ label: codec.label, run: () => codec.seal(data) })),
    effort,
  );
  const unseal = await timeRounds(
    codecs.map((codec) => ({ label: codec.label, run: () => codec.unseal(sealed.get(codec.label)!) })),
    effort,
  );
  const cookies = new Map(
    codecs.map(({ label, encode }) => {
      const text = sealed.get(label)!;
      return [label, encode ? encode(text).length : text.length];
    }),
  );
  return { bytes, seal, unseal, cookies };
}

function tableOf(codecs: readonly Codec[], { bytes, seal, unseal, cookies }: Measured): Table {
  return {
    title: `Cookie codecs, ${bytes} bytes of JSON`,
    columns: [
      "codec",
      "seal µs",
      "unseal µs",
      "seal × floor",
      "unseal × floor",
      "seal CPU µs",
      "unseal CPU µs",
      "cookie bytes",
      "encrypted",
    ],
    rows: codecs.map(({ label, encrypted }) => ({
      label,
      cells: [
        median(seal.get(label)!.elapsed),
        median(unseal.get(label)!.elapsed),
        ratio(seal, label, floor.label),
        ratio(unseal, label, floor.label),
        median(seal.get(label)!.cpu),
        median(unseal.get(label)!.cpu),
        cookies.get(label)!,
        encrypted ? "yes" : "no",
      ],
    })),
  };
}

function wholeTable(codecs: readonly Codec[], { seal, unseal }: Measured): Table {
  return {
    title: "A whole session on a cookie store, 500 bytes of JSON",
    columns: ["library", "fill and save µs", "read µs", "save × floor", "read × floor"],
    rows: codecs.map(({ label }) => ({
      label,
      cells: [
        median(seal.get(label)!.elapsed),
        median(unseal.get(label)!.elapsed),
        ratio(seal, label, floor.label),
        ratio(unseal, label, floor.label),
      ],
    })),
    note: "Options resolved once; each call makes a session object of its own, as each request does.",
  };
}

function goalsOf(codecs: readonly Codec[], all: readonly Measured[]): Goal[] {
  const goals: Goal[] = [];
  const usual = all.find(({ bytes }) => bytes === 500)!;
  const rivals = codecs.filter(
    ({ label, encrypted }) => encrypted && ![floor.label, OURS, OURS_WEB, SODIUM].includes(label),
  );
  for (const direction of ["seal", "unseal"] as const) {
    const timings = usual[direction];
    const faster = (label: string, than: string) =>
      // Most peers wait for the thread pool: on a busy machine the clock would flatter us, CPU time does not.
      Math.min(ratio(timings, than, label), ratio(timings, than, label, "cpu"));
    goals.push(
      atLeast(
        `codec-${direction}-iron`,
        `${direction}: times faster than iron-session 9`,
        50,
        faster(OURS, IRON),
      ),
      ...all.map(({ bytes, [direction]: timings }) =>
        atMost(
          `codec-${direction}-floor-${bytes}`,
          `${direction}, ${bytes} bytes: time, of the floor's`,
          1.3,
          ratio(timings, OURS, floor.label),
        ),
      ),
      atLeast(
        `codec-${direction}-rivals`,
        `${direction}: times faster than the fastest encrypted peer but libsodium`,
        1,
        Math.min(...rivals.map(({ label }) => faster(OURS, label))),
      ),
      atMost(
        `codec-${direction}-sodium`,
        `${direction}: time, of @fastify/secure-session's`,
        1.5,
        ratio(timings, OURS, SODIUM),
      ),
      atLeast(
        `codec-${direction}-web`,
        `${direction} on WebCrypto: times faster than iron-session 9`,
        2,
        faster(OURS_WEB, IRON),
      ),
    );
  }
  for (const { bytes, cookies } of all) {
    const smallest = Math.min(
      ...[...rivals.map(({ label }) => label), SODIUM].map((label) => cookies.get(label)!),
    );
    goals.push(
      atMost(
        `codec-size-${bytes}`,
        `${bytes} bytes of JSON: cookie's size, against the smallest of an encrypted peer`,
        smallest,
        cookies.get(OURS)!,
        "bytes",
      ),
    );
  }
  return goals;
}

function ratio(
  timings: Timings,
  label: string,
  reference: string,
  by: "elapsed" | "cpu" = "elapsed",
): number {
  return pairedRatio(timings.get(label)![by], timings.get(reference)![by]).median;
}
