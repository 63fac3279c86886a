import { RuleTester } from "eslint";
import { describe, it } from "vitest";
import { noSilentCatch } from "./no-silent-catch.mjs";

RuleTester.describe = describe;
RuleTester.it = it;

const shows = [{ shows: ["^set[A-Z]", "^showToast$"] }];
const errors = [{ messageId: "silent" }];

new RuleTester({ languageOptions: { ecmaVersion: 2024, sourceType: "module" } }).run("no-silent-catch", noSilentCatch, {
  valid: [
    'try { a(); } catch (error) { log.warn("x", "y", error); }',
    'try { a(); } catch { log.debug("x", "y"); }',
    "try { a(); } catch { log[level](area, text); }",
    "try { a(); } catch { throw new Error(); }",
    "try { a(); } catch (error) { if (!(error instanceof URIError)) throw error; b = null; }",
    "async () => { try { a(); } catch (error) { failed = error; } }",
    "try { a(); } catch ({ code }) { give(code); }",
    "try { a(); } finally { b(); }",
    "p.catch((error) => fail(error));",
    'p.catch(logged("x", "y"));',
    "p.catch(fail);",
    "p.catch(() => console.debug(1));",
    "p.then(a, (error) => b(error));",
    "p.then(() => undefined);",
    "p.then(a, fail);",
    "p['catch'](() => undefined);",
    { code: "try { a(); } catch { setError(true); }", options: shows },
    { code: "p.catch(() => showToast({}));", options: shows },
  ],
  invalid: [
    { code: "try { a(); } catch {}", errors },
    { code: "try { a(); } catch { /* Why it does not matter. */ }", errors },
    { code: "try { a(); } catch (error) { b(); }", errors },
    { code: "try { a(); } catch (_error) { return; }".replace("return;", "b = null;"), errors },
    { code: "try { a(); } catch { later(() => { throw new Error(); }); }", errors },
    { code: "p.catch(() => undefined);", errors },
    { code: "p.catch(() => {});", errors },
    { code: "p.catch(() => null);", errors },
    { code: "p.catch((_error) => false);", errors },
    { code: "p.catch(function () { return 1; });", errors },
    { code: "p.then(() => true, () => false);", errors },
    { code: "catalog.warn(1); p.catch(() => catalog.warn(1));", errors },
    { code: "try { a(); } catch { setError(true); }", errors },
    { code: "try { a(); } catch { offset(true); }", options: shows, errors },
    { code: "try { p.catch(() => 1); } catch { b(); }", errors: [...errors, ...errors] },
  ],
});
