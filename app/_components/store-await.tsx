"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";

const INTERVAL = 2000;

/**
 * Asks every two seconds whether the store answers, and loads the page again when it does. Says something only while
 * the store is the reason.
 */
export function StoreAwait({ onBack }: { onBack?: () => void }) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  const [down, setDown] = useState(false);

  useEffect(() => {
    const timer = setInterval(async () => {
      const status = await fetch("/api/health").then(
        (response) => response.status,
        () => undefined,
      );
      // Undefined: the server itself cannot be reached, and nothing is known of the store.
      if (status === 503) setDown(true);
      if (status === 200 && (down || !onBack)) {
        startTransition(() => {
          router.refresh();
          onBack?.();
        });
      }
    }, INTERVAL);
    return () => clearInterval(timer);
  }, [down, onBack, router]);

  if (!down && onBack) return null;
  return (
    <p role="status" data-testid="store-await">
      {onBack && "The store does not answer. "}
      This page asks the store every two seconds, and goes on by itself when it is back.
    </p>
  );
}
