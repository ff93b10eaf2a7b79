/** It takes about as long to open a file as to parse so many characters. */
const charactersPerFile = 10_000

/**
 * Joins the files that mostly load together. esbuild makes a file for each set of commands that share a module, and a command
 * would open up to fifty.
 *
 * @param codes CommonJS by file name; shared files are named chunk-…
 * @param main the file that loads first
 * @returns CommonJS by file name
 */
export function joinFiles(codes, main) {
  const names = [...codes.keys()]
  const isShared = (name) => name === main || name.startsWith('chunk-')
  const loads = names.filter((name) => !isShared(name)).map((name) => listLoaded([main, name], codes))
  const groups = names.filter(isShared).map((name) => ({ names: [name], size: codes.get(name).length }))
  for (let best = findBestPair(groups, loads); best !== null; best = findBestPair(groups, loads)) {
    best.one.names.push(...best.other.names)
    best.one.size += best.other.size
    groups.splice(groups.indexOf(best.other), 1)
  }
  return writeFiles(codes, groups, main)
}

/** The files that load at once with others: an import() stands in a function, and is left out. */
function listLoaded(names, codes, loaded = new Set()) {
  const imports = /(?:^|[;\n])(?:var \w+=)?(?:__toESM\()?require\("\.\/([^"]+)"\)/g
  for (const name of names) {
    if (loaded.has(name)) continue
    loaded.add(name)
    const imported = [...codes.get(name).matchAll(imports)].map((match) => match[1])
    listLoaded(imported, codes, loaded)
  }
  return loaded
}

/** The two groups whose union saves most. If a command needs only one of them, the size of the other is a loss. */
function findBestPair(groups, loads) {
  let best = null
  for (const [index, one] of groups.entries())
    for (const other of groups.slice(index + 1)) {
      const saved = loads.reduce((sum, loaded) => sum + countSaved(one, other, loaded), 0)
      if (saved > (best?.saved ?? 0)) best = { one, other, saved }
    }
  return best
}

function countSaved(one, other, loaded) {
  const isNeeded = (group) => group.names.some((name) => loaded.has(name))
  if (isNeeded(one) && isNeeded(other)) return charactersPerFile
  return isNeeded(one) ? -other.size : isNeeded(other) ? -one.size : 0
}

function writeFiles(codes, groups, main) {
  const joined = groups
    .filter(({ names }) => names.length > 1)
    .map(({ names }, index) => ({ names, file: names.includes(main) ? main : `shared-${index}.js` }))
  const fileOf = new Map(joined.flatMap(({ names, file }) => names.map((name) => [name, file])))
  const redirect = (code, own) =>
    code.replace(/require\("\.\/([^"]+)"\)/g, (call, name) => {
      const file = fileOf.get(name)
      if (file === undefined) return call
      return file === own ? `load("${name}")` : `require("./${file}").load("${name}")`
    })
  const files = new Map()
  for (const [name, code] of codes) if (!fileOf.has(name)) files.set(name, redirect(code, name))
  for (const { names, file } of joined) {
    // Parentheses make V8 compile a function at once. Without them it would parse the function twice.
    const parts = names.map((name) => splitHelpers(redirect(codes.get(name), file)))
    const helpers = [...new Set(parts.flatMap((part) => part.helpers))]
    const modules = parts.map(({ body }, index) => `"${names[index]}":(function(exports,module){${body}})`)
    const start = names.includes(main) ? `Object.assign(exports,load("${main}"));\n` : ''
    files.set(file, `${helpers.join('')}${loader}const modules={${modules.join(',\n')}};\n${start}`)
  }
  return files
}

/** esbuild begins each file with the same functions that define its exports. A joined file needs them once. */
function splitHelpers(code) {
  const at = code.indexOf('var stdin_exports={};')
  return at < 0
    ? { helpers: [], body: code }
    : { helpers: code.slice(0, at).split(/(?<=;)(?=var __)/), body: code.slice(at) }
}

const loader = `const loaded={};
exports.load=load;
function load(name){
if(loaded[name]===undefined){const module=loaded[name]={exports:{}};modules[name](module.exports,module)}
return loaded[name].exports
}
`
