// Builds dist/: widget.js (what a page embeds), chat.js (loaded when somebody opens it), widget.css (where stylesheets cannot be constructed).
// `node build.js [FOLDER]` writes elsewhere, so that a test can compare. inputs.sha256 says what dist was built from.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist");

/** CSS modules arrive as a string of minified rules. */
const stylesAsText = {
  name: "styles-as-text",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: await minified(path), loader: "text" }));
  },
};

async function minified(path) {
  const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "safari15" });
  return code.trim();
}

const common = { bundle: true, minify: true, target: "es2020", charset: "utf8", legalComments: "none", absWorkingDir: here, plugins: [stylesAsText] };
await mkdir(out, { recursive: true });
await build({ ...common, entryPoints: ["src/loader.ts"], format: "iife", outfile: join(out, "widget.js") });
await build({ ...common, entryPoints: ["src/chat.ts"], format: "esm", outfile: join(out, "chat.js") });
await writeFile(join(out, "widget.css"), (await minified(join(here, "src/launcher.css"))) + (await minified(join(here, "src/chat.css"))) + "\n");

const inputs = ["build.js", "package-lock.json", "tsconfig.json", ...(await readdir(join(here, "src"))).map((name) => `src/${name}`)].sort();
const hash = createHash("sha256");
for (const name of inputs) hash.update(name + "\0").update(await readFile(join(here, name))).update("\0");
await writeFile(join(out, "inputs.sha256"), hash.digest("hex") + "\n");
