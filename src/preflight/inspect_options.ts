/** Options of the functions that look into a file. */
export interface InspectOptions {
  /** Ends the inspection, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}
