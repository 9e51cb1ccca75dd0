/**
 * What a process of Node's must have of our environment: where programs are, and the compiled files of earlier ones,
 * without which it would have to strip the types of a hundred files.
 */
export function nodeEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
}
