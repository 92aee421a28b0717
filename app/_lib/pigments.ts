/** The colours to choose from; globals.css says what each looks like, light and dark. */
export const PIGMENTS = ["verdigris", "cobalt", "saffron", "madder", "iris"] as const;
export const DEFAULT_PIGMENT = PIGMENTS[0];
export type Pigment = (typeof PIGMENTS)[number];

export function pigmentOf(value: unknown): Pigment {
  return PIGMENTS.find((pigment) => pigment === value) ?? DEFAULT_PIGMENT;
}
