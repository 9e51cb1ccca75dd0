import { InvalidArgumentError, Option } from "commander";

/**
 * The option that chooses between the platform's two modules.
 *
 * @param meaning What they are for.
 */
export function moduleOption(meaning: string = "media_space for product videos, media for Shopee Video"): Option {
  return new Option("--module <name>", meaning).choices(["media_space", "media"]).default("media_space");
}

/** The option of every command that needs credentials. */
export function envOption(): Option {
  return new Option("--env <path>", "env file with the credentials (default: .env, if there is one)");
}

/** The option of every command that makes calls. */
export function traceOption(): Option {
  return new Option("--trace <file>", "write down every attempt of a call, without secrets, for Shopee's support");
}

/** The option of every command that can do without credentials. */
export function emulatorOption(): Option {
  return new Option("--emulator", "upload to a local Shopee that lives as long as this command");
}

/** Makes a parser of an option's value that takes whole numbers from `min` to `max`. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
