// Builds the widget into one file, and writes beside it the licences of every package that is in that file.
// `node build.mjs [folder]`; the same sources give the same bytes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = dirname(fileURLToPath(import.meta.url))
const folder = resolve(process.argv[2] ?? join(here, "../../../../static"))

const { metafile, outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: ["map.js"],
  outfile: "map_widget.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",       // the licences stand in a file of their own
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  write: false,
})

const [{ inputs }] = Object.values(metafile.outputs)
const used = Object.keys(inputs).filter((name) => inputs[name].bytesInOutput > 0)
const packages = new Set(used.map((name) => name.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))

function licence(name) {
  const home = join(here, "node_modules", name)
  const { version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"))
  const texts = readdirSync(home).filter((file) => /^(licen[cs]e|notice|copyrightnotice)/i.test(file)).sort()
  if (!texts.length) throw new Error(`${name} has no licence text`)
  const written = texts.map((file) => readFileSync(join(home, file), "utf8").replaceAll("\r\n", "\n").trim())
  return [`${name} ${version} (${license})`, ...written].join("\n\n")
}

const rule = `\n\n${"-".repeat(80)}\n\n`
const heading = "map_widget.js holds code of the packages below, each under its own licence."
writeFileSync(join(folder, "map_widget.js"), outputFiles[0].contents)
writeFileSync(join(folder, "map_widget.LICENSES.txt"), [heading, ...[...packages].sort().map(licence)].join(rule) + "\n")
