// The customer's page: photos large, before and after, the signature. Nothing else is loaded.

import { behave } from "./behave.js";
import "./dialogs.js";

behave("[data-signature]", async (box) => (await import("./signature.js")).connect(box));
