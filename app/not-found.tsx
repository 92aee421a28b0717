import type { Metadata } from "next";
import Link from "next/link";
import { Vessel } from "./_components/vessel";

export const metadata: Metadata = { title: "Nothing here" };

export default function NotFound() {
  return (
    <div className="stack narrow">
      <Vessel level={0} ghost />
      <h1>Nothing here</h1>
      <p className="lead">This address holds no page. Your session is as it was.</p>
      <Link className="button primary" href="/">
        Back to the start
      </Link>
    </div>
  );
}
