import { main } from "./main.ts";

main(process.argv.slice(2), process).then((exitCode) => {
  process.exitCode = exitCode;
});
