/** Says that nothing can be saved now, and the consequences. */
import { HardDrive } from "lucide-react";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { takeStatus, useSession } from "../state/accounts/session.ts";
import { attempt } from "../state/act.ts";
import { Banner } from "../ui/feedback/Banner.tsx";
import { Button } from "../ui/Button.tsx";

export function StoreBanner() {
  const t = useText();
  const store = useSession((state) => state.store);
  if (store.state !== "not-writable") return null;
  const retry = () => attempt(call("store.retry", {}).then(takeStatus));
  return (
    <div role="alert">
      <Banner
        tone="danger"
        icon={<HardDrive />}
        title={t("store.notWritable")}
        actions={
          <Button size="small" onPress={() => void retry()}>
            {t("common.tryAgain")}
          </Button>
        }
      >
        {t(`store.not-writable-${store.reason}`)}
      </Banner>
    </div>
  );
}
