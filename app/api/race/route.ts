import type { NextRequest } from "next/server";
import { answering } from "../../_lib/answering";
import { finishHeat, NoHeatError, OtherHeatError, runLap, startHeat } from "../../race/_lib/heat";
import { isLane, type LaneName } from "../../race/_lib/lanes";
import { sessionsOf } from "../../race/_lib/sessions";

/**
 * One request of a race from the browser: `?lane=plain&heat=1234&step=start`, then many `step=lap&number=7` at once,
 * then `step=finish`. The session is the one that the visitor's own cookie names, and `heat` the one it has to be of.
 */
export async function POST(request: NextRequest) {
  const { searchParams } = request.nextUrl;
  const lane = searchParams.get("lane");
  if (!isLane(lane)) return Response.json({ error: "There is no such lane." }, { status: 400 });
  try {
    return await answering(() => answer(lane, searchParams));
  } catch (error) {
    const message = sentenceOn(error);
    if (!message) throw error;
    return Response.json({ error: message }, { status: 409 });
  }
}

function sentenceOn(error: unknown): string | undefined {
  if (error instanceof NoHeatError)
    return "This request brought no race session: cookies are off, or another tab has ended it.";
  if (error instanceof OtherHeatError)
    return "Another tab of this browser has started a race meanwhile. They share one session, so neither can be counted: let one be over before the next.";
  return undefined;
}

async function answer(lane: LaneName, searchParams: URLSearchParams): Promise<Response> {
  const open = () => sessionsOf(lane).getSession();
  const [heat, number] = [Number(searchParams.get("heat")), Number(searchParams.get("number"))];
  if (!Number.isSafeInteger(heat) || !Number.isSafeInteger(number))
    return Response.json({ error: "Heats and requests have whole numbers." }, { status: 400 });
  switch (searchParams.get("step")) {
    case "start":
      await startHeat(heat, await open());
      return new Response(null, { status: 204 });
    case "lap":
      return Response.json(await runLap(lane, heat, number, open));
    case "finish":
      return Response.json(await finishHeat(lane, heat, await open()));
  }
  return Response.json({ error: "There is no such step." }, { status: 400 });
}
