import { cookieAttributes, expired } from "../../cookie/attributes.ts";
import type { CookieAttributes } from "../../cookie/jar.ts";
import type { Config } from "../../options/config.ts";
import type { Overrides } from "../overrides.ts";

/** The attributes of one session's cookie: the configured ones, under what the session has set for itself. */
export function attributesOf(config: Config, { domain, path, cookieExpires }: Overrides): CookieAttributes {
  const attributes = cookieAttributes(config.cookie, cookieExpires ?? config.cookieExpires);
  if (domain !== undefined) attributes.domain = domain;
  if (path !== undefined) attributes.path = path;
  return attributes;
}

/** The attributes that make a browser drop it. */
export function expiredAttributesOf(config: Config, overrides: Overrides): CookieAttributes {
  return expired(attributesOf(config, overrides));
}
