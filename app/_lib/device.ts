import { headers } from "next/headers";
import { userAgent } from "next/server";

/**
 * `Chrome on Linux`: enough for a person to recognise a browser of theirs. Two words instead of the whole
 * header, because nothing else of it is ever looked at.
 */
export async function deviceName(): Promise<string> {
  const { browser, os } = userAgent({ headers: await headers() });
  return `${browser.name ?? "A browser"} on ${os.name ?? "an unknown system"}`;
}
