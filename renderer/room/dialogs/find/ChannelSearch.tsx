/** Searches a service for channels (XEP-0433 §4.2). */
import { useState } from "react";
import type { BareJid } from "../../../../shared/jid.ts";
import type { FilledField, FormField } from "../../../../shared/model/form.ts";
import { xmlText } from "../../../../shared/xml-text.ts";
import { useText, type Text } from "../../../i18n/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { TextField } from "../../../ui/fields/TextField.tsx";
import styles from "./FindRooms.module.css";
import { faultsOf, FormFields, NO_FAULTS, type Values } from "../../../ui/form/FormFields.tsx";
import { Fold } from "../../../ui/Fold.tsx";

/** Fields and orders of §6.1, with our labels. */
const KNOWN = {
  sinname: "room.searchInName",
  sindescription: "room.searchInDescription",
  sinaddress: "room.searchInAddress",
  sinaddr: "room.searchInAddress",
  min_users: "room.searchLeast",
  key: "room.searchOrder",
  "{urn:xmpp:channel-search:0:order}nusers": "room.searchByPeople",
  "{urn:xmpp:channel-search:0:order}address": "room.searchByAddress",
} as const;
const wordOf = (name: string, given: string, t: Text): string =>
  Object.hasOwn(KNOWN, name) ? t(KNOWN[name as keyof typeof KNOWN]) : given;

/** Fields covered by the search box, and channel types, of which we know one. */
const OWN: ReadonlySet<string> = new Set(["q", "all", "types"]);

interface ChannelSearchProps {
  service: BareJid;
  /** The fields that the service can search by. */
  fields: readonly FormField[];
  isBusy: boolean;
  onSearch(fields: FilledField[]): void;
}

export function ChannelSearch({ service, fields, isBusy, onSearch }: ChannelSearchProps) {
  const t = useText();
  const [words, setWords] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [values, setValues] = useState<Values>(new Map());
  const [isUnfolded, setUnfolded] = useState(false);
  const [faults, setFaults] = useState(NO_FAULTS);
  const has = (name: string): boolean => fields.some((one) => one.name === name);
  const more = fields
    .filter(({ name }) => !OWN.has(name))
    .map((one) => ({
      ...one,
      label: wordOf(one.name, one.label, t),
      options: one.options.map((option) => ({ ...option, label: wordOf(option.value, option.label, t) })),
    }));

  function search(): void {
    const text = xmlText(words).trim();
    // Both together contradict each other (§4.2.2.5).
    const what: FilledField[] =
      text !== "" ? [{ name: "q", values: [text] }] : has("all") ? [{ name: "all", values: ["1"] }] : [];
    const found = faultsOf(more, values);
    setMissing(what.length === 0);
    setFaults(found);
    if (found.size > 0) setUnfolded(true);
    if (what.length === 0 || found.size > 0) return;
    const kinds: FilledField[] = has("types") ? [{ name: "types", values: ["xep-0045"] }] : [];
    const rest = more
      .filter((one) => one.kind !== "note")
      .map((one) => ({ name: one.name, values: [...(values.get(one.name) ?? one.values)] }));
    onSearch([...what, ...kinds, ...rest.filter((one) => one.values.length > 0)]);
  }

  return (
    <form
      className={styles.find}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <TextField
        label={t("room.searchFor")}
        hint={t("room.searchHint", { service })}
        error={isMissing ? t("room.searchMissing") : null}
        value={words}
        maxLength={256}
        autoComplete="off"
        onChange={(text) => {
          setWords(text);
          setMissing(false);
        }}
        end={
          <Button size="small" variant="quiet" type="submit" isPending={isBusy}>
            {t("room.searchGo")}
          </Button>
        }
      />
      {more.length > 0 && (
        <Fold label={t("room.searchMore")} isOpen={isUnfolded} onToggle={setUnfolded}>
          <div className={styles.find}>
            <FormFields
              fields={more}
              values={values}
              faults={faults}
              onChange={(name, next) => setValues((known) => new Map(known).set(name, next))}
            />
          </div>
        </Fold>
      )}
    </form>
  );
}
