/** The entry of the window: styles, the session with the core, the component tree. */
import "@fontsource-variable/inter/wght.css";
import "./ui/theme/tokens.css";
import "./ui/theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { startSession } from "./state/accounts/session.ts";

// react-aria adds a <style> element unless one with this id exists; the policy forbids it, and base.css contains the
// rule instead.
const placeholder = document.createElement("meta");
placeholder.id = "react-aria-pressable-style";
document.head.append(placeholder);

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");
startSession();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
