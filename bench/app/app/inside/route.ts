import { takeMedians } from "../../inside.ts";

export const dynamic = "force-dynamic";

/** Microseconds that each row's own work takes, all that Next.js does before and after it left out. */
export function GET(): Response {
  return Response.json(takeMedians());
}
