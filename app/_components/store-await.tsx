"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";

const INTERVAL = 2000;

/** What was found not to answer. */
type Silent = "store" | "server";

const SAID: Record<Silent, string> = {
  store: "The store does not answer.",
  server: "The server cannot be reached.",
};

/**
 * Asks at once and then every two seconds whether the store answers, and loads the page again when it does. With
 * `onBack`, on a page that may have failed for another reason, it says something only once it has found one silent.
 */
export function StoreAwait({ onBack }: { onBack?: () => void }) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  const [silent, setSilent] = useState<Silent | null>(null);
  const back = useRef(onBack);
  back.current = onBack;

  useEffect(() => {
    let found: Silent | null = null;
    const ask = async () => {
      const status = await fetch("/api/health").then(
        (response) => response.status,
        () => undefined,
      );
      if (status === 200) {
        if (back.current && !found) return;
        startTransition(() => {
          router.refresh();
          back.current?.();
        });
        return;
      }
      if (status === 503) found = "store";
      if (status === undefined) found = "server";
      setSilent(found);
    };
    void ask();
    const timer = setInterval(ask, INTERVAL);
    return () => clearInterval(timer);
  }, [router]);

  if (!silent && onBack) return null;
  return (
    <p role="status" data-testid="store-await">
      {onBack && silent && `${SAID[silent]} `}
      This page asks every two seconds, and goes on by itself when there is an answer.
    </p>
  );
}
