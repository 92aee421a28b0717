import { storeHealth } from "../../_lib/health";

/** Whether the store answers, and how fast: 200, or 503. Reads no session, and says nothing of its address's secrets. */
export async function GET() {
  const health = await storeHealth();
  return Response.json(health, { status: health.ok ? 200 : 503, headers: { "cache-control": "no-store" } });
}
