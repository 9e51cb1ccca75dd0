import type { EmulatorCredentials } from "../../../src/emulator/auth/credential_store.ts";

/** What the suites talk to, over real HTTP. */
export interface Servers {
  /** The emulator, and what requests to it are signed with. */
  shopee: { url: string; credentials: EmulatorCredentials };
  /** Tells what reached it; see `startEchoServer`. */
  echo: { url: string };
}

declare module "vitest" {
  interface ProvidedContext {
    /** Only where the runtime under test cannot listen itself. */
    servers?: Servers;
  }
}
