import { checkRuntime } from "../options.ts";

try {
  checkRuntime();
} catch (error) {
  console.error(`shopee-media: ${(error as Error).message}`);
  process.exit(1);
}

// Not before: on an old runtime it would not even load.
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv.slice(2), process);
