/**
 * What the contract runs in a second process: `node second-process.js <module> <argument>`. The module's default
 * export opens the store.
 */
import { type SecondTasks, tasksOn } from "./tasks.ts";

interface Order {
  readonly task: keyof SecondTasks;
  readonly values: readonly never[];
}

const [module = "", argument = ""] = process.argv.slice(2);
const { default: open } = await import(module);
const tasks = tasksOn(await open(argument === "" ? undefined : JSON.parse(argument)));

process.on("message", ({ task, values }: Order) => {
  const work: Promise<unknown> = (tasks[task] as (...values: readonly never[]) => Promise<unknown>)(
    ...values,
  );
  work.then(
    (value) => process.send?.({ value }),
    (error) => process.send?.({ error: String(error?.stack ?? error) }),
  );
});
process.send?.({ value: "ready" });
