/** Bytes that a body may have: several times what the form lets through, and far from what fills a disk. */
const MOST = 100_000;

/** The JSON object of a request's body, or the answer to one that is too large or none. No more is read than is allowed. */
export async function readJson(request: Request): Promise<object | Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST) {
      const error = `The body may have ${MOST.toLocaleString("en")} bytes at most; this one has more.`;
      return Response.json({ error }, { status: 413 });
    }
    chunks.push(chunk);
  }
  const body = parsed(Buffer.concat(chunks).toString());
  if (typeof body === "object" && body !== null) return body;
  return Response.json({ error: "The body must be a JSON object." }, { status: 400 });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
