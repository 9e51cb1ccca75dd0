/**
 * Uploads the pictures of a product, and tells of each what became of it: a bad one does not hide the good ones.
 *
 *     node examples/product_images.ts front.jpg back.png label.gif
 */

import { readFile } from "node:fs/promises";
import { MediaManager, uploadImages } from "shopee-media";
import { credentials } from "./credentials.ts";

const media = new MediaManager(credentials);
const paths = process.argv.slice(2);

const images = await Promise.all(paths.map((path) => readFile(path)));
const results = await uploadImages(media, images);

for (const [i, { imageId, error }] of results.entries()) {
  console.log(`${paths[i]}: ${imageId ?? error.message}`);
}

const image_id_list = results.flatMap(({ imageId }) => imageId ?? []);
console.log("For v2.product.add_item:", JSON.stringify({ image: { image_id_list } }));
if (image_id_list.length < paths.length) process.exitCode = 1;
