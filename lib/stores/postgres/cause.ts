/** Where an error may tell what a record holds. */
interface Telling extends Error {
  /** "Failing row contains (…)": somebody has added a constraint. */
  readonly detail?: unknown;
  /** The statement's parameters, under log_parameter_max_length_on_error; or what a trigger was at. */
  readonly where?: unknown;
  /** What a trigger executed. */
  readonly internalQuery?: unknown;
  /** The statement's parameters as postgres.js keeps them. */
  readonly parameters?: unknown;
  readonly args?: unknown;
  /** The same of PGlite. */
  readonly params?: unknown;
}

/** The driver's own error; one like it, without what it tells of a record, if it does: errors end in logs. */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { detail, where, internalQuery, parameters, args, params, ...kept } = error as Telling;
  if ((detail ?? where ?? internalQuery ?? parameters ?? args ?? params) == null) return error;
  const like = Object.setPrototypeOf(new Error(error.message), Object.getPrototypeOf(error));
  return Object.assign(like, kept, { stack: error.stack });
}
