import { integerField } from "../endpoints/fields.ts";
import { readJson } from "../endpoints/read_body.ts";

/** A push that was never taken, as it is told to who asks. */
interface LostPushMessage {
  /** The shop that it is about, 0 where it names none. */
  shop_id: number;
  /** Shopee's number for its kind. */
  code: number;
  /** When it was made, in seconds since 1970. */
  timestamp: number;
  /** All of it, as it would have been sent. */
  data: string;
}

/** What `push/get_lost_push_message` answers. */
interface LostPushPage {
  /** The earliest that were not confirmed. */
  push_message_list: LostPushMessage[];
  /** Whether there are others. */
  has_next_page: boolean;
  /** What confirms all of these; 0 where there are none. */
  last_message_id: number;
}

/** The pushes that were never taken. */
export interface LostPushes {
  /** Keeps a push, by its body, for three days. */
  add(body: string): void;
  /** The earliest of them that were not confirmed. */
  page(): LostPushPage;
  /** Drops all up to an id. */
  confirm(lastMessageId: number): void;
}

/** Milliseconds for which one is kept. */
const KEPT_FOR = 3 * 86_400_000;
/** Messages in one answer. */
const PAGE_SIZE = 100;

/** Creates the list, with none in it, by a clock in milliseconds. */
export function createLostPushes(now: () => number): LostPushes {
  let kept: { id: number; lostAt: number; message: LostPushMessage }[] = [];
  let count = 0;
  return {
    add(body) {
      const { shop_id = 0, code, timestamp } = JSON.parse(body);
      kept.push({ id: ++count, lostAt: now(), message: { shop_id, code, timestamp, data: body } });
    },
    page() {
      kept = kept.filter(({ lostAt }) => now() - lostAt < KEPT_FOR);
      const told = kept.slice(0, PAGE_SIZE);
      return {
        push_message_list: told.map(({ message }) => message),
        has_next_page: kept.length > told.length,
        last_message_id: told.at(-1)?.id ?? 0,
      };
    },
    confirm(lastMessageId) {
      kept = kept.filter(({ id }) => id > lastMessageId);
    },
  };
}

/** As much of a call as these two need. */
interface Call {
  request: Request;
  context: { readonly lostPushes: LostPushes };
}

/** The calls by which a receiver gets what it has missed. */
export const lostPushHandlers: Readonly<Record<`push/${Name}`, (call: Call) => LostPushPage | Promise<undefined>>> = {
  "push/get_lost_push_message": ({ context }) => context.lostPushes.page(),
  "push/confirm_consumed_lost_push_message": confirmLostPushes,
};

type Name = "get_lost_push_message" | "confirm_consumed_lost_push_message";

async function confirmLostPushes({ request, context }: Call): Promise<undefined> {
  context.lostPushes.confirm(integerField(await readJson(request), "last_message_id"));
}
