import type { NextRequest } from "next/server";
import { answering } from "../../_lib/answering";
import { finishHeat, NoHeatError, runLap, startHeat } from "../../race/_lib/heat";
import { isLane, type LaneName } from "../../race/_lib/lanes";
import { sessionsOf } from "../../race/_lib/sessions";

/**
 * One request of a race from the browser: `?lane=plain&step=start`, then many `step=lap&number=7` at once, then
 * `step=finish`. The session is the one that the visitor's own cookie names.
 */
export async function POST(request: NextRequest) {
  const { searchParams } = request.nextUrl;
  const lane = searchParams.get("lane");
  if (!isLane(lane)) return Response.json({ error: "There is no such lane." }, { status: 400 });
  try {
    return await answering(() => answer(lane, searchParams.get("step"), Number(searchParams.get("number"))));
  } catch (error) {
    if (!(error instanceof NoHeatError)) throw error;
    const message = "This request brought no race session: cookies are off, or another tab has ended it.";
    return Response.json({ error: message }, { status: 409 });
  }
}

async function answer(lane: LaneName, step: string | null, number: number): Promise<Response> {
  const open = () => sessionsOf(lane).getSession();
  switch (step) {
    case "start":
      await startHeat(await open());
      return new Response(null, { status: 204 });
    case "lap":
      if (!Number.isSafeInteger(number)) break;
      return Response.json(await runLap(lane, number, open));
    case "finish":
      return Response.json(await finishHeat(lane, await open()));
  }
  return Response.json({ error: "There is no such step." }, { status: 400 });
}
