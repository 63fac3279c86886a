/** The types that make a wrong key, or a missing value in a sentence, a compile error. */
import type { english } from "./en/index.ts";

/** A subject of another language: exactly the keys of the English one. */
export type Translation<Subject> = { readonly [Key in keyof Subject]: string };

type Catalogue = typeof english;
/** Every entry as `subject.key`. */
type Entries = {
  [S in keyof Catalogue & string]: { [K in keyof Catalogue[S] & string as `${S}.${K}`]: Catalogue[S][K] };
}[keyof Catalogue & string];
type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;
type Flat = UnionToIntersection<Entries>;

/** Plural forms are written as `key_one` and `key_other` (Intl.PluralRules) and called as `key`. */
type Singular<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;
export type TextKey = Singular<keyof Flat & string>;

/** Entries that need no values. */
export type PlainKey = { [K in TextKey]: Values<K> extends [] ? K : never }[TextKey];

/** The names in `{{name}}` of a sentence. */
type Names<S> = S extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Names<Rest> : never;
type SentenceOf<K extends string> = K extends keyof Flat
  ? Flat[K]
  : `${K}_other` extends keyof Flat
    ? Flat[`${K}_other`] | "{{count}}"
    : never;
type ValueNames<K extends string> = K extends unknown ? Names<SentenceOf<K>> : never;
type ValueOf<Name> = Name extends "count" ? number : string | number;

/** What must be given with a key: nothing, or an object with every name that its sentence holds. */
export type Values<K extends string> = [ValueNames<K>] extends [never]
  ? []
  : [{ readonly [Name in ValueNames<K>]: ValueOf<Name> }];

export type Text = <K extends TextKey>(key: K, ...values: Values<K>) => string;
