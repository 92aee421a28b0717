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
      {/* A digest is the server's. Without one it has not answered, or this page itself has failed. */}
      <p className="lead">
        {error.digest
          ? "The server could not finish this page. That is its fault, not yours."
          : "Nothing came back that this page can show. What you did last may not have arrived."}
      </p>
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
