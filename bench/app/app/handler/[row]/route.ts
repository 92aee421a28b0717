import { runRow } from "../../../rows.ts";

export const dynamic = "force-dynamic";

export async function GET(
  _request: Request,
  { params }: { params: Promise<{ row: string }> },
): Promise<Response> {
  return Response.json({ n: await runRow("handler", params) });
}
