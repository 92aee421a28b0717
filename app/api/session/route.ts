import type { NextRequest } from "next/server";
import { answering } from "../../_lib/answering";
import { isKind, type Kind, sessionsOf } from "../../_lib/kinds";
import { pigmentOf } from "../../_lib/pigments";
import { readJson } from "../../_lib/read-json";
import { sessionJson } from "../../_lib/session-json";

/** `?kind=cookie` or `?kind=store`; the store's if nothing is said. */
function kindIn(request: NextRequest): Kind {
  const kind = request.nextUrl.searchParams.get("kind");
  return isKind(kind) ? kind : "store";
}

/** Reads. Nothing is made by reading: without a session the answer is an empty, new one, and no cookie. */
export async function GET(request: NextRequest) {
  const kind = kindIn(request);
  return answering(async () => Response.json(sessionJson(kind, await sessionsOf(kind).getSession())));
}

/** Changes name, colour and note, as far as the JSON body has them, and saves. */
export async function PATCH(request: NextRequest) {
  const body = await readJson(request);
  if (body instanceof Response) return body;
  const kind = kindIn(request);
  return answering(async () => {
    const session = await sessionsOf(kind).getSession();
    if ("name" in body) session.data.name = String(body.name);
    if ("colour" in body) session.data.colour = pigmentOf(body.colour);
    if ("note" in body) session.data.note = String(body.note);
    await session.save();
    return Response.json(sessionJson(kind, session));
  });
}

/** Signs out. */
export async function DELETE(request: NextRequest) {
  return answering(async () => {
    const session = await sessionsOf(kindIn(request)).getSession();
    await session.delete();
    return new Response(null, { status: 204 });
  });
}
