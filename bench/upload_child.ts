/**
 * `bench/upload_child.ts UPLOADER TASK [idle | warm]`: uploads a file once, in this fresh process, and prints what it cost
 * as JSON. With `idle` it loads the same modules and uploads nothing, with `warm` it has uploaded the file once before.
 *
 * @module
 */
import process from "node:process";
import { measureCost } from "./measure_cost.ts";
import { type UploaderName, UPLOADERS } from "./uploaders/uploaders.ts";

const [name, task, mode] = process.argv.slice(2);
const prepare = await UPLOADERS[name as UploaderName]();
const upload = await prepare(JSON.parse(task!));
if (mode === "warm") await upload();
console.log(JSON.stringify(await measureCost(mode === "idle" ? () => Promise.resolve() : upload)));
