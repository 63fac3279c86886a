import { expect, it } from "vitest";
import { placeholderPixels } from "./placeholder.ts";

it("a ThumbHash and a BlurHash are decoded to a few pixels, and broken ones to none", () => {
  const thumb = placeholderPixels("data:image/thumbhash;base64,1QcSHQRnh493V4dIh4eXh1h4kJUI");
  expect(Math.max(thumb!.width, thumb!.height)).toBe(32);
  expect(thumb!.rgba).toHaveLength(thumb!.width * thumb!.height * 4);
  const blur = placeholderPixels(`data:image/blurhash,${encodeURIComponent("LEHV6nWB2yk8pyo0adR*.7kCMdnj")}`);
  expect(blur).toMatchObject({ width: 32, height: 32 });
  for (const broken of [
    "data:image/blurhash,LEHV6n",
    "data:image/blurhash,%FF",
    "data:image/thumbhash;base64,!!",
    "data:image/png;base64,AAAA",
    "https://a.example/t.png",
  ])
    expect(placeholderPixels(broken)).toBeNull();
});
