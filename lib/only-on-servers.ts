/**
 * What a browser gets in place of the library. It has none of the library's names, so that a bundler says at once that
 * they do not exist in a module of this name.
 */
throw new Error(
  "next-beaker runs on servers only, and a client component has imported it, perhaps by way of session.ts. Read the " +
    "session in a server component and pass on what the client needs, or ask a server action or route handler for it.",
);

export {};
