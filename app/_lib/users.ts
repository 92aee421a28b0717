/** Three people who never existed. There are no passwords: this demo is about what comes after signing in. */
export const USERS = [
  { id: "ada", name: "Ada Kettle", role: "keeps the instruments" },
  { id: "bo", name: "Bo Thistle", role: "labels the bottles" },
  { id: "cy", name: "Cy Umber", role: "reads the meters" },
] as const;

export type User = (typeof USERS)[number];

export function findUser(id: unknown): User | undefined {
  return USERS.find((user) => user.id === id);
}
