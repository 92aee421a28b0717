"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { Kind } from "../_lib/kinds";
import { Countdown } from "./countdown";

interface IdleClockProps {
  kind: Kind;
  label: string;
  left: number;
  total: number;
  /** How many seconds longer than its limit a session may last: `touchInterval`. */
  grace: number;
  explanation: string;
  testId: string;
}

/**
 * Counts down, and at zero asks the server before it believes it: another tab may have used the session
 * meanwhile. If it is really over, the page is fetched again, and shows what there is now.
 */
export function IdleClock({ kind, left, grace, ...countdown }: IdleClockProps) {
  const router = useRouter();
  const [clock, setClock] = useState({ left, round: 0, over: false });

  useEffect(() => {
    if (!clock.over) return;
    // Fetching the page any sooner would find the session in its grace time, and be one more use of it.
    const timer = setTimeout(
      async () => {
        const seconds = await secondsLeft(kind);
        if (seconds === 0) router.refresh();
        else if (seconds) setClock(({ round }) => ({ left: seconds, round: round + 1, over: false }));
      },
      grace * 1000 + 1000,
    );
    return () => clearTimeout(timer);
  }, [clock.over, grace, kind, router]);

  return (
    <Countdown
      {...countdown}
      key={clock.round}
      left={clock.left}
      onZero={() => setClock((current) => ({ ...current, over: true }))}
    />
  );
}

/** Undefined while the server cannot be asked: then nothing is known, and the next click will tell. */
async function secondsLeft(kind: Kind): Promise<number | null | undefined> {
  const response = await fetch(`/api/session/remaining?kind=${kind}`).catch(() => undefined);
  if (!response?.ok) return undefined;
  return ((await response.json()) as { seconds: number | null }).seconds;
}
