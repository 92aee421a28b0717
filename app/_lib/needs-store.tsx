import type { ReactNode } from "react";
import { StoreDown } from "../_components/store-down";
import { isStoreDown, logStoreDown, storeHealth } from "./health";

/** The page; while the store is down, one that says so and waits for it. */
export function needsStore<Props>(
  Page: (props: Props) => Promise<ReactNode>,
): (props: Props) => Promise<ReactNode> {
  return async function PageOrStoreDown(props) {
    try {
      return await Page(props);
    } catch (error) {
      if (!isStoreDown(error)) throw error;
      logStoreDown(error);
      return <StoreDown health={await storeHealth()} />;
    }
  };
}
