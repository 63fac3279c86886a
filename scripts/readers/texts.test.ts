import { expectLinear } from "./linear.ts";
import { TEXTS } from "./texts.ts";

expectLinear(TEXTS);
