/**
 * What a window may send to the core: null, booleans, finite numbers, strings, arrays and plain objects, limited in
 * size and depth. Structured clone would allow much more (maps, typed arrays, cycles, exotic objects), none of which is
 * needed.
 */

/** Largest call, counted as UTF-16 units of its strings and keys plus 8 for every value: about 1 MB. */
export const MAX_CALL = 1_000_000;
const MAX_DEPTH = 16;
/** Names that reach the prototype if code copies the object carelessly. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** @returns true if the value is plain data within the limits; stops walking at the limits */
export function isPlainData(value: unknown): boolean {
  let size = 0;

  const walk = (one: unknown, depth: number): boolean => {
    size += 8;
    if (size > MAX_CALL || depth > MAX_DEPTH) return false;
    switch (typeof one) {
      case "string":
        size += one.length;
        return size <= MAX_CALL;
      case "number":
        return Number.isFinite(one);
      case "boolean":
      case "undefined":
        return true;
      case "object":
        if (one === null) return true;
        if (Array.isArray(one)) return one.length < MAX_CALL / 8 && one.every((item) => walk(item, depth + 1));
        return isPlainObject(one) && Object.entries(one).every(([key, item]) => walkEntry(key, item, depth));
      default:
        return false;
    }
  };

  const walkEntry = (key: string, item: unknown, depth: number): boolean => {
    size += key.length;
    return !FORBIDDEN.has(key) && walk(item, depth + 1);
  };

  return walk(value, 0);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
