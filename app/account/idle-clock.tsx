"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Countdown } from "../_components/countdown";

interface IdleClockProps {
  left: number;
  total: number;
  /** How many seconds longer than its limit a session may last: `touchInterval`. */
  grace: number;
}

/**
 * Counts down, and at zero asks the server before it believes it: another tab may have used the session
 * meanwhile. If it is really over, the page is fetched again and the middleware sends it to the login page.
 */
export function IdleClock({ left, total, grace }: IdleClockProps) {
  const router = useRouter();
  const [clock, setClock] = useState({ left, round: 0, over: false });

  useEffect(() => {
    if (!clock.over) return;
    // Fetching the page any sooner would find the session in its grace time, and be one more use of it.
    const timer = setTimeout(
      async () => {
        const seconds = await secondsLeft();
        if (seconds === 0) router.refresh();
        else if (seconds) setClock(({ round }) => ({ left: seconds, round: round + 1, over: false }));
      },
      grace * 1000 + 1000,
    );
    return () => clearTimeout(timer);
  }, [clock.over, grace, router]);

  return (
    <Countdown
      key={clock.round}
      label="Until you are signed out"
      left={clock.left}
      total={total}
      testId="account-left"
      onZero={() => setClock((current) => ({ ...current, over: true }))}
      explanation="Any request of yours sets it again. Merely showing this clock does not."
    />
  );
}

/** Undefined while the server cannot be asked: then nothing is known, and the next click will tell. */
async function secondsLeft(): Promise<number | null | undefined> {
  const response = await fetch("/api/session/remaining?kind=store").catch(() => undefined);
  if (!response?.ok) return undefined;
  return ((await response.json()) as { seconds: number | null }).seconds;
}
