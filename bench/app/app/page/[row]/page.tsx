import { runRow } from "../../../rows.ts";

export const dynamic = "force-dynamic";

export default async function Page({ params }: { params: Promise<{ row: string }> }) {
  return <p>{await runRow("page", params)}</p>;
}
