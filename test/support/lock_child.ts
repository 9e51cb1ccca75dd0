/** Takes a lock of a folder, says so to its parent, and holds it until it is killed. */
import { createFolderStore } from "../../src/node/mod.ts";

const [folder, key] = process.argv.slice(2);
await createFolderStore(folder!).lock!(key!);
process.send!("locked");
setInterval(() => {}, 1000);
