export const dynamic = "force-dynamic";

/** Microseconds of CPU time that this server has used, in all of its threads. */
export function GET(): Response {
  const { user, system } = process.cpuUsage();
  return Response.json(user + system);
}
