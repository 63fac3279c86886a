import { expectLinear } from "./linear.ts";
import { STANZAS } from "./stanzas.ts";

expectLinear(STANZAS);
