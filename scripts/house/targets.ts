/** What the house must keep to. `npm run house` prints all of it; check_imports.ts fails on chains, circles and small files. */
export const targets = {
  /** Files in `src`, at most. */
  files: 175,
  /** Lines of the file in the middle, at least. */
  medianLines: 55,
  /** A file with fewer lines is a small one… */
  smallFileLines: 20,
  /** … of which there are this many, at most. */
  smallFiles: 15,
  /** Lines and `let`s of the upload's main function, at most. */
  uploadLines: 80,
  uploadLets: 0,
  /** Lines of the transport's factory, and of the function that loops over the attempts of a call, at most. */
  transportLines: 90,
  loopLines: 40,
  /** Function calls in the upload's main file for each part, at most. */
  entriesPerPart: 4,
  /** Controllers that an abort passes, the user's included, at most. */
  abortControllers: 4,
  /** Times that the error of a part is dealt with. */
  errorHandlers: 1,
  /** Files in the longest chain of imports, at most: from `mod.ts`, and from anywhere. */
  chainFromFace: 9,
  chain: 14,
  /** Circles of imports, types included. */
  circles: 0,
  /** Functions that decide whether something is to be sent again. */
  retryJudges: 1,
} as const;
