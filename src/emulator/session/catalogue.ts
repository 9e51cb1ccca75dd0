/** An item of a shop, as far as its pictures and its video go. */
export interface Item {
  /** Shopee's number for it. */
  itemId: number;
  /** The shop that has it. */
  shopId: number;
  /** Its name. */
  name: string;
  /** The seller's own number for it; two items can have the same. `""` for none. */
  sku: string;
  /** Its pictures. */
  imageIds: readonly string[];
  /** Its video, if it has one. */
  videoUploadId: string | undefined;
}

/** What an uploaded Shopee Video has become: a draft, and a post once it has a `postId`. */
export interface VideoPost {
  /** Its upload. One upload has one draft, which is posted once at most. */
  videoUploadId: string;
  /** The user who has it. */
  userId: number;
  /** What stands below it. */
  caption: string;
  /** Its cover. */
  coverImageUrl: string;
  /** Whether it is said to be made by AI. */
  aigcLabel: boolean;
  /** The items that it shows. */
  itemIds: readonly number[];
  /** Shopee's name for the post; `undefined` for a draft. */
  postId?: string | undefined;
}

/** What shops and users show of what they have uploaded. */
export interface Catalogue {
  /** All items, oldest first. */
  readonly items: Item[];
  /** All drafts and posts, by their uploads. */
  readonly posts: Map<string, VideoPost>;
  /** Makes an item. */
  addItem(item: Omit<Item, "itemId">): Item;
}

/** The number of the first item. */
const FIRST_ITEM = 2_500_000_001;

/** Creates one with nothing in it. */
export function createCatalogue(): Catalogue {
  const items: Item[] = [];
  return {
    items,
    posts: new Map(),
    addItem(given) {
      const item = { itemId: FIRST_ITEM + items.length, ...given };
      items.push(item);
      return item;
    },
  };
}
