import type { KeyValueStore } from "../store/key_value_store.ts";

/** Where an upload writes down how far it is, so that another process can go on with it. Never a secret. */
export interface CheckpointOptions {
  /** Keeps it. */
  store: KeyValueStore;
  /** Under which key: one for each upload. */
  key: string;
}
