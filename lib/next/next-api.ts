import { cookies, headers } from "next/headers.js";

/** Next's request functions. This variant is for bundles of React Server Components, where they cost nothing. */
export interface NextApi {
  readonly cookies: typeof cookies;
  readonly headers: typeof headers;
}

const api: NextApi = { cookies, headers };

export function nextApi(): NextApi | Promise<NextApi> {
  return api;
}
