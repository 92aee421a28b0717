import type { Policy } from "next-beaker";
import type { DemoSession } from "./look";

/** Seconds until the session ends whatever anybody does; null without such a limit. */
export function absoluteLeft({ created }: DemoSession, { absoluteTimeout }: Policy): number | null {
  return absoluteTimeout === null ? null : (created - Date.now()) / 1000 + absoluteTimeout;
}

/** Whether it is the absolute limit that `remaining` counts down to. No request moves that one. */
export function isAbsoluteNearer(session: DemoSession, policy: Policy, remaining: number): boolean {
  const left = absoluteLeft(session, policy);
  // `remaining` is in whole seconds.
  return left !== null && Math.floor(left) <= remaining;
}
