"use client";

import { StoreAwait } from "./_components/store-await";
import { Vessel } from "./_components/vessel";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div className="stack narrow" role="alert">
      <Vessel level={0.08} />
      <h1>Something was spilt</h1>
      <p className="lead">The server could not finish this page. That is its fault, not yours.</p>
      <StoreAwait onBack={reset} />
      {error.digest && (
        <p>
          The server’s log has the details under <code>{error.digest}</code>.
        </p>
      )}
      <button type="button" className="button primary" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
