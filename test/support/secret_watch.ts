import { inspect } from "node:util";
import type { KeyValueStore } from "../../mod.ts";

/** Knows the secrets of a run, and everything that the client has let out. */
export interface SecretWatch {
  /** Sends; notes the signature and the token of each request. */
  fetch: typeof fetch;
  /** Adds a secret. */
  add(...secrets: string[]): void;
  /** Takes in something that a user, a log or a disk gets to see. */
  seen(what: string, value: unknown): void;
  /** The same store; what is written to it counts as seen. */
  watchStore(store: KeyValueStore): KeyValueStore;
  /** Tells where a secret has shown, without showing it. */
  leaks(): string[];
}

/** Makes one, without secrets. */
export function createSecretWatch(): SecretWatch {
  const secrets = new Set<string>();
  const sights: { what: string; text: string }[] = [];

  function seen(what: string, value: unknown): void {
    sights.push({ what, text: textOfError(value) });
  }

  return {
    add: (...more) => more.forEach((secret) => secrets.add(secret)),
    seen,
    fetch(input, init) {
      const { searchParams } = new URL(input instanceof Request ? input.url : input);
      for (const name of ["sign", "access_token"]) {
        const value = searchParams.get(name);
        if (value !== null) secrets.add(value);
      }
      return fetch(input, init);
    },
    watchStore(store) {
      return {
        ...store,
        set(key, value) {
          seen("checkpoint", { key, value });
          return store.set(key, value);
        },
      };
    },
    leaks() {
      const needles = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret), btoa(secret)]);
      const leaky = sights.filter(({ text }) => needles.some((needle) => text.includes(needle)));
      return [...new Set(leaky.map(({ what }) => what))];
    },
  };
}

/** Everything that an error, or any other value, could show in a log, whichever way it is printed. */
export function textOfError(value: unknown): string {
  const shown = inspect(value, {
    depth: Infinity,
    showHidden: true,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
  });
  return [shown, value instanceof Error ? `${value} ${value.stack}` : "", json(value)].join("\n");
}

function json(value: unknown): string {
  const seen = new Set<unknown>();
  return JSON.stringify(value, (_, inner) => {
    if (typeof inner !== "object" || inner === null) return typeof inner === "bigint" ? `${inner}` : inner;
    if (seen.has(inner)) return undefined;
    seen.add(inner);
    return inner instanceof Error ? Object.fromEntries(ownProperties(inner)) : inner;
  }) ?? "";
}

function ownProperties(error: Error): [string, unknown][] {
  return Reflect.ownKeys(error).map((key) => [String(key), Reflect.get(error, key)]);
}
