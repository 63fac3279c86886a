/** A password, hidden until the user wants to see it. */
import { Eye, EyeOff } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useText } from "../../i18n/index.ts";
import { IconButton } from "../IconButton.tsx";
import { TextField, type TextFieldProps } from "./TextField.tsx";

/** @param props.more buttons next to the one that shows it */
export function PasswordField({
  more,
  ...props
}: Omit<TextFieldProps, "type" | "end" | "rows"> & { more?: ReactNode }) {
  const t = useText();
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      autoComplete="current-password"
      spellCheck="false"
      {...props}
      type={isShown ? "text" : "password"}
      end={
        <>
          {more}
          <IconButton
            size="small"
            label={t(isShown ? "signin.hidePassword" : "signin.showPassword")}
            onPress={() => setShown(!isShown)}
          >
            {isShown ? <EyeOff /> : <Eye />}
          </IconButton>
        </>
      }
    />
  );
}
