import { expect, test } from 'vitest'
import type { Result } from '../../src/domain/result.ts'
import { type InputRow, type RejectsOptions, writeRejects } from '../../src/report/reports/rejects-file.ts'
import { TextOutput } from '../../src/report/text-output.ts'
import { makeDirectory, readAllRows, withSource, writeInput } from '../input/read-csv.ts'
import { CollectingStream } from './collected-page.ts'
import { makeResult } from './sample-reports.ts'

const directory = makeDirectory()

function makeReject(line: number, input: string): Result {
  return makeResult({
    line,
    input,
    userId: null,
    username: null,
    outcome: 'user_not_found',
    detail: 'username',
  })
}

async function* toBatches(rows: InputRow[]): AsyncGenerator<InputRow[]> {
  for (let start = 0; start < rows.length; start += 2) yield rows.slice(start, start + 2)
}

async function printRejects(rows: InputRow[], given: Partial<RejectsOptions>): Promise<string> {
  const stream = new CollectingStream()
  await writeRejects(new TextOutput(stream), {
    columns: ['username'],
    delimiter: ',',
    hasBom: false,
    rows: toBatches(rows),
    rejects: [],
    addOn: 'duo-pro',
    dryRun: false,
    hiddenAddresses: null,
    shortage: null,
    ...given,
  })
  return stream.text
}

test('rejected rows keep their columns, order, delimiter and byte order mark', async () => {
  const rows = [
    { line: 2, cells: ['Vertrieb', 'ada', 'x'] },
    { line: 3, cells: ['Einkauf; Lager', 'typo', 'y'] },
    { line: 4, cells: ['Recht', 'bob'] },
    { line: 6, cells: ['IT'] },
    { line: 7, cells: ['IT', 'carl', '', ''] },
  ]
  const rejects = [makeReject(3, 'typo'), makeReject(6, ''), makeReject(7, 'carl')]
  const given = { columns: ['Abteilung', 'User Name', 'Notiz'], delimiter: ';', hasBom: true, rejects }
  expect(await printRejects(rows, given)).toBe(`\
\ufeffAbteilung;User Name;Notiz;line;outcome;message
"Einkauf; Lager";typo;y;3;user_not_found;"No user has the username ""typo""."
IT;;;6;user_not_found;"No user has the username """"."
IT;carl;;7;user_not_found;"No user has the username ""carl""."
`)
})

test('rows that were left out stand between the rejects, in the order of the list', async () => {
  const rows = [1, 2, 3, 4, 5, 6].map((line) => ({ line, cells: [`user-${line}`] }))
  const leftOut = [1, 4, 6].map((line) => ({ line, outcome: 'ambiguous_user', message: 'Left.' }) as const)
  const rejects = [makeReject(3, 'c'), { ...makeReject(4, 'gone'), line: null }, makeReject(5, 'e')]
  expect(await printRejects(rows, { columns: null, rejects, leftOut })).toBe(`\
user-1,1,ambiguous_user,Left.
user-3,3,user_not_found,"No user has the username ""c""."
user-4,4,ambiguous_user,Left.
user-5,5,user_not_found,"No user has the username ""e""."
user-6,6,ambiguous_user,Left.
`)
})

test('columns of an earlier rejects file are replaced', async () => {
  const rows = [{ line: 2, cells: ['9', 'typo', 'user_not_found', 'Old.', 'a'] }]
  const columns = ['Line', 'username', ' OUTCOME', 'mes-sage', 'note']
  expect(await printRejects(rows, { columns, rejects: [makeReject(2, 'typo')] })).toBe(`\
username,note,line,outcome,message
typo,a,2,user_not_found,"No user has the username ""typo""."
`)
})

test('an input without a header gets no header', async () => {
  const rows = [
    { line: 1, cells: ['ada'] },
    { line: 2, cells: ['typo'] },
  ]
  expect(await printRejects(rows, { columns: null, rejects: [makeReject(2, 'typo')] })).toBe(
    'typo,2,user_not_found,"No user has the username ""typo""."\n',
  )
})

test('the three cells of an earlier rejects file without a header are replaced', async () => {
  const rows = [
    { line: 1, cells: ['typo', '7', 'user_not_found', 'Old.'] },
    { line: 2, cells: ['typo', 'x', '', 'ambiguous_user', ''] },
  ]
  const rejects = [makeReject(1, 'typo'), makeReject(2, 'typo')]
  expect(await printRejects(rows, { columns: null, rejects })).toBe(`\
typo,1,user_not_found,"No user has the username ""typo""."
typo,x,2,user_not_found,"No user has the username ""typo""."
`)
})

test.each([
  [['typo', '7', 'unknown', 'Old.']],
  [['typo', 'x', 'user_not_found', 'Old.']],
  [['7', 'user_not_found', 'Old.']],
])('the cells %j of an input without a header are kept', async (cells) => {
  const printed = await printRejects([{ line: 1, cells }], {
    columns: null,
    rejects: [makeReject(1, 'typo')],
  })
  expect(printed).toBe(`${cells.join()},1,user_not_found,"No user has the username ""typo""."\n`)
})

test('a cell with a formula is guarded and reads back unchanged', async () => {
  const cells = ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20'].map((sign) => `${sign}1`)
  const rejects = [makeReject(1, '=1')]
  const printed = await printRejects([{ line: 1, cells }], { columns: null, rejects })
  expect(printed.split(',').slice(0, cells.length)).toEqual(cells.map((cell) => `'${cell}`))
  const [row] = await withSource(writeInput(directory, printed), { header: false }, readAllRows)
  expect(row?.cells.slice(0, cells.length)).toEqual(cells)
})

test('a rejects file without rejects has only a header', async () => {
  expect(await printRejects([{ line: 2, cells: ['ada'] }], {})).toBe('username,line,outcome,message\n')
})

test('a cell is guarded against formulas, escapes and comments and keeps its line breaks', async () => {
  const cells = ['#1', '=cmd()', '+49 30\ttel', 'a\u001b[2J', 'one\r\ntwo', "'=x"]
  const columns = ['username', 'b', 'c', 'd', 'e', 'f']
  const printed = await printRejects([{ line: 2, cells }], { columns, rejects: [makeReject(2, '#1')] })
  expect(printed.slice(printed.indexOf('\n') + 1)).toBe(
    `"#1",'=cmd(),'+49 30\\u{9}tel,a\\u{1b}[2J,"one\ntwo",'=x,2,user_not_found,"No user has the username ""#1""."\n`,
  )
})

test('the input is read up to the last reject and then closed', async () => {
  const closed: string[] = []
  async function* readRows(): AsyncGenerator<InputRow[]> {
    try {
      yield [{ line: 2, cells: ['typo'] }]
      yield [{ line: 3, cells: ['ada'] }]
      closed.push('read too far')
    } finally {
      closed.push('rows')
    }
  }
  await printRejects([], { rows: readRows(), rejects: [makeReject(2, 'typo')] })
  expect(closed).toEqual(['rows'])
})

test('a reject without a row in the input is a failure', async () => {
  const rows = [{ line: 2, cells: ['ada'] }]
  await expect(printRejects(rows, { rejects: [makeReject(3, 'typo')] })).rejects.toThrow(
    'The input has changed: line 3 has no row.',
  )
})
