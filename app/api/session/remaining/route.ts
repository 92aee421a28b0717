import type { NextRequest } from "next/server";
import { answering } from "../../../_lib/answering";
import { isKind, sessionsOf } from "../../../_lib/kinds";

/** Seconds until this session ends; 0 if there is none. Asking does not extend it: see also middleware.ts. */
export async function GET(request: NextRequest) {
  const kind = request.nextUrl.searchParams.get("kind");
  return answering(async () =>
    Response.json({ seconds: await sessionsOf(isKind(kind) ? kind : "store").remaining() }),
  );
}
